"""From text to a checked Rulebook: parse, settle options, validate, cross-check. Every mistake is told at once."""

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from assessments.engine.codec import decimal_text
from assessments.engine.language.assessment import AssessmentBody, ProbationBody
from assessments.engine.language.commission import CommissionBody
from assessments.engine.language.common import Header, Option, Rule, Source, Table
from assessments.engine.language.crosscheck import find_contradictions
from assessments.engine.language.fee import FeeBody
from assessments.engine.language.health import HealthBody
from assessments.engine.language.metrics import MetricsBody
from assessments.engine.language.mistakes import Mistake, RulebookErrors, from_pydantic
from assessments.engine.language.new_store import MonthlyProbationBody
from assessments.engine.language.points import PointsBody
from assessments.engine.language.score import ScoreBody
from assessments.engine.results import Assumption, Provenance, RulebookRef
from assessments.engine.text import Text

Body = (
    AssessmentBody
    | FeeBody
    | ScoreBody
    | ProbationBody
    | MonthlyProbationBody
    | CommissionBody
    | PointsBody
    | MetricsBody
    | HealthBody
)
_BODIES: dict[str, type[Body]] = {
    "assessment": AssessmentBody,
    "fee": FeeBody,
    "score": ScoreBody,
    "probation": ProbationBody,
    "commission": CommissionBody,
    "points": PointsBody,
    "metrics": MetricsBody,
    "health": HealthBody,
}
# Every kind with its rules; a probation has two shapes.
BODIES: tuple[tuple[str, type[Body]], ...] = (*_BODIES.items(), ("probation", MonthlyProbationBody))
M = TypeVar("M", bound=BaseModel)
_SHARED = ("rulebook", "sources", "options", "tables")


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A checked rulebook. `digest` is the SHA-256 of `canonical`, the rulebook's one JSON spelling, and its identity.

    `references` maps the path of a value that an option decides to the option's name.
    """

    header: Header
    sources: Mapping[str, Source]
    options: Mapping[str, Option]
    tables: Mapping[str, Table]
    body: Body
    canonical: str
    digest: str
    references: Mapping[str, str] = field(default_factory=dict)

    @property
    def programme(self) -> str:
        """Code of the programme that this is a version of."""
        return self.header.programme

    @property
    def kind(self) -> str:
        """One of the kinds of the language: assessment, fee, score, …"""
        return self.header.kind

    @property
    def track(self) -> str:
        """Which of the programme's parallel tracks; "annual" is the default one."""
        return self.header.track

    @property
    def version(self) -> str:
        """Name of the version."""
        return self.header.version

    @property
    def platform(self) -> str:
        """Code of the marketplace."""
        return self.header.platform

    @property
    def effective_from(self) -> date:
        """First day on which a period may open under this version."""
        return self.header.effective_from

    @property
    def effective_before(self) -> date | None:
        """First day on which none may any more."""
        return self.header.effective_before

    @property
    def is_joined_by_name(self) -> bool:
        """Whether it covers only the stores that are enrolled in its programme."""
        return self.header.enrolment == "by_name" or (self.header.enrolment is None and self.kind == "probation")

    @property
    def name(self) -> Text:
        """Name in both languages."""
        return self.header.name.text

    @property
    def ref(self) -> RulebookRef:
        """What a result keeps of the rulebook."""
        return RulebookRef(self.programme, self.track, self.version, self.digest)

    def basis(self, rule: Rule) -> Provenance:
        """Where a rule comes from, with the source's title."""
        return Provenance(self._titled(rule.source), rule.year, rule.confidence)

    def row_basis(self, table: str, category: str) -> Provenance:
        """Where a table's value for a category comes from."""
        whole = self.tables[table]
        for row in whole.rows:
            if category in row.categories:
                return Provenance(
                    self._titled(row.source or whole.source), row.year or whole.year, row.confidence or whole.confidence
                )
        return self.basis(whole)

    def choosing(self, choices: Mapping[str, object]) -> "Rulebook":
        """Return the rulebook with other choices of its options (and so another digest).

        Raises RulebookErrors for an option or a choice that it does not have.
        """
        document = json.loads(self.canonical)
        unknown = [name for name in choices if name not in self.options]
        if unknown:
            raise RulebookErrors(
                tuple(
                    Mistake(f"options.{name}", Text(zh="规则集没有这个选项", en="the rulebook has no such option"))
                    for name in unknown
                )
            )
        for name, value in choices.items():
            document["options"][name]["value"] = _canonical(value)
        return _built(document)

    def assumptions(self, rules: frozenset[str]) -> tuple[Assumption, ...]:
        """Return the options that decide anything under the rule paths given."""
        names = {
            name
            for path, name in self.references.items()
            if any(path == rule or path.startswith(rule + ".") for rule in rules)
        }
        chosen = [(name, self.options[name].chosen()) for name in sorted(names)]
        return tuple(Assumption(name, _word(pick.value), Text(zh=pick.zh, en=pick.en)) for name, pick in chosen)

    def _titled(self, source: str) -> str:
        return f"[{source}] {self.sources[source].title}" if source in self.sources else source


