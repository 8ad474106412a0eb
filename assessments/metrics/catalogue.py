"""The one list of metrics: code, names, unit, storage scale and the headings under which files show each of them.

A stored value is an integer: natural value x 10**scale. Natural units: ¥ for money, a plain number for counts, points
for scores, a fraction for rates (2.19% is 0.0219), seconds for durations. NULL means "no data" and is never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

INT4_MAX: Final = 2**31 - 1
INT8_MAX: Final = 2**63 - 1


class Unit(StrEnum):
    """The natural unit of a metric; SCALES gives the decimals kept in the database."""

    YUAN = "yuan"
    COUNT = "count"
    SCORE = "score"
    RATE = "rate"
    SECONDS = "seconds"


SCALES: Final[Mapping[Unit, int]] = MappingProxyType(
    {Unit.YUAN: 2, Unit.COUNT: 0, Unit.SCORE: 6, Unit.RATE: 8, Unit.SECONDS: 2}
)


class Direction(StrEnum):
    """Which way is better for the store."""

    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `floor` and `ceiling` are natural values that no real figure passes: they catch shifted columns."""

    code: str
    zh: str
    en: str
    unit: Unit
    direction: Direction
    group: str
    is_big: bool
    shown_in: str
    floor: Decimal | None
    ceiling: Decimal | None
    aliases: tuple[str, ...]
    source: str

    @property
    def scale(self) -> int:
        """Decimals kept: stored integer = natural value x 10**scale."""
        return SCALES[self.unit]

    @property
    def heading(self) -> str:
        """The Chinese heading with its unit, as our own templates and exports print it."""
        return f"{self.zh}({self.shown_in})" if self.shown_in else self.zh

    def to_stored(self, value: Decimal) -> int:
        """Natural value to the stored integer; ValueError when it has too many decimals or does not fit the column."""
        scaled = value.scaleb(self.scale)
        stored = int(scaled)
        if stored != scaled:
            raise ValueError(f"{self.code}: more than {self.scale} decimals in {value}")
        if abs(stored) > (INT8_MAX if self.is_big else INT4_MAX):
            raise ValueError(f"{self.code}: {value} does not fit")
        return stored

    def to_rounded(self, value: Decimal) -> int:
        """Like to_stored, but rounds half-even first: only for numbers that went through binary floating point."""
        return self.to_stored(value.quantize(Decimal(1).scaleb(-self.scale), rounding=ROUND_HALF_EVEN))

    def from_stored(self, stored: int) -> Decimal:
        """Stored integer back to the natural value, exactly."""
        return Decimal(stored).scaleb(-self.scale)


GROUPS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "score": ("平台体验分", "Platform scores"),
        "points": ("真实体验指标得分", "Points of the real-experience metrics"),
        "goods": ("商品质量", "Goods quality"),
        "logistics": ("揽收与物流", "Pick-up and delivery"),
        "service": ("咨询与服务", "Consultation and service"),
        "refund": ("退款与纠纷", "Refunds and disputes"),
        "sales": ("销售与订单", "Sales and orders"),
        "traffic": ("流量与转化", "Traffic and conversion"),
        "rating": ("评价", "Ratings"),
        "activity": ("经营活跃", "Activity"),
        "promotion": ("推广", "Promotion"),
    }
)

_UP, _DOWN, _NEUTRAL = Direction.HIGHER, Direction.LOWER, Direction.NEUTRAL
_SHOWN: Final = {Unit.YUAN: "元", Unit.COUNT: "", Unit.SCORE: "分", Unit.RATE: "%", Unit.SECONDS: "秒"}
_CEILING: Final = {Unit.SCORE: Decimal(5), Unit.RATE: Decimal(1)}
_SYCM, _DAILY, _REAL = "生意参谋 店铺取数", "千牛 店铺体验页", "千牛 真实体验分页"
_HOME, _STAFF, _ADS = "生意参谋 首页", "客服绩效", "推广报表"


