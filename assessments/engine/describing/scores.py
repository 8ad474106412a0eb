"""Prose of scores, metrics, violation points and health."""

from collections.abc import Iterator

from assessments.engine.describing.phrases import SIGNS, amount, joined, same
from assessments.engine.explaining.writing import number
from assessments.engine.language.health import AnyMeasure, Condition, CountOf, FixedWindow, HealthBody, RateOf
from assessments.engine.language.metrics import (
    AnyMetric,
    CappedMean,
    CountedRatio,
    MetricsBody,
    ReplyRounds,
)
from assessments.engine.language.points import Ladder, PointsBody, Sanction
from assessments.engine.language.reading import Rulebook
from assessments.engine.language.score import Counted, RatingMean, ScoreBody, Tiers, Weighed
from assessments.engine.text import Text


def describe_score(book: Rulebook, body: ScoreBody) -> Iterator[Text]:
    """Yield a line for every part of a score."""
    rule = body.score
    if isinstance(rule, RatingMean):
        items = joined(item.name.text for item in rule.items)
        yield Text(
            f"{items.zh}：评价的平均；同一买家一个月内只计前 {rule.per_buyer_month} 次",
            f"{items.en}: the mean of ratings; only a buyer's first {rule.per_buyer_month} of a month count",
        )
        return
    if rule.minimum is not None:
        name, least = rule.minimum.name.text, rule.minimum.at_least
        yield Text(f"{name.zh} < {least}：没有分数", f"{name.en} < {least}: no score")
    yield from _parts(book, rule.parts, "")
    if rule.missing == "renormalise":
        yield Text(
            "没有分的部分不计，按其余权重折算", "parts without a score are left out and the weights renormalised"
        )
    else:
        yield Text("缺少任何一部分即没有分数", "a missing part means no score")
    for bonus in rule.bonuses:
        name = bonus.name.text
        if bonus.points is not None and bonus.when is not None:
            points, line = amount(book, bonus.points), amount(book, bonus.when.line, as_share=True)
            sign = SIGNS[bonus.when.comparator]
            name = Text(
                f"{name.zh}（{bonus.when.value} {sign} {line.zh}）{points.zh} 分",
                f"{name.en} ({bonus.when.value} {sign} {line.en}) {points.en} points",
            )
        yield Text(f"加分：{name.zh}", f"bonus: {name.en}")
    if rule.cap is not None:
        yield Text(f"封顶 {number(rule.cap)} 分", f"capped at {number(rule.cap)}")


def describe_metrics(book: Rulebook, body: MetricsBody) -> Iterator[Text]:
    """Yield a line for every metric and its window."""
    for rule in body.metrics:
        name, days, how = rule.name.text, amount(book, rule.window.days), _metric(rule)
        yield Text(
            f"{name.zh}：{how.zh}；{days.zh} 天，至 T-{rule.window.lag}",
            f"{name.en}: {how.en}; {days.en} days, to T-{rule.window.lag}",
        )


def describe_points(book: Rulebook, body: PointsBody) -> Iterator[Text]:
    """Yield a line for every ladder, node and reset."""
    for ladder in body.ladders:
        name = ladder.name.text
        for node in ladder.nodes:
            what = joined(_sanction(book, each) for each in node.sanctions)
            yield Text(
                f"{name.zh} ≥ {number(node.at_least)} 分：{what.zh}", f"{name.en} ≥ {number(node.at_least)}: {what.en}"
            )
        if ladder.every is not None:
            what, step = joined(_sanction(book, each) for each in ladder.every.sanctions), number(ladder.every.points)
            yield Text(f"{name.zh} 每满 {step} 分：{what.zh}", f"{name.en}, every {step} points: {what.en}")
        yield _reset(ladder, name)


def describe_health(book: Rulebook, body: HealthBody) -> Iterator[Text]:
    """Yield a line for every measure and every rung."""
    names = {rule.id: rule.name.text for rule in body.measures}
    for rule in body.measures:
        yield _measure(rule, names[rule.id])
    for ranking in body.ratings:
        title, last = ranking.name.text, ranking.otherwise.name.text
        for rung in ranking.rungs:
            level = rung.name.text
            needs = joined(
                (
                    joined((_condition(book, one, names[one.measure]) for one in need.any), " 或 ", " or ")
                    for need in rung.needs
                ),
                "，且 ",
                ", and ",
            )
            yield Text(f"{title.zh} {level.zh}：{needs.zh}", f"{title.en} {level.en}: {needs.en}")
        yield Text(f"{title.zh} 否则：{last.zh}", f"{title.en} otherwise: {last.en}")


