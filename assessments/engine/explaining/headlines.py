"""The first lines of an explanation, for results that are not about a period, a fee year or a score."""

from collections.abc import Iterator
from decimal import Decimal

from assessments.engine.explaining.writing import number, word
from assessments.engine.results import Commission, HealthResult, MetricsResult, PointsResult
from assessments.engine.text import Text


def headline(result: Commission | PointsResult | MetricsResult | HealthResult, language: str) -> Iterator[str]:
    """Yield what came out, before the arithmetic."""
    if isinstance(result, PointsResult):
        yield from _points(result, language)
        return
    if isinstance(result, MetricsResult):
        known = sum(metric.value is not None for metric in result.metrics)
        yield Text(
            f"{result.view_on} 查看：{known} 项指标有数据", f"viewed on {result.view_on}: {known} metrics have data"
        ).in_(language)
        return
    if isinstance(result, HealthResult):
        for rating in result.ratings:
            level = rating.level_name.in_(language) if rating.level_name else word("no_data", language)
            yield f"{rating.name.in_(language)}: {level}"
        return
    state = word(result.state, language)
    fee, cash, coupon = (_money(amount) for amount in (result.fee, result.cash_back, result.coupon))
    yield Text(
        f"服务费 {fee}（{state}），返现 {cash}，优惠券 {coupon}",
        f"commission {fee} ({state}), cash back {cash}, coupon {coupon}",
    ).in_(language)


def _points(result: PointsResult, language: str) -> Iterator[str]:
    for ladder in result.ladders:
        points, after = number(ladder.points), number(ladder.after_reset)
        yield Text(
            f"{ladder.name.zh} {points} 分，{ladder.resets_on} 起为 {after} 分",
            f"{ladder.name.en}: {points} points, {after} from {ladder.resets_on} on",
        ).in_(language)
        if ladder.points_left is not None and ladder.next_at is not None:
            left, at = number(ladder.points_left), number(ladder.next_at)
            yield Text(f"  距下一节点 {at} 分还差 {left} 分", f"  {left} points to the next node, {at}").in_(language)
    if result.removed:
        yield word("removed", language)


def _money(amount: Decimal | None) -> str:
    return "—" if amount is None else number(amount)
