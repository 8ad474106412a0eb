"""Contradictions between the parts of a rulebook: names that lead nowhere, and names used twice."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from assessments.engine.language.assessment import AssessmentBody, DailyScore, MonthlyScore, ProbationBody, Total
from assessments.engine.language.common import Amount, Row, Rule, Source, Table
from assessments.engine.language.health import Condition, HealthBody
from assessments.engine.language.mistakes import Mistake
from assessments.engine.text import Text

_BANDED: Mapping[str, type[BaseModel]] = {"completion": Total, "days_used": DailyScore}


def find_contradictions(
    parts: Mapping[str, BaseModel], body: BaseModel, sources: Mapping[str, Source], tables: Mapping[str, Table]
) -> Iterator[Mistake]:
    """Yield a mistake for every source, table or requirement that is named but not there, and every id used twice."""
    used: set[str] = set()
    for prefix, part in parts.items():
        for path, inner in _walk(part, prefix):
            if isinstance(inner, Rule | Row) and inner.source is not None and inner.source not in sources:
                yield Mistake(f"{path}.source".lstrip("."), _missing("来源", "source", inner.source))
            if isinstance(inner, Amount) and inner.table is not None:
                used.add(inner.table)
                if inner.table not in tables:
                    yield Mistake(f"{path}.table".lstrip("."), _missing("表", "table", inner.table))
    for name in tables:
        if name not in used:
            yield Mistake(f"tables.{name}", Text(zh="没有规则使用这张表", en="no rule uses this table"))
    yield from _repeated_ids(body)
    if isinstance(body, AssessmentBody):
        yield from _check_assessment(body)
    if isinstance(body, HealthBody):
        yield from _check_health(body)
    if isinstance(body, ProbationBody):
        yield from _check_nodes(body)


def _check_assessment(body: AssessmentBody) -> Iterator[Mistake]:
    kinds = {requirement.id: requirement for requirement in body.requirements}
    for at, band in enumerate(body.bands):
        needed = _BANDED.get(band.kind, MonthlyScore)
        if not isinstance(kinds.get(band.requirement), needed):
            yield Mistake(
                f"bands.{at}.requirement", _missing("考核要求", f"{needed.__name__} requirement", band.requirement)
            )


def _check_health(body: HealthBody) -> Iterator[Mistake]:
    measures = {measure.id for measure in body.measures}
    for path, part in _walk(body, ""):
        if isinstance(part, Condition) and part.measure not in measures:
            yield Mistake(f"{path}.measure", _missing("指标", "measure", part.measure))


def _repeated_ids(body: BaseModel) -> Iterator[Mistake]:
    """Yield a mistake for every id that two items of one list share."""
    for path, part in _walk(body, ""):
        for name in type(part).model_fields:
            items = getattr(part, name)
            ids = [item.id for item in items if hasattr(item, "id")] if isinstance(items, tuple) else []
            for repeated in sorted({one for one in ids if ids.count(one) > 1}):
                place = f"{path}.{name}.{repeated}".lstrip(".")
                yield Mistake(place, Text(zh="编号重复", en="the id is used twice"))


def _check_nodes(body: ProbationBody) -> Iterator[Mistake]:
    days = [node.day for node in body.nodes]
    if days != sorted(set(days)) or days[-1] > body.days:
        yield Mistake("nodes", Text(zh="节点天数应递增且不超过总天数", en="node days must ascend and stay within days"))


def _missing(zh: str, en: str, name: str) -> Text:
    return Text(zh=f"没有{zh} {name}", en=f"there is no {en} {name}")


def _walk(part: object, path: str) -> Iterator[tuple[str, BaseModel]]:
    if isinstance(part, BaseModel):
        yield path, part
        for name in type(part).model_fields:
            yield from _walk(getattr(part, name), f"{path}.{name}".lstrip("."))
    elif isinstance(part, tuple):
        for at, inner in enumerate(part):
            yield from _walk(inner, f"{path}.{getattr(inner, 'id', at)}")