def parse_rulebook(text: str) -> Rulebook:
    """Read a rulebook from TOML, or from JSON of the same shape (a text that starts with a brace).

    Raises RulebookErrors with every mistake found, each with its path.
    """
    if text.lstrip().startswith("{"):
        return _read(lambda: json.loads(text, parse_float=Decimal), "JSON")
    return _read(lambda: tomllib.loads(text, parse_float=Decimal), "TOML")


def parse_canonical(text: str) -> Rulebook:
    """Read a rulebook back from its canonical JSON. Raises RulebookErrors."""
    return _read(lambda: json.loads(text), "JSON")


def _read(load: Callable[[], Any], form: str) -> Rulebook:
    """Whatever a stranger wrote ends as a rulebook or as mistakes: nested without end, numbers without end and all."""
    try:
        document = load()
    except (ValueError, RecursionError) as error:
        raise RulebookErrors(
            (Mistake("", Text(zh=f"不是有效的 {form}：{error}", en=f"not {form}: {error}")),)
        ) from error
    try:
        return _built(_canonical(document))
    except RecursionError as error:
        raise RulebookErrors((Mistake("", Text(zh="嵌套过深", en="nested too deeply")),)) from error


def _built(document: Any) -> Rulebook:
    if not isinstance(document, dict):
        raise RulebookErrors((Mistake("", Text(zh="应为一个表", en="expected a table")),))
    mistakes: list[Mistake] = []
    header = _validated(Header, document.get("rulebook", {}), "rulebook", mistakes)
    sources = _validated_each(Source, document.get("sources", {}), "sources", mistakes)
    options = _validated_each(Option, document.get("options", {}), "options", mistakes)
    tables = _validated_each(Table, document.get("tables", {}), "tables", mistakes)
    references: dict[str, str] = {}
    rest = {key: part for key, part in document.items() if key not in _SHARED}
    settled = _settled(rest, "", options, references, mistakes)
    body = None
    if header is not None:
        body = _validated(_body_kind(header.kind, settled), settled, "", mistakes)
    if header is not None and body is not None:
        parts: dict[str, BaseModel] = {"rulebook": header, "": body}
        parts |= {f"options.{name}": option for name, option in options.items()}
        parts |= {f"tables.{name}": table for name, table in tables.items()}
        mistakes.extend(find_contradictions(parts, body, sources, tables))
    mistakes.extend(_unused(options, references))
    if mistakes or header is None or body is None:
        raise RulebookErrors(tuple(mistakes))
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if "\\u0000" in canonical:  # no database keeps it in a text, and a name that holds it would stop every recompute
        raise RulebookErrors((Mistake("", Text(zh="不允许空字符", en="null characters are not allowed")),))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return Rulebook(header, sources, options, tables, body, canonical, digest, references)


def _body_kind(kind: str, settled: Mapping[str, object]) -> type[Body]:
    """A probation by months is told from one by days by its [[months]]."""
    return MonthlyProbationBody if kind == "probation" and "months" in settled else _BODIES[kind]


def _unused(options: Mapping[str, Option], references: Mapping[str, str]) -> Iterator[Mistake]:
    for name in options:
        if name not in references.values():
            yield Mistake(f"options.{name}", Text(zh="没有规则使用这个选项", en="no rule uses this option"))


def _validated(kind: type[M], part: Any, path: str, mistakes: list[Mistake]) -> M | None:
    try:
        return kind.model_validate(part)
    except ValidationError as error:
        mistakes.extend(from_pydantic(error, path, part))
        return None


def _validated_each(kind: type[M], part: Any, path: str, mistakes: list[Mistake]) -> dict[str, M]:
    if not isinstance(part, dict):
        mistakes.append(Mistake(path, Text(zh="应为一个表", en="expected a table")))
        return {}
    tried = {name: _validated(kind, inner, f"{path}.{name}", mistakes) for name, inner in part.items()}
    return {name: valid for name, valid in tried.items() if valid is not None}


def _settled(
    part: Any, path: str, options: Mapping[str, Option], references: dict[str, str], out: list[Mistake]
) -> Any:
    """Replace every `{option = "name"}` by the option's value, and remember where it stood."""
    if isinstance(part, dict):
        if set(part) == {"option"}:
            name = part["option"]
            if not isinstance(name, str) or name not in options:
                out.append(Mistake(path, Text(zh=f"没有选项 {name}", en=f"there is no option {name}")))
                return part
            references[path] = name
            return options[name].value
        return {
            key: _settled(inner, f"{path}.{key}".lstrip("."), options, references, out) for key, inner in part.items()
        }
    if isinstance(part, list):
        names = [str(one["id"]) if isinstance(one, dict) and "id" in one else str(at) for at, one in enumerate(part)]
        return [
            _settled(one, f"{path}.{name}", options, references, out) for name, one in zip(names, part, strict=True)
        ]
    return part


def _canonical(part: Any) -> Any:
    """Return the JSON form of a parsed document: numbers with a point as strings, dates in ISO form."""
    if isinstance(part, dict):
        return {str(key): _canonical(inner) for key, inner in part.items()}
    if isinstance(part, list):
        return [_canonical(inner) for inner in part]
    if isinstance(part, Decimal):
        return decimal_text(part) if part.is_finite() else str(part)
    if isinstance(part, date | time):
        return part.isoformat()
    return part


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


__all__ = ["BODIES", "Body", "Rulebook", "parse_canonical", "parse_rulebook"]