def _parts(book: Rulebook, parts: tuple[Weighed, ...], indent: str) -> Iterator[Text]:
    for part in parts:
        name = part.name.text
        weight = same("1") if part.weight is None else amount(book, part.weight)
        tiers = Text("", "") if part.tiers is None else _tiers(book, part.tiers)
        yield Text(f"{indent}{name.zh}：权重 {weight.zh}{tiers.zh}", f"{indent}{name.en}: weight {weight.en}{tiers.en}")
        yield from _parts(book, part.parts, indent + "  ")


def _tiers(book: Rulebook, tiers: Tiers) -> Text:
    sign = "≥" if tiers.better == "higher" else "≤"
    lines = [(number(tier.score), amount(book, tier.line)) for tier in tiers.lines]
    rows = joined(Text(f"{sign} {line.zh} {score} 分", f"{sign} {line.en} {score}") for score, line in lines)
    return Text(f"；{rows.zh}", f"; {rows.en}")


def _metric(rule: AnyMetric) -> Text:
    if isinstance(rule, CountedRatio):
        return _ratio(rule.of, rule.over)
    if isinstance(rule, CappedMean):
        cap = "—" if rule.cap is None else number(rule.cap)
        return Text(f"{rule.samples} 的平均，每次最多按 {cap} 计", f"mean of {rule.samples}, each {cap} at most")
    if isinstance(rule, ReplyRounds):
        within, hours = rule.within_seconds, f"{rule.from_time:%H:%M}–{rule.before_time:%H:%M}"
        return Text(
            f"{within} 秒内回复的轮次 ÷ 全部轮次（{hours}）", f"rounds answered within {within} s / all ({hours})"
        )
    first = ", ".join(rule.counts)
    return Text(f"首次选择为 {first} 的订单 ÷ {rule.over}", f"orders whose first choice is {first} / {rule.over}")


def _ratio(of: tuple[Counted, ...], over: tuple[Counted, ...]) -> Text:
    top, bottom = (
        " + ".join(each.count if each.weight == 1 else f"{number(each.weight)} × {each.count}" for each in counted)
        for counted in (of, over)
    )
    return same(f"({top}) ÷ ({bottom})")


def _sanction(book: Rulebook, rule: Sanction) -> Text:
    name = rule.name.text
    if rule.money is not None:
        money = amount(book, rule.money)
        return Text(f"{name.zh} {money.zh}", f"{name.en} {money.en}")
    return name if rule.days is None else Text(f"{name.zh} {rule.days} 天", f"{name.en}, {rule.days} days")


def _reset(ladder: Ladder, name: Text) -> Text:
    reset = ladder.reset
    if reset.kind == "yearly":
        when = Text("每年 12 月 31 日 24:00 清零", "reset at the end of 31 December")
    elif reset.monday == "first":
        when = Text("每季度第一个周一清零", "reset on the first Monday of a quarter")
    else:
        when = Text("每季度最后一个周一清零", "reset on the last Monday of a quarter")
    if reset.keeps_from is not None:
        keeps = number(reset.keeps_from)
        when = Text(f"{when.zh}，≥ {keeps} 分不清零", f"{when.en}, never from {keeps} points on")
    if reset.carry is not None:
        low, below, left = (number(one) for one in (reset.carry.at_least, reset.carry.below, reset.carry.points))
        when = Text(
            f"{when.zh}，{low}–{below} 分带入 {left} 分", f"{when.en}, {left} carried from {low} to below {below}"
        )
    return Text(f"{name.zh}：{when.zh}", f"{name.en}: {when.en}")


def _measure(rule: AnyMeasure, name: Text) -> Text:
    if isinstance(rule, RateOf):
        how = _ratio(rule.of, rule.over)
    elif isinstance(rule, CountOf):
        how = same(rule.count)
    else:
        return Text(f"{name.zh}：平台给出", f"{name.en}: as the marketplace shows it")
    window = rule.window
    if isinstance(window, FixedWindow):
        return Text(f"{name.zh}：{how.zh}（{window.window}）", f"{name.en}: {how.en} ({window.window})")
    chosen = f"{window.count} ≥ {window.at_least}: {window.window}"
    return Text(
        f"{name.zh}：{how.zh}（{chosen}，否则 {window.otherwise}）",
        f"{name.en}: {how.en} ({chosen}, else {window.otherwise})",
    )


def _condition(book: Rulebook, rule: Condition, name: Text) -> Text:
    line = amount(book, rule.line)
    return Text(f"{name.zh} {SIGNS[rule.comparator]} {line.zh}", f"{name.en} {SIGNS[rule.comparator]} {line.en}")
