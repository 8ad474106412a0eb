"""Rulebooks for screening: every shipped assessment with any of its options chosen, and invented ones at the edges."""

import json
from datetime import date
from functools import cache
from itertools import count
from random import Random
from typing import Any

from assessments.engine import Rulebook, parse_canonical
from assessments.engine.language.assessment import AssessmentBody
from tests.unit.engine.cast import shipped

FROM = {"source": "S", "year": 2024, "confidence": "example"}
COMPARATORS = [">=", ">", "<=", "<"]
TABLES = {"line": "score", "other_line": "score", "limit": "months", "target": "money", "share": "share"}
UNTILS = ["2022-11-01", "2023-03-31", "2023-06-15"]
LEVELS = ["watch", "low", "medium", "high"]
Document = dict[str, Any]


@cache
def assessments() -> tuple[Rulebook, ...]:
    return tuple(book for book in shipped() if isinstance(book.body, AssessmentBody))


def draw_shipped(rng: Random) -> Rulebook:
    """A shipped assessment, as it is or with a random choice for every option."""
    book = rng.choice(assessments())
    if rng.random() < 0.2:
        return book
    return book.choosing({name: rng.choice(option.choices).value for name, option in book.options.items()})


def draw_invented(rng: Random) -> Rulebook:
    """A rulebook that nobody publishes: any comparators, counting, checkpoints, bands and stages."""
    numbers = count(1)
    requirements = [draw_score(rng, next(numbers)) for _ in range(rng.choice([0, 1, 1, 1, 2]))]
    requirements += [draw_total(rng, next(numbers)) for _ in range(rng.choice([0, 1, 1, 2]))]
    requirements += [draw_activity(rng, next(numbers)) for _ in range(rng.choice([0, 0, 1]))]
    requirements += [draw_incidents(rng, next(numbers)) for _ in range(rng.choice([0, 0, 0, 1]))]
    requirements = requirements or [draw_score(rng, 1)]
    document = {
        "rulebook": {
            "programme": "invented",
            "kind": "assessment",
            "version": "v1",
            "platform": "tmall",
            "name": words("invented"),
            "effective_from": "2020-01-01",
            "effective": FROM,
        },
        "sources": {"S": {"title": "invented"}},
        "calendar": {"exempt": {"kind": "rest_of_month"}, "trial_months": 12, "formal_months": 12, **FROM},
        "requirements": requirements,
        "bands": [band for rule in requirements for band in draw_bands(rng, rule)],
        "consequences": [draw_stage(rng) for _ in range(rng.choice([0, 1, 2, 3]))],
    }
    used = json.dumps(document)
    document["tables"] = {name: draw_table(rng, name) for name in TABLES if f'"table": "{name}"' in used}
    return parse_canonical(json.dumps(document))


def words(text: str) -> Document:
    return {"zh": text, "en": text}


def draw_phases(rng: Random) -> list[str]:
    return rng.choice([["trial", "formal"], ["trial", "formal"], ["trial"], ["formal"]])


def rule(rng: Random, kind: str, number: int, **parts: Any) -> Document:
    return {"kind": kind, "id": f"r{number}", "name": words(kind), "phases": draw_phases(rng), **parts, **FROM}


def draw_amount(rng: Random, table: str, fixed: list[str]) -> Document:
    return {"table": table} if rng.random() < 0.6 else {"fixed": rng.choice(fixed)}


def draw_score(rng: Random, number: int) -> Document:
    untils = sorted(rng.sample(UNTILS, rng.choice([0, 0, 1, 2, 3])))
    series: list[Document] = []
    for until in [*untils, None]:
        part: Document = {"metric": rng.choice(["score_a", "score_b"])}
        if until:
            part["until"] = until
        if rng.random() < 0.4:
            part["line"] = draw_amount(rng, "other_line", ["4.2", "3.999999", "0"])
        series.append(part)
    return rule(
        rng,
        "monthly_score",
        number,
        series=series,
        line=draw_amount(rng, "line", ["4.1", "4.123456", "4.1234567"]),
        comparator=rng.choice(COMPARATORS),
        limit=draw_amount(rng, "limit", ["1", "2", "3", "2.5", "0", "-1", "40"]),
        counting=rng.choice(["cumulative_in_cycle", "consecutive"]),
        missing_month=rng.choice(["unknown", "not_failing"]),
    )


