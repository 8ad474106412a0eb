"""Our own template for store-days: headings of the catalogue with units, required columns starred."""

from assessments.engine.text import Text
from assessments.metrics.reading.formats.base import Format, Layout

FORMAT = Format(
    kind="template_store_day",
    name=Text(zh="店铺日数据模板", en="Template: store-days"),
    layout=Layout.WIDE,
    required=(("日期",), ("店铺id",)),
    starred=True,
)
