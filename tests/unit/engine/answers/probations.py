"""Two small probations and their stores: one by nodes of a few days, one by calendar months."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, partial

from assessments.engine import MonthValue, PlannedPeriod, Rulebook, StoreFacts, parse_canonical
from assessments.engine.answers.telling import Answer
from assessments.engine.calendar import add_months, last_of_month, probation_ends_before
from tests.unit.engine.cast import book

SALES, SCORE = "sales_amount", "basic_service_score"
LIVE = date(2025, 3, 28)
MONTHLY = book("tmall-new-store", "2022")


def node(name: str, day: int, average: str) -> dict[str, object]:
    """A node of the small probation: with months of two days an average of 4 on day 3 is a sum of 6."""
    words = {"zh": name, "en": name}
    return {"id": name, "name": words, "day": day, "comparator": ">=", "target": {"fixed": average}}


@cache
def small_run(*, comparator: str = ">=") -> Rulebook:
    """Five days: 6 by day 3, then 8 by day 5 or more than 3 on days 4 and 5, and a score of 4 on day 5."""
    document = json.loads(book("tmall-trial-run", "2021").canonical)
    basis = {key: document["score"][key] for key in ("source", "year", "confidence")}
    first, second = node("node_1", 3, "4"), node("node_2", 5, "3.2")
    second["alternative"] = {"first_day": 4, "last_day": 5, "comparator": ">", "target": {"fixed": "3"}}
    for each in (first, second):
        each |= {**basis, "comparator": comparator}
    document |= {"days": 5, "month_days": 2, "nodes": [first, second], "tables": {}}
    document["score"] |= {"line": {"fixed": "4"}, "from_node": 2}
    return parse_canonical(json.dumps(document))


def period_of(rulebook: Rulebook, facts: StoreFacts) -> PlannedPeriod:
    return PlannedPeriod("trial", 0, facts.go_live_on, probation_ends_before(rulebook, facts.go_live_on))


def on_run(sold: str, scores: str = "", *, as_of: int | None = None) -> StoreFacts:
    """A store on the small run: a character a day, "-" for no data; scores "4" or "3"."""

    def days(values: str) -> dict[date, Decimal | None]:
        return {LIVE + timedelta(days=at): None if value == "-" else Decimal(value) for at, value in enumerate(values)}

    on = LIVE + timedelta(days=(len(sold) if as_of is None else as_of) - 1)
    return StoreFacts("甲", "女装", LIVE, on, daily={SALES: days(sold), SCORE: days(scores)})


def on_months(sold: list[str | None], scores: list[str | None], as_of: date | None = None) -> StoreFacts:
    """A shoe shop live since 28 March: a sum and a month-end value for April, May, June; None is "no data"."""
    months = [add_months(LIVE, at) for at in (1, 2, 3)]
    totals = tuple(
        MonthValue(month, total=Decimal(value)) for month, value in zip(months, sold, strict=False) if value is not None
    )
    ends = tuple(
        MonthValue(month, closing=None if value is None else Decimal(value))
        for month, value in zip(months, scores, strict=False)
    )
    known = as_of or last_of_month(months[max(len(sold), len(scores), 1) - 1])
    return StoreFacts("甲", "童鞋", LIVE, known, series={SALES: totals, SCORE: ends})


def full_run(sold: str, *, days: int, score: str = "4.5", **lines: str) -> StoreFacts:
    """A store on the shipped trial run that sells the same every day; the nodes' targets are 30,000."""
    targets = {f"node_target_{at}": Decimal(30_000) for at in range(1, 5)}
    targets |= {"last_days_target": Decimal(30_000), "score_line": Decimal("4.5")}
    targets |= {name: Decimal(value) for name, value in lines.items()}
    every = [LIVE + timedelta(days=at) for at in range(days)]
    daily = {SALES: dict.fromkeys(every, Decimal(sold)), SCORE: dict.fromkeys(every, Decimal(score))}
    facts = StoreFacts("甲", "女装", LIVE, every[-1], lines=targets)
    return replace(facts, daily=daily)


def probation_answers(questions: Mapping[str, Callable[..., Answer]]) -> dict[str, Callable[[], Answer]]:
    """By nodes and by months: running, lost, with gaps, over, and with a line that is not set."""
    run, over = book("tmall-trial-run", "2021"), date(2025, 6, 30)
    unset = full_run("1000", days=20)
    stores = {
        "running": (run, full_run("900", days=20)),
        "lost": (run, full_run("900", days=95, score="4.4")),
        "either way": (run, full_run("1000", days=200, last_days_target="1")),
        "not set": (run, replace(unset, lines={})),
        "gaps": (small_run(), on_run("2-0-", "----")),
        "short": (small_run(), on_run("22210", "33333")),
        "months running": (MONTHLY, on_months(["20000", "5000"], ["3.5"], as_of=date(2025, 5, 21))),
        "months with gaps": (MONTHLY, on_months(["15000", None, "9"], ["3.2", None, "3.5"], as_of=over)),
        "months not set": (MONTHLY, replace(on_months(["9"], ["3"]), category="别的")),
    }
    return {
        f"{kind} probation {name}": partial(ask, rulebook, period_of(rulebook, facts), facts)
        for name, (rulebook, facts) in stores.items()
        for kind, ask in questions.items()
    }
