"""Prose of assessments and probations: calendar, requirements, warnings, consequences, nodes."""

from collections.abc import Iterator
from decimal import Decimal

from assessments.engine.describing.phrases import KEPT_BELOW, SIGNS, amount, joined, named, share
from assessments.engine.explaining.writing import number
from assessments.engine.language.assessment import (
    Activity,
    AnyBand,
    AnyRequirement,
    AssessmentBody,
    Calendar,
    Completion,
    DailyScore,
    DaysUsed,
    FailuresLeft,
    Incidents,
    Moment,
    MonthlyScore,
    ProbationBody,
    Stage,
    Total,
)
from assessments.engine.language.new_store import MonthlyProbationBody
from assessments.engine.language.reading import Rulebook
from assessments.engine.text import Text


def describe_assessment(book: Rulebook, body: AssessmentBody) -> Iterator[Text]:
    """Yield a line for every rule of a daily assessment."""
    yield _calendar(body.calendar)
    for rule in body.requirements:
        line = _requirement(book, rule)
        if len(rule.phases) == 1:
            phase = named(rule.phases[0])
            line = Text(f"{line.zh}（只在{phase.zh}）", f"{line.en} (only in the {phase.en})")
        yield line
    names = {rule.id: rule.name.text for rule in body.requirements}
    for band in body.bands:
        yield _band(band, names[band.requirement])
    yield from (_stage(stage) for stage in body.consequences)


def describe_probation(book: Rulebook, body: ProbationBody) -> Iterator[Text]:
    """Yield a line for every node of a probation by days."""
    yield Text(f"共 {body.days} 天，每个节点都要通过", f"{body.days} days, every node must be passed")
    for node in body.nodes:
        target, sign = amount(book, node.target), SIGNS[node.comparator]
        line = Text(
            f"第 {node.day} 天：月均 {body.metric} {sign} {target.zh}",
            f"day {node.day}: month average of {body.metric} {sign} {target.en}",
        )
        if node.alternative is not None:
            last, other = node.alternative, amount(book, node.alternative.target)
            line = Text(
                f"{line.zh}；或第 {last.first_day} 至 {last.last_day} 天月均 {SIGNS[last.comparator]} {other.zh}",
                f"{line.en}; or of days {last.first_day} to {last.last_day} {SIGNS[last.comparator]} {other.en}",
            )
        yield line
    if body.score is not None:
        line, sign = amount(book, body.score.line), SIGNS[body.score.comparator]
        yield Text(
            f"第 {body.score.from_node} 个节点起 {body.score.metric} {sign} {line.zh}",
            f"from node {body.score.from_node} on {body.score.metric} {sign} {line.en}",
        )
    yield from (_stage(stage) for stage in body.consequences)


def describe_months(book: Rulebook, body: MonthlyProbationBody) -> Iterator[Text]:
    """Yield a line for every assessed month of a probation by months."""
    for number_, node in enumerate(body.months, start=body.first_month):
        target = amount(book, node.target)
        yield Text(
            f"第 {number_} 个月：{body.metric} {SIGNS[body.comparator]} {target.zh}",
            f"month {number_}: {body.metric} {SIGNS[body.comparator]} {target.en}",
        )
    if body.score is not None:
        line, sign = amount(book, body.score.line), SIGNS[body.score.comparator]
        yield Text(
            f"每个月末 {body.score.metric} {sign} {line.zh}", f"each month-end {body.score.metric} {sign} {line.en}"
        )
    yield from (_stage(stage) for stage in body.consequences)


def _calendar(rule: Calendar) -> Text:
    exempt = rule.exempt
    if exempt.kind == "rest_of_month":
        first = Text("上线当月剩余日期", "the rest of the go-live month")
    elif exempt.kind == "until_month":
        first = Text(f"至下一个 {exempt.month} 月 1 日", f"until the first day of the next month {exempt.month}")
    else:
        first = Text(
            f"{exempt.months} 个自然月（{exempt.join_by_day} 日及以前上线的计入当月）",
            f"{exempt.months} calendar months (this one included when live by day {exempt.join_by_day})",
        )
    return Text(
        f"免考期：{first.zh}；试考期 {rule.trial_months} 个月；正式期每 {rule.formal_months} 个月一个周期",
        f"exempt: {first.en}; trial {rule.trial_months} months; formal cycles of {rule.formal_months} months",
    )


def _requirement(book: Rulebook, rule: AnyRequirement) -> Text:
    name = rule.name.text
    if isinstance(rule, MonthlyScore):
        return _monthly(book, rule, name)
    if isinstance(rule, Total):
        return _total(book, rule, name)
    if isinstance(rule, Activity):
        return _activity(rule, name)
    if isinstance(rule, DailyScore):
        line, allowed, sign = amount(book, rule.line), amount(book, rule.allowed), SIGNS[rule.comparator]
        return Text(
            f"{name.zh} 每日 {sign} {line.zh}，期内不满足的天数 ≤ {allowed.zh}",
            f"{name.en} {sign} {line.en} every day, failing days ≤ {allowed.en}",
        )
    return _incidents(rule, name)


