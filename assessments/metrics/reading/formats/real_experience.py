"""真实体验分: one sheet per store-day, one row per metric, units glued to the values."""

from assessments.engine.text import Text
from assessments.metrics.reading.formats.base import Format, Layout, Vertical

FORMAT = Format(
    kind="real_experience",
    name=Text(zh="真实体验分表", en="Real experience score sheet"),
    layout=Layout.VERTICAL,
    required=(("考核维度",), ("体验指标",), ("指标值",)),
    vertical=Vertical(
        dimension="考核维度",
        dimension_score="考核得分",
        metric="体验指标",
        metric_value="指标值",
        metric_points="指标得分",
        dimensions={
            "店铺真实体验分": "real_experience_score",
            "真实体验分": "real_experience_score",
            "宝贝质量": "real_experience_goods",
            "物流速度": "real_experience_logistics",
            "服务保障": "real_experience_service",
            "附加分": "real_experience_bonus",
        },
        points={
            "first_quality_return_rate": "points_first_quality_return",
            "goods_negative_rate": "points_goods_negative",
            "goods_good_review_rate": "points_goods_good",
            "goods_bad_review_rate": "points_goods_bad",
            "pickup_48h_rate": "points_pickup_48h",
            "delivery_time": "points_delivery_time",
            "response_3min_rate": "points_response_3min",
            "satisfaction_rate": "points_satisfaction",
            "refund_time": "points_refund_time",
            "platform_help_rate": "points_platform_help",
        },
    ),
)
