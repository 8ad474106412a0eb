"""店铺 DSR 表: 指标 and 得分 in row 2, one row per DSR, the day in the name of the file or sheet.

A second table further down (日期, 描述得分（较上日） …) holds the ratings that were new on each day. That is another
figure than the DSR of 180 days that rules look at, so it is not read.
"""

from assessments.engine.text import Text
from assessments.metrics.reading.formats.base import Format, Layout, Vertical

FORMAT = Format(
    kind="dsr_sheet",
    name=Text(zh="店铺DSR表", en="Store DSR sheet"),
    layout=Layout.VERTICAL,
    required=(("指标",), ("得分",), ("行业均值",)),
    forbidden=("体验指标",),
    headings={
        f"{front}{name}{back}": code
        for code, names in {
            "dsr_description": ("宝贝与描述相符", "描述相符"),
            "dsr_service": ("服务态度", "卖家服务态度"),
            "dsr_logistics": ("物流质量", "物流服务", "物流服务质量"),
        }.items()
        for name in names
        for front in ("", "近180天")
        for back in ("", "dsr", "评分")
    },
    vertical=Vertical(
        dimension="",
        dimension_score="",
        metric="指标",
        metric_value="得分",
        metric_points="",
        dimensions={},
        points={},
        ends_before=("店铺新增", "商品新增", "日期", "商品名称"),
    ),
)