def _monthly(book: Rulebook, rule: MonthlyScore, name: Text) -> Text:
    amounts = [part.line or rule.line for part in rule.series]
    lines = dict.fromkeys(amount(book, each) for each in amounts if each is not None)
    line, limit, sign = joined(lines, " / ", " / "), amount(book, rule.limit), SIGNS[rule.comparator]
    if rule.counting == "consecutive":
        return Text(
            f"{name.zh} {sign} {line.zh}，连续不达标月数 < {limit.zh}",
            f"{name.en} {sign} {line.en}, failing months in a row < {limit.en}",
        )
    return Text(
        f"{name.zh} {sign} {line.zh}，周期内不达标月数 < {limit.zh}",
        f"{name.en} {sign} {line.en}, failing months in the cycle < {limit.en}",
    )


def _total(book: Rulebook, rule: Total, name: Text) -> Text:
    target, sign = amount(book, rule.target), SIGNS[rule.comparator]
    line = Text(f"{name.zh} {sign} {target.zh}", f"{name.en} {sign} {target.en}")
    for part in rule.shares:
        of, phase = amount(book, part.share, as_share=True), named(part.phase)
        line = Text(f"{line.zh}；{phase.zh} × {of.zh}", f"{line.en}; {phase.en} × {of.en}")
    for point in rule.checkpoints:
        phase, months = named(point.phase), "/".join(str(month) for month in point.months)
        how = Text("每个节点都要达到", "each must be reached") if point.decide else Text("只看进度", "pace only")
        line = Text(
            f"{line.zh}；{phase.zh}第 {months} 个月末为节点（{how.zh}）",
            f"{line.en}; {phase.en} checkpoints at month {months} ({how.en})",
        )
    return line


def _activity(rule: Activity, name: Text) -> Text:
    kept = KEPT_BELOW[rule.comparator]
    limits = joined(
        Text(f"{named(each.phase).zh} {kept} {each.months}", f"{named(each.phase).en} {kept} {each.months}")
        for each in rule.limits
    )
    return Text(f"{name.zh}：连续无经营月数 {limits.zh}", f"{name.en}: months in a row without business {limits.en}")


def _incidents(rule: Incidents, name: Text) -> Text:
    if rule.effect == "nothing":
        return Text(f"{name.zh}不影响考核", f"{name.en} have no effect")
    if rule.effect == "warns":
        return Text(f"{name.zh} ≥ {rule.at_least} 起：关注", f"{name.en} ≥ {rule.at_least}: watched")
    return Text(f"期内{name.zh} < {rule.at_least} 起", f"{name.en} < {rule.at_least} in the period")


def _band(band: AnyBand, name: Text) -> Text:
    if isinstance(band, FailuresLeft):
        rows = joined(
            Text(f"还差 ≤ {row.at_most} 次 {named(row.level).zh}", f"≤ {row.at_most} left {named(row.level).en}")
            for row in band.rows
        )
    elif isinstance(band, Completion):
        rows = joined(
            (
                Text(f"第 {months} 个月 {steps.zh}", f"month {months} {steps.en}")
                for row in band.rows
                for months in ["/".join(str(month) for month in row.months)]
                for steps in [joined(_reading("<", step.below, step.level) for step in row.steps)]
            ),
            "；",
            "; ",
        )
    elif isinstance(band, DaysUsed):
        above = named(band.above)
        used = joined(_reading("≤", row.up_to, row.level) for row in band.rows)
        rows = Text(f"已用天数 {used.zh}，其上 {above.zh}", f"days used {used.en}, above {above.en}")
    else:
        level = named(band.level)
        rows = Text(f"今天的值若不达标 {level.zh}", f"today's value failing {level.en}")
    return Text(f"预警（{name.zh}）：{rows.zh}", f"warning ({name.en}): {rows.en}")


def _reading(sign: str, value: Decimal, level: str) -> Text:
    return Text(f"{sign} {share(value)} {named(level).zh}", f"{sign} {share(value)} {named(level).en}")


def _stage(stage: Stage) -> Text:
    name, begins = stage.name.text, _moment(stage.begins)
    line = Text(f"失败后：{begins.zh} 起{name.zh}", f"after a failure: {name.en} from {begins.en}")
    if stage.deadline is not None:
        until = _moment(stage.deadline)
        line = Text(f"{line.zh}，{until.zh} 前处理", f"{line.en}, to be answered before {until.en}")
    if stage.duty is not None:
        line = Text(f"{line.zh}：{stage.duty.zh}", f"{line.en}: {stage.duty.en}")
    return line


def _moment(moment: Moment) -> Text:
    months = {0: Text("当月", "the same month"), 1: Text("次月", "the next month")}
    month = months.get(moment.months, Text(f"{number(moment.months)} 个月后", f"{number(moment.months)} months later"))
    day = Text("1 日", "the first day") if moment.day == "first" else Text("最后一日", "the last day")
    at = f" {moment.time:%H:%M}" if moment.time.hour or moment.time.minute else ""
    return Text(f"{month.zh} {day.zh}{at}", f"{day.en} of {month.en}{at}")
