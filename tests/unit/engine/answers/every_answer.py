"""One answer of every kind and in every state, for the tests that look at all of them; each is asked for anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from assessments.engine import (
    AddTotal,
    ChooseOption,
    Exit,
    FeeBasis,
    FeeYear,
    JudgeOn,
    LeaveOn,
    PlannedPeriod,
    SetClosing,
    SetLine,
    SetSales,
    SetScore,
    StoreFacts,
    ViolationFact,
    ask_fee_what_if,
    ask_what_if,
    compare_verdicts,
    find_fee_intervals,
    find_intervals,
    find_levers,
    need_days,
    plan,
    plan_exit,
    prove,
    read_clock,
    value_refund,
)
from assessments.engine.answers.telling import Answer
from tests.unit.engine.answers.need_answers import FIVE, need_answers
from tests.unit.engine.answers.probations import probation_answers
from tests.unit.engine.answers.test_days import PERIOD as BY_DAY
from tests.unit.engine.answers.test_days import by_day, days
from tests.unit.engine.answers.test_plan import limited
from tests.unit.engine.cast import HALF_YEAR, YEAR, book, fee_year, half_year, store

Asked = Callable[[], Answer]
FEE = book("tmall-annual-fee", "2022")
ANNUAL = book("tmall-daily", "2025-annual")
EXEMPT = PlannedPeriod("exempt", 0, date(2025, 7, 8), date(2025, 8, 1))
ITEMS = ("description", "service", "logistics")
DAY_QUESTIONS: dict[str, Callable[..., Answer]] = {
    "plan": plan,
    "proof": prove,
    "clock": read_clock,
    "intervals": find_intervals,
    "levers": find_levers,
    "verdicts": compare_verdicts,
}
STORES: dict[str, StoreFacts] = {
    "running": store(["4.5", "4.0", None], ["100000", "50000", "70000"], sales_target="500000"),
    "failed": store(["4"] * 4, ["100"] * 4, sales_target="500000"),
    "passed": store(["4.5"] * 6, ["100"] * 6, sales_target="600"),
    "gaps": store(["4", None, None, "4.5", "4.5", "4.5"], ["100", None, "1", "1", "1", "1"], sales_target="600"),
    "not set": store(["4.5"], ["1"]),
    "nothing": store([], [], as_of=date(2025, 7, 1)),
    "short": store(["4.5"] * 6, ["0"] * 6, sales_target="600"),
}


def _incidents() -> dict[str, Asked]:
    gate = book("tmall-daily", "2025-incident-gate")
    year = replace(YEAR, starts_on=date(2025, 2, 1), ends_before=date(2026, 2, 1))
    held = store([], [], as_of=date(2025, 3, 31), sales_target="9")
    met = replace(held, incidents=(ViolationFact(date(2025, 3, 3), Decimal(6), "general", "data_security"),))
    over = replace(met, as_of=date(2026, 1, 31))
    answers: dict[str, Asked] = {}
    for name, facts in {"none": held, "one": met, "one, over": over}.items():
        for effect in ("fails", "warns"):
            rulebook, key = gate.choosing({"incident_effect": effect}), f"incidents {name}, {effect}"
            answers |= {
                f"plan {key}": partial(plan, rulebook, year, facts),
                f"proof {key}": partial(prove, rulebook, year, facts),
                f"clock {key}": partial(read_clock, rulebook, year, facts),
                f"intervals {key}": partial(find_intervals, rulebook, year, facts),
                f"levers {key}": partial(find_levers, rulebook, year, facts),
                f"verdicts {key}": partial(compare_verdicts, rulebook, year, facts),
            }
    return answers


def _renewal() -> dict[str, Asked]:
    """A year judged day by day: some of the days allowed are used up, or too many."""
    renewal, first = book("tmall-renewal", "2018-enrolled"), date(2017, 10, 1)
    year = PlannedPeriod("formal", 1, first, date(2018, 10, 1))
    daily = {
        f"dsr_{item}": dict.fromkeys((first + timedelta(days=at) for at in range(40)), Decimal("4.7")) for item in ITEMS
    }
    bad = [Decimal(each) for each in ("4.5", "4.65", "4.6")]
    failed = {first + timedelta(days=5 * at): value for at, value in enumerate(bad)}
    gone = {first + timedelta(days=30): None}
    lines = {"dsr_line": "4.7", "allowed_days": "4", "sales_target": "1000"}
    facts = replace(store([], [], as_of=first + timedelta(days=39), **lines), series={}, go_live_on=date(2015, 5, 5))
    some = {**daily, "dsr_service": {**daily["dsr_service"], **failed, **gone}}
    many = {first + timedelta(days=at): bad[at % 3] for at in range(1, 13, 2)}
    stores = {
        "some": replace(facts, daily=some),
        "many": replace(facts, daily={**some, "dsr_service": {**daily["dsr_service"], **many}}),
    }
    return {
        f"{kind} renewal {name}": partial(ask, renewal, year, each)
        for name, each in stores.items()
        for kind, ask in DAY_QUESTIONS.items()
    }


def _periods() -> dict[str, Asked]:
    answers: dict[str, Asked] = {"exempt plan": partial(plan, half_year(), EXEMPT, STORES["nothing"])}
    for name, facts in STORES.items():
        for counting, rulebook in (("", half_year()), (", in a row", limited(2, "consecutive"))):
            key = f"{name}{counting}"
            answers |= {
                f"plan {key}": partial(plan, rulebook, HALF_YEAR, facts),
                f"proof {key}": partial(prove, rulebook, HALF_YEAR, facts),
                f"clock {key}": partial(read_clock, rulebook, HALF_YEAR, facts),
                f"intervals {key}": partial(find_intervals, rulebook, HALF_YEAR, facts),
                f"levers {key}": partial(
                    find_levers, rulebook, HALF_YEAR, facts, effort={"sales_amount": Decimal("0.1")}
                ),
                f"verdicts {key}": partial(compare_verdicts, rulebook, HALF_YEAR, facts),
            }
    idle = store(["4.5"] * 6, ["0"] * 6, sales_target="12", score_line="4", failing_months="9")
    late = replace(YEAR, starts_on=date(2022, 1, 1), ends_before=date(2023, 1, 1))
    lines = {"score_line": "3", "experience_line": "6", "failing_months": "5", "sales_target": "1"}
    high = store([], [], as_of=date(2022, 1, 31), **lines)
    unset = store(["3"], ["9"], score_line="4", sales_target="1")
    in_a_row = ANNUAL.choosing({"counting": "consecutive"})
    answers |= {
        "activity levers": partial(find_levers, ANNUAL, YEAR, idle, fee=FeeYear(FEE, fee_year())),
        "activity plan": partial(plan, ANNUAL, YEAR, replace(idle, as_of=date(2025, 10, 31))),
        "a line above every score": partial(plan, book("tmall-daily", "2022-annual"), late, high),
        "verdicts, looking back": partial(
            compare_verdicts, half_year(), HALF_YEAR, replace(STORES["passed"], as_of=date(2025, 10, 15))
        ),
        "no limit": partial(plan, ANNUAL, YEAR, unset),
        "no limit on a run": partial(plan, in_a_row, YEAR, unset),
        "one failure from the end": partial(
            read_clock, half_year(), HALF_YEAR, store(["4", "4"], ["9"] * 2, sales_target="9")
        ),
    }
    changes = [
        SetClosing("real_experience_score", date(2025, 9, 1), Decimal(5)),
        SetClosing("real_experience_score", date(2025, 8, 1), None),
        SetScore("real_experience_score", date(2025, 12, 5), Decimal(5)),
        AddTotal("sales_amount", date(2025, 9, 1), Decimal("1.5")),
        SetLine("sales_target", Decimal(7)),
        ChooseOption("counting", "consecutive"),
        JudgeOn(date(2025, 12, 31)),
    ]
    return answers | {"what if": partial(ask_what_if, half_year(), HALF_YEAR, STORES["failed"], changes)}


def _fees() -> dict[str, Asked]:
    gaps = replace(fee_year(scores=["2.9"] * 11 + [None], sales="400000"), sales_complete=False)
    running = replace(fee_year(scores=["2.8"] * 6), as_of=date(2022, 6, 30))
    sold = [
        AddTotal("sales_amount", date(2022, 5, 1), Decimal(-200_000)),
        AddTotal("orders", date(2022, 5, 1), Decimal(9)),
    ]
    changes = [SetSales(Decimal(5)), LeaveOn(date(2022, 5, 5)), LeaveOn(None)]
    score, october = "basic_service_score", date(2022, 10, 1)
    hidden = replace(fee_year(scores=["3"] * 9 + [None, "3", "3"]), no_score_months=(october, date(2022, 11, 1)))
    scored = [SetClosing(score, date(2022, 10, 20), Decimal(1)), SetScore(score, date(2022, 1, 15), Decimal("2.5"))]
    return {
        "fee what if, sold less": partial(ask_fee_what_if, FEE, fee_year(), sold),
        "fee what if, scores": partial(ask_fee_what_if, FEE, hidden, scored),
        "fee what if, a later score": partial(
            ask_fee_what_if, FEE, running, [SetClosing(score, date(2022, 8, 1), Decimal(5))]
        ),
        "fee intervals, staying": partial(
            find_fee_intervals, FEE, replace(running, sales_complete=False), FeeBasis.STAY
        ),
        "fee intervals, leaving": partial(
            find_fee_intervals, FEE, replace(running, sales_complete=False), FeeBasis.LEAVE_TODAY
        ),
        "refund, no scores": partial(value_refund, FEE, fee_year(scores=[])),
        "refund, leaving in June": partial(value_refund, FEE, replace(fee_year(), exit=Exit(date(2022, 6, 20)))),
        "fee intervals": partial(find_fee_intervals, FEE, gaps),
        "fee intervals, sales": partial(find_fee_intervals, FEE, replace(gaps, series=fee_year().series)),
        "fee intervals, whole": partial(find_fee_intervals, FEE, fee_year()),
        "fee what if": partial(ask_fee_what_if, FEE, fee_year(), changes),
        "refund": partial(value_refund, FEE, gaps),
        "refund, running": partial(value_refund, FEE, running, FeeBasis.STAY),
        "refund, left": partial(value_refund, FEE, replace(fee_year(), exit=Exit(date(2022, 1, 16)))),
        "exits": partial(plan_exit, FEE, fee_year()),
        "exits, never live": partial(plan_exit, FEE, replace(fee_year(), go_live_on=None)),
        "exits by sales": partial(plan_exit, FEE, running, sales_by={}),
    }


def _days() -> dict[str, Asked]:
    cases: dict[str, list[str | None]] = {
        "open": ["4.8", "4.6", None],
        "eliminated": ["4.6"] * 5,
        "clinched": ["4.7"] * 31,
        "unknown": ["4.6", *[None] * 30],
    }
    answers: dict[str, Asked] = {
        f"{kind} days {name}": partial(ask, by_day(2), BY_DAY, days(told))
        for name, told in cases.items()
        for kind, ask in DAY_QUESTIONS.items()
    }
    unset = partial(
        need_days, metric="m", limit=None, failures=0, unknown=0, days_left=9, line=None, comparator=">=", possible=FIVE
    )
    unread = replace(days([None]), daily={})
    return answers | {
        "days not set": unset,
        "days clock": partial(read_clock, by_day(2), BY_DAY, days(["4.6"])),
        "days clock, one from the end": partial(read_clock, by_day(1), BY_DAY, days(["4.6"])),
        **{f"{kind} days not read": partial(ask, by_day(2), BY_DAY, unread) for kind, ask in DAY_QUESTIONS.items()},
    }


ANSWERS = _days() | probation_answers(DAY_QUESTIONS) | _incidents() | _renewal() | need_answers() | _periods() | _fees()
