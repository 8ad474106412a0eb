"""推广 商品报表 (商品报表_YYYYMMDD_hhmmss.csv): one row per day and promoted good; a day's goods add up to the store's.

Rates and returns (点击率, 投入产出比) have no sum and are left out; the other of its 75 columns mean no metric of ours.
"""

from assessments.engine.text import Text
from assessments.metrics.reading.formats.base import Counted, Format, Layout, Tally

DAY = ("日期", "统计日期")

FORMAT = Format(
    kind="promotion_report",
    name=Text(zh="推广商品报表", en="Promotion report by goods"),
    layout=Layout.COUNTED,
    required=(DAY, ("主体id",), ("展现量",), ("花费",)),
    counted=Counted(
        identity=(),  # The same good stands once for each of its campaigns.
        cut_by=DAY,
        status=(),
        status_words=(),
        tallies=(
            Tally("ad_impressions", on=DAY, adds=(("展现量",),)),
            Tally("ad_clicks", on=DAY, adds=(("点击量",),)),
            Tally("ad_spend", on=DAY, adds=(("花费",),)),
            Tally("ad_sales_amount", on=DAY, adds=(("总成交金额",),)),
        ),
        is_by_day=True,
        numbered=("主体id",),
        is_blank_nothing=True,
    ),
)
