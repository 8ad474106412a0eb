"""A rulebook as people read it: its rules, then its tables with what is not filled in, then its options."""

from collections.abc import Iterator

from assessments.engine.describing.money import describe_commission, describe_fee
from assessments.engine.describing.periods import describe_assessment, describe_months, describe_probation
from assessments.engine.describing.scores import describe_health, describe_metrics, describe_points, describe_score
from assessments.engine.explaining.writing import number, word
from assessments.engine.language.assessment import AssessmentBody, ProbationBody
from assessments.engine.language.commission import CommissionBody
from assessments.engine.language.fee import FeeBody
from assessments.engine.language.health import HealthBody
from assessments.engine.language.metrics import MetricsBody
from assessments.engine.language.new_store import MonthlyProbationBody
from assessments.engine.language.points import PointsBody
from assessments.engine.language.reading import Rulebook
from assessments.engine.text import Text


def describe(rulebook: Rulebook, language: str) -> list[str]:
    """Return a rulebook's rules as lines in "zh…" or English, such as "月末分 ≥ 4.1，周期内不达标月数 < 3"."""
    lines = [_head(rulebook), *_rules(rulebook), *_tables(rulebook), *_options(rulebook)]
    return [line.in_(language) for line in lines]


def describe_rules(rulebook: Rulebook, language: str) -> list[str]:
    """Return only the rules, without head, tables and options."""
    return [line.in_(language) for line in _rules(rulebook)]


def _rules(book: Rulebook) -> Iterator[Text]:
    body = book.body
    if isinstance(body, AssessmentBody):
        yield from describe_assessment(book, body)
    elif isinstance(body, FeeBody):
        yield from describe_fee(book, body)
    elif isinstance(body, CommissionBody):
        yield from describe_commission(book, body)
    elif isinstance(body, PointsBody):
        yield from describe_points(book, body)
    elif isinstance(body, HealthBody):
        yield from describe_health(book, body)
    elif isinstance(body, MetricsBody):
        yield from describe_metrics(book, body)
    elif isinstance(body, MonthlyProbationBody):
        yield from describe_months(book, body)
    elif isinstance(body, ProbationBody):
        yield from describe_probation(book, body)
    else:
        yield from describe_score(book, body)


def _head(book: Rulebook) -> Text:
    zh = f"{book.name.zh}（{book.programme} / {book.track} / {book.version}），自 {book.effective_from} 起"
    en = f"{book.name.en} ({book.programme} / {book.track} / {book.version}), from {book.effective_from}"
    if book.effective_before is not None:
        zh, en = f"{zh}、{book.effective_before} 之前", f"{en}, before {book.effective_before}"
    if book.is_joined_by_name:
        zh, en = f"{zh}；仅限登记参加的店铺", f"{en}; only for stores that are enrolled in it"
    return Text(zh, en)


def _tables(book: Rulebook) -> Iterator[Text]:
    for name, table in book.tables.items():
        rows = [f"{'/'.join(row.categories)} {number(row.value)}" for row in table.rows]
        if table.default is not None:
            zh = [*rows, f"其余 {number(table.default)}"]
            en = [*rows, f"others {number(table.default)}"]
        else:
            zh = [*rows, "其余未设置，由机构填写"]
            en = [*rows, "others not set: the agency fills them in"]
        yield Text(
            f"表「{table.name.zh}」（{name}）：{'；'.join(zh)}", f'table "{table.name.en}" ({name}): {"; ".join(en)}'
        )


def _options(book: Rulebook) -> Iterator[Text]:
    for name, option in book.options.items():
        chosen, others = option.chosen(), [each for each in option.choices if each is not option.chosen()]
        zh = "；".join(each.zh for each in others)
        en = "; ".join(each.en for each in others)
        trust = Text(word(option.confidence, "zh"), word(option.confidence, "en"))
        yield Text(
            f"选项 {name}（{trust.zh}）：{chosen.zh}。也可：{zh}", f"option {name} ({trust.en}): {chosen.en}. Or: {en}"
        )
