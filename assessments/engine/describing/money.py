"""Prose of fees and commissions: what is charged, what gives it back, what takes that away."""

from collections.abc import Iterator

from assessments.engine.describing.phrases import SIGNS, amount, joined, named, same, share
from assessments.engine.explaining.writing import number
from assessments.engine.language.commission import CommissionBody
from assessments.engine.language.fee import Bar, FeeBody, Forfeit, ScoreCondition, SingleDeductions, TotalPoints
from assessments.engine.language.reading import Rulebook
from assessments.engine.text import Text


def describe_fee(book: Rulebook, body: FeeBody) -> Iterator[Text]:
    """Yield a line for every rule of a fee year."""
    fee = amount(book, body.charge.fee)
    yield Text(
        f"年费：{fee.zh}，多类目取最高；上线当月免费，不足一月按一月",
        f"a year's fee: {fee.en}, the highest of the store's categories; the go-live month is free, part months count",
    )
    for tier in body.sales.tiers:
        sales, sign = amount(book, tier.sales), SIGNS[body.sales.comparator]
        yield Text(
            f"返还 {share(tier.share)}：{body.sales.metric} {sign} {sales.zh} × 经营月数 ÷ 12",
            f"{share(tier.share)} back: {body.sales.metric} {sign} {sales.en} × operating months / 12",
        )
    if body.score is not None:
        yield _score(book, body.score)
    yield from (_bar(bar) for bar in body.bars)
    yield _forfeit(body.forfeit)
    if body.abolition is not None:
        ends, early, rest = body.abolition.ends_before, body.abolition.early_paid.text, body.abolition.rest_paid.text
        yield Text(
            f"{ends} 起不再收取：之后的月份先行返还（{early.zh}），之前的月份另行结算（{rest.zh}）",
            f"nothing is charged from {ends} on: later months come back early ({early.en}), "
            f"earlier ones are settled by themselves ({rest.en})",
        )
    if body.pay_out is not None:
        staying, leaving = body.pay_out.staying.text, body.pay_out.leaving.text
        yield Text(
            f"返还时间：续签 {staying.zh}；退出 {leaving.zh}", f"paid: staying {staying.en}; leaving {leaving.en}"
        )


def describe_commission(book: Rulebook, body: CommissionBody) -> Iterator[Text]:
    """Yield a line for every rule of a commission."""
    rate, since = amount(book, body.charge.rate, as_share=True), body.charge.ordered_from
    yield Text(
        f"{since} 起下单、确认收货的金额 × {rate.zh}", f"confirmed amount of orders placed from {since} on × {rate.en}"
    )
    if body.rebate is not None:
        window = f"{body.rebate.starts_on} – {body.rebate.ends_before}"
        for tier in body.rebate.tiers:
            pays = Text("现金", "in cash") if tier.pays == "cash" else Text("优惠券", "as a coupon")
            yield Text(
                f"返还（{window} 之前）：确认金额 ≤ {number(tier.at_most)}，服务费的 {share(tier.share)}，{pays.zh}",
                f"rebate ({window}, exclusive): confirmed ≤ {number(tier.at_most)}, {share(tier.share)} {pays.en}",
            )
    yield _forfeit(body.forfeit)


def _score(book: Rulebook, rule: ScoreCondition) -> Text:
    standard, sign = amount(book, rule.standard), SIGNS[rule.comparator]
    metrics = joined(same(metric) for metric in rule.metrics)
    last = rule.last_months
    when = Text("各月末", "month-ends") if last is None else Text(f"最后 {last} 个月末", f"last {last} month-ends")
    return Text(
        f"{metrics.zh} {when.zh}平均 {sign} {standard.zh}",
        f"mean of {metrics.en} over its {when.en} {sign} {standard.en}",
    )


def _bar(bar: Bar) -> Text:
    name = bar.name.text
    if isinstance(bar, TotalPoints):
        measured = same(f"≥ {number(bar.at_least)}")
    elif isinstance(bar, SingleDeductions):
        measured = Text(
            f"单次 ≥ {number(bar.points)} 分，{bar.count} 次", f"{bar.count} deductions ≥ {number(bar.points)}"
        )
    else:
        measured = Text("任何一次", "any")
    return Text(f"不享受返还：{name.zh}（{measured.zh}）", f"no discount: {name.en} ({measured.en})")


def _forfeit(rule: Forfeit) -> Text:
    reasons = [*rule.reasons, *(["failed_assessment"] if rule.failed_assessment_too else [])]
    words = joined(named(reason) for reason in reasons)
    return Text(f"不退：{words.zh}", f"nothing comes back after: {words.en}")