def draw_total(rng: Random, number: int) -> Document:
    months = rng.choice([[], [3, 6, 9, 12], [6], [1], [12, 2], [36]])
    checkpoints = [{"phase": phase, "months": months, "decide": rng.random() < 0.7} for phase in draw_phases(rng)]
    shares = [
        {"phase": phase, "share": draw_amount(rng, "share", ["0.25", "0.333333", "1", "0"])}
        for phase in rng.choice([[], ["trial"], ["trial", "formal"], ["trial", "trial"]])
    ]
    return rule(
        rng,
        "total",
        number,
        metric=rng.choice(["sales", "visits"]),
        comparator=rng.choice([">=", ">=", *COMPARATORS]),
        target=draw_amount(rng, "target", ["120000", "0", "0.01", "99999.99", "-5"]),
        shares=shares,
        checkpoints=checkpoints if months else [],
    )


def draw_activity(rng: Random, number: int) -> Document:
    limits = [{"phase": phase, "months": rng.choice([1, 2, 3, 6])} for phase in draw_phases(rng)]
    return rule(rng, "activity", number, metric="sales", comparator=rng.choice([">=", ">"]), limits=limits)


def draw_incidents(rng: Random, number: int) -> Document:
    effect = rng.choice(["fails", "warns", "nothing"])
    return rule(rng, "incidents", number, topics=["leak"], at_least=rng.choice([1, 2]), effect=effect)


def draw_bands(rng: Random, rule: Document) -> list[Document]:
    """Bands of one requirement, also with two rows that begin at the same place."""
    bands: list[Document] = []
    if rule["kind"] == "monthly_score" and rng.random() < 0.7:
        rows = [
            {"at_most": rng.choice([1, 1, 2, 3, 6]), "level": rng.choice(LEVELS)} for _ in range(rng.choice([1, 2, 4]))
        ]
        bands.append({"kind": "failures_left", "warn_from": rng.choice(["first_failure", "start"]), "rows": rows})
    if rule["kind"] == "monthly_score" and rng.random() < 0.5:
        bands.append({"kind": "latest_value", "level": rng.choice(LEVELS)})
    if rule["kind"] == "total" and rng.random() < 0.7:
        rows = [
            {"months": rng.sample(range(1, 13), rng.choice([1, 4, 8])), "steps": draw_steps(rng)}
            for _ in range(rng.choice([0, 1, 3]))
        ]
        cycle = rng.choice([6, 12, 12])
        outside = rng.choice(["watch_pace", "nothing"])
        bands.append({"kind": "completion", "cycle_months": cycle, "outside": outside, "rows": rows})
    return [{**band, "requirement": rule["id"], **FROM} for band in bands]


def draw_steps(rng: Random) -> list[Document]:
    belows = rng.choice([["0.25", "0.5", "0.75", "1"], ["0.5", "1"], ["0.333333", "0.1234567"]])
    return [{"below": rng.choice(belows), "level": rng.choice(LEVELS)} for _ in range(rng.choice([1, 4]))]


def draw_stage(rng: Random) -> Document:
    begins = {"months": rng.choice([0, 0, 1, 2]), "day": rng.choice(["first", "last"])}
    begins["time"] = rng.choice(["00:00:00", "18:00:00"])
    return {"level": rng.choice(["failed", "supervised", "removed"]), "name": words("stage"), "begins": begins, **FROM}


def draw_table(rng: Random, name: str) -> Document:
    values = {
        "line": ["4.1", "4.6"],
        "other_line": ["4.1", "2.1"],
        "limit": ["2", "3", "6"],
        "target": ["500000", "333333.33"],
        "share": ["0.5", "0.3"],
    }[name]
    table: Document = {"name": words(name), "unit": TABLES[name], **FROM}
    if rng.random() < 0.6:
        table["default"] = rng.choice(values)
    table["rows"] = [{"categories": ["女装", "男装"], "value": rng.choice(values)}] if rng.random() < 0.6 else []
    return table


EDGES = tuple(date.fromisoformat(until) for until in [*UNTILS, "2025-06-30"])
