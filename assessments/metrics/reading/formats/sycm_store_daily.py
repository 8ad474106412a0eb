"""生意参谋 店铺取数 (整体): a legacy .xls of one store, note rows above the headings, one row per day."""

from assessments.engine.text import Text
from assessments.metrics.reading.formats.base import Format, Layout

FORMAT = Format(
    kind="sycm_store_daily",
    name=Text(zh="生意参谋 店铺取数日报", en="Sycm store daily report"),
    layout=Layout.WIDE,
    required=(("统计日期", "日期"), ("访客数",), ("支付金额",)),
    # Reports of goods, search words, sources and of many stores share most of these headings.
    forbidden=("商品id", "商品名称", "搜索词", "一级来源", "来源名称", "店铺id", "店铺名称", "店铺"),
    declared={"average_stay": "秒"},
)
