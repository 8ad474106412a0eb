"""客服绩效 (千牛, 赤兔): one row per member of staff and six rows of totals below; staff rows add up to a store-day."""

from assessments.engine.text import Text
from assessments.metrics.reading.formats.base import Format, Layout

FORMAT = Format(
    kind="service_performance",
    name=Text(zh="客服绩效表", en="Service staff performance"),
    layout=Layout.SUMMED,
    required=(("旺旺昵称", "客服昵称", "旺旺"), ("询单人数",)),
)
