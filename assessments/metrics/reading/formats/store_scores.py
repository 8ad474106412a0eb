"""A table of many stores, one row per store and day: what an agency collects from the back offices, usually GBK CSV."""

from assessments.engine.text import Text
from assessments.metrics.reading.formats.base import DAY_NAMES, SHOP_ID_NAMES, SHOP_NAME_NAMES, Format, Layout

FORMAT = Format(
    kind="store_scores",
    name=Text(zh="多店每日体验分表", en="Daily scores of many stores"),
    layout=Layout.WIDE,
    required=(DAY_NAMES, (*SHOP_ID_NAMES, *SHOP_NAME_NAMES)),
    forbidden=("商品id", "订单编号", "退款编号", "主体id"),
)