def _metric(  # noqa: PLR0917  (rows of a table are positional)
    code: str,
    zh: str,
    en: str,
    unit: Unit,
    group: str,
    direction: Direction = _UP,
    *,
    also: str = "",
    source: str = _SYCM,
    is_big: bool | None = None,
    shown_in: str | None = None,
    unbounded: bool = False,
    signed: bool = False,
) -> Metric:
    return Metric(
        code=code,
        zh=zh,
        en=en,
        unit=unit,
        direction=direction,
        group=group,
        is_big=unit is Unit.YUAN if is_big is None else is_big,
        shown_in=_SHOWN[unit] if shown_in is None else shown_in,
        floor=None if signed else Decimal(0),
        ceiling=None if unbounded else _CEILING.get(unit),
        aliases=tuple(also.split()),
        source=source,
    )


_M, _Y, _N, _S, _R, _T = _metric, Unit.YUAN, Unit.COUNT, Unit.SCORE, Unit.RATE, Unit.SECONDS

# One row per metric, read down its columns; `also` lists other headings, split at spaces.
# fmt: off
CATALOGUE: Final[tuple[Metric, ...]] = (
    # Scores that the platform shows, newest programme last. 2019-2022, 2022-2025 and from mid-2025.
    _M("basic_service_score", "基础服务考核分", "Basic service score", _S,
       "score", _UP, also="基础服务分", source=_DAILY),
    _M("basic_service_goods", "基础服务商品分", "Basic service: goods", _S, "score", source=_DAILY),
    _M("basic_service_logistics", "基础服务物流分", "Basic service: logistics", _S, "score", source=_DAILY),
    _M("basic_service_after_sales", "基础服务售后分", "Basic service: after-sales", _S, "score", source=_DAILY),
    _M("basic_service_disputes", "基础服务纠纷分", "Basic service: disputes", _S, "score", source=_DAILY),
    _M("basic_service_consultation", "基础服务咨询分", "Basic service: consultation", _S, "score", source=_DAILY),
    _M("experience_stars", "综合体验星级", "Experience stars", _S, "score", source=_DAILY, shown_in="星"),
    _M("comprehensive_experience_score", "综合体验分", "Comprehensive experience score", _S,
       "score", _UP, also="店铺综合体验分 店铺体验分", source=_DAILY),
    _M("comprehensive_goods", "综合体验商品分", "Comprehensive experience: goods", _S, "score", source=_DAILY),
    _M("comprehensive_logistics", "综合体验物流分", "Comprehensive experience: logistics", _S, "score", source=_DAILY),
    _M("comprehensive_consultation", "综合体验咨询分", "Comprehensive experience: consultation", _S,
       "score", source=_DAILY),
    _M("comprehensive_after_sales", "综合体验售后分", "Comprehensive experience: after-sales", _S,
       "score", source=_DAILY),
    _M("comprehensive_disputes", "综合体验纠纷分", "Comprehensive experience: disputes", _S, "score", source=_DAILY),
    _M("real_experience_score", "真实体验分", "Real experience score", _S,
       "score", _UP, also="店铺真实体验分", source=_REAL),
    _M("real_experience_goods", "宝贝质量分", "Real experience: goods quality", _S,
       "score", _UP, also="宝贝质量 宝贝质量得分", source=_REAL),
    _M("real_experience_logistics", "物流速度分", "Real experience: logistics speed", _S,
       "score", _UP, also="物流速度 物流速度得分", source=_REAL),
    _M("real_experience_service", "服务保障分", "Real experience: service", _S,
       "score", _UP, also="服务保障 服务保障得分", source=_REAL),
    _M("real_experience_bonus", "附加分", "Real experience: bonus", _S, "score", _UP, also="附加得分", source=_REAL),
    _M("dsr_description", "描述相符评分", "DSR: as described", _S,
       "score", _UP, also="描述得分 描述相符 描述相符得分 宝贝与描述相符 描述得分(较上日)"),
    _M("dsr_service", "服务态度评分", "DSR: service", _S,
       "score", _UP, also="服务得分 服务态度 服务态度得分 卖家服务态度 卖家的服务态度 服务得分(较上日)"),
    _M("dsr_logistics", "物流服务评分", "DSR: logistics", _S,
       "score", _UP, also="物流得分 物流服务 物流服务得分 物流服务质量 物流服务的质量 物流得分(较上日)"),
    # Points that the platform gives each metric of the real experience score.
    _M("points_first_quality_return", "首次品退率得分", "Points: first quality return rate", _S,
       "points", source=_REAL),
    _M("points_goods_negative", "商品负反馈率得分", "Points: negative feedback on goods", _S, "points", source=_REAL),
    _M("points_goods_good", "商品好评率得分", "Points: good reviews of goods", _S, "points", source=_REAL),
    _M("points_goods_bad", "商品差评率得分", "Points: bad reviews of goods", _S, "points", source=_REAL),
    _M("points_pickup_48h", "48小时揽收及时率得分", "Points: picked up within 48 h", _S, "points", source=_REAL),
    _M("points_delivery_time", "物流到货时长得分", "Points: delivery time", _S, "points", source=_REAL),
    _M("points_response_3min", "3分钟人工响应率得分", "Points: answered within 3 min", _S, "points", source=_REAL),
    _M("points_satisfaction", "旺旺满意度得分", "Points: chat satisfaction", _S, "points", source=_REAL),
    _M("points_refund_time", "退款处理时长得分", "Points: refund handling time", _S, "points", source=_REAL),
    _M("points_platform_help", "平台求助率得分", "Points: platform help rate", _S, "points", source=_REAL),
    # Goods quality.
    _M("first_quality_return_rate", "首次品退率", "First quality return rate", _R, "goods", _DOWN, source=_REAL),
    _M("goods_negative_rate", "商品负反馈率", "Negative feedback on goods", _R, "goods", _DOWN, source=_REAL),
    _M("goods_good_review_rate", "商品好评率", "Good reviews of goods", _R, "goods", _UP, source=_REAL),
    _M("goods_bad_review_rate", "商品差评率", "Bad reviews of goods", _R, "goods", _DOWN, source=_REAL),
    _M("dsr_bad_review_rate", "商品DSR差评率", "Goods DSR bad-review rate", _R, "goods", _DOWN, source=_DAILY),
    _M("goods_refund_rate", "商品体验退款率", "Refunds for the goods", _R, "goods", _DOWN, source=_DAILY),
    # Pick-up and delivery.
    _M("pickup_48h_rate", "48小时揽收及时率", "Picked up within 48 h", _R, "logistics", source=_REAL),
    _M("pickup_24h_rate", "24小时揽收及时率", "Picked up within 24 h", _R, "logistics", source=_HOME),
    _M("pickup_on_time_rate", "揽收及时率", "Picked up on time", _R, "logistics", source=_DAILY),
    _M("delivery_time", "物流到货时长", "Delivery time", _T, "logistics", _DOWN, source=_REAL, shown_in="小时"),
    _M("pay_to_sign_time", "平均支付_签收时长", "Payment to signature", _T,
       "logistics", _DOWN, also="平均支付-签收时长"),
    _M("logistics_abnormal_rate", "物流异常率", "Abnormal deliveries", _R, "logistics", _DOWN, source=_REAL),
    _M("logistics_bad_review_rate", "物流差评率", "Bad reviews of delivery", _R, "logistics", _DOWN, source=_REAL),
    _M("picked_up_parcels", "揽收包裹数", "Parcels picked up", _N, "logistics", _NEUTRAL),
    _M("shipped_parcels", "发货包裹数", "Parcels shipped", _N, "logistics", _NEUTRAL),
    _M("dispatched_parcels", "派送包裹数", "Parcels out for delivery", _N, "logistics", _NEUTRAL),
    _M("signed_parcels", "签收成功包裹数", "Parcels signed for", _N, "logistics", _NEUTRAL, also="签收包裹数"),
    # Consultation and service.
    _M("response_3min_rate", "3分钟人工响应率", "Answered by a person within 3 min", _R,
       "service", _UP, also="旺旺3分钟人工响应率", source=_REAL),
    _M("response_time", "旺旺人工响应时长", "Response time of people", _T, "service", _DOWN, source=_HOME),
    _M("first_response_time", "首次响应时长", "First response time", _T, "service", _DOWN, source=_STAFF),
    _M("average_response_time", "平均响应时长", "Mean response time", _T, "service", _DOWN, source=_STAFF),
    _M("reply_rate", "旺旺回复率", "Chat reply rate", _R, "service", _UP, also="回复率", source=_STAFF),
    _M("satisfaction_rate", "旺旺满意度", "Chat satisfaction", _R, "service", _UP, also="客户满意率", source=_REAL),
    _M("consultation_rate", "咨询率", "Consultation rate", _R, "service", _NEUTRAL, source=_HOME),
    _M("inquiry_buyers", "询单人数", "People asking", _N, "service", _NEUTRAL, source=_STAFF),
    _M("inquiry_paid_buyers", "询单最终付款人数", "People asking who paid", _N, "service", source=_STAFF),
    _M("inquiry_conversion_rate", "询单最终付款转化率", "Inquiry conversion", _R, "service", source=_STAFF),
    _M("inquiry_paid_amount", "询单最终付款金额", "Paid after asking", _Y, "service", source=_STAFF),
    # Refunds and disputes.
    _M("refund_time", "退款处理时长", "Refund handling time", _T, "refund", _DOWN, source=_REAL, shown_in="小时"),
    _M("refund_only_time", "仅退款自主完结时长", "Refund without return, own handling time", _T,
       "refund", _DOWN, source=_DAILY, shown_in="小时"),
    _M("return_refund_time", "退货退款自主完结时长", "Return and refund, own handling time", _T,
       "refund", _DOWN, source=_DAILY, shown_in="小时"),
    _M("after_sales_task_time", "平台售后任务处理时长", "Platform after-sales task time", _T,
       "refund", _DOWN, source=_DAILY, shown_in="小时"),
    _M("self_completion_rate", "自主完结率", "Refunds settled without the platform", _R, "refund", source=_DAILY),
    _M("dispute_refund_rate", "纠纷退款率", "Disputed refund rate", _R, "refund", _DOWN, source=_DAILY),
    _M("platform_help_rate", "平台求助率", "Platform help rate", _R, "refund", _DOWN, source=_REAL),
    _M("platform_judged_rate", "平台判责率", "Judged against the store", _R, "refund", _DOWN, source=_HOME),
    _M("dispute_liable_rate", "纠纷投诉商责率", "Complaints with seller at fault", _R, "refund", _DOWN, source=_HOME),
    _M("refund_amount", "成功退款金额", "Refunded amount", _Y, "refund", _DOWN),
    _M("refund_orders", "成功退款笔数", "Refunds", _N, "refund", _DOWN, also="成功退款数"),
    _M("refund_rate", "成功退款率", "Refund rate", _R, "refund", _DOWN, source=_HOME),
    _M("signed_refund_rate", "签收退款率", "Refund rate after signature", _R, "refund", _DOWN, source=_HOME),
    # More can be refunded on a day than was paid on it.
    _M("amount_refund_rate", "金额退款率", "Refund rate by amount", _R, "refund", _DOWN, source=_HOME, unbounded=True),
    # Sales. 交易成功 is what counts toward targets and the fee; 支付 is what daily reports show first.
    # A later refund is taken off the day it happens, so a day's 交易成功金额 may be negative.
    _M("sales_amount", "交易成功金额", "Successful sales", _Y,
       "sales", _UP, also="交易成功额 确认收货金额", signed=True),
    _M("sales_orders", "交易成功订单数", "Successful orders", _N, "sales", _UP, also="交易成功笔数"),
    _M("paid_amount", "支付金额", "Paid amount", _Y, "sales"),
    _M("paid_buyers", "支付买家数", "Paying buyers", _N, "sales"),
    _M("paid_orders", "支付父订单数", "Paid orders", _N, "sales", _UP, also="支付订单数"),
    _M("paid_suborders", "支付子订单数", "Paid sub-orders", _N, "sales"),
    _M("paid_items", "支付件数", "Paid items", _N, "sales"),
    _M("valid_orders", "有效支付订单数", "Valid paid orders", _N, "sales", _UP, also="有效订单数", source=_REAL),
    _M("order_amount", "下单金额", "Ordered amount", _Y, "sales"),
    _M("order_buyers", "下单买家数", "Ordering buyers", _N, "sales"),
    _M("order_items", "下单件数", "Ordered items", _N, "sales"),
    _M("average_order_value", "客单价", "Average order value", _Y, "sales", is_big=False),
    _M("visitor_value", "UV价值", "Value of a visitor", _Y, "sales", _UP, also="访客平均价值", is_big=False),
    _M("new_buyers", "支付新买家数", "New paying buyers", _N, "sales", _UP, also="新买家数"),
    _M("returning_buyers", "支付老买家数", "Returning paying buyers", _N, "sales", _UP, also="老买家数"),
    _M("returning_amount", "老买家支付金额", "Paid by returning buyers", _Y, "sales"),
    _M("repurchase_rate", "复购率", "Repurchase rate", _R, "sales", _UP, also="老买家复购率"),
    # Traffic and conversion.
    _M("visitors", "访客数", "Visitors", _N, "traffic", _UP, also="店铺访客数"),
    _M("views", "浏览量", "Page views", _N, "traffic", _UP, also="店铺浏览量", is_big=True),
    _M("average_stay", "平均停留时长", "Mean stay", _T, "traffic"),
    _M("bounce_rate", "跳失率", "Bounce rate", _R, "traffic", _DOWN, also="跳出率"),
    _M("favourite_buyers", "商品收藏人数", "People who saved goods", _N, "traffic"),
    _M("cart_buyers", "加购人数", "People who added to cart", _N, "traffic", _UP, also="商品加购人数"),
    _M("cart_items", "加购件数", "Items added to cart", _N, "traffic", _UP, also="商品加购件数"),
    _M("conversion_rate", "支付转化率", "Payment conversion", _R, "traffic"),
    _M("order_conversion_rate", "下单转化率", "Order conversion", _R, "traffic"),
    # Ratings.
    _M("ratings", "评价数", "Ratings", _N, "rating", _NEUTRAL),
    _M("positive_ratings", "正面评价数", "Positive ratings", _N, "rating"),
    _M("negative_ratings", "负面评价数", "Negative ratings", _N, "rating", _DOWN),
    _M("picture_ratings", "有图评价数", "Ratings with pictures", _N, "rating"),
    # Activity: "no business" means nothing published or nothing sold.
    _M("published_goods", "在售商品数", "Goods on sale", _N, "activity", _UP, also="出售中商品数"),
    _M("new_goods", "上新商品数", "New goods", _N, "activity"),
    _M("selling_goods", "动销商品数", "Goods that sold", _N, "activity", _UP, also="支付商品数"),
    # Promotion.
    _M("ad_impressions", "展现量", "Ad impressions", _N, "promotion", _NEUTRAL, source=_ADS, is_big=True),
    _M("ad_clicks", "点击量", "Ad clicks", _N, "promotion", _NEUTRAL, source=_ADS),
    _M("ad_spend", "推广花费", "Ad spend", _Y, "promotion", _NEUTRAL, also="花费", source=_ADS),
    _M("ad_sales_amount", "推广成交金额", "Sales through ads", _Y, "promotion", _UP, also="总成交金额", source=_ADS),
)
# fmt: on

BY_CODE: Final[Mapping[str, Metric]] = MappingProxyType({metric.code: metric for metric in CATALOGUE})


def get_metric(code: str) -> Metric:
    """The metric with this code; KeyError when the catalogue has none."""
    return BY_CODE[code]
