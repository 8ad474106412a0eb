"""Every answer is told in both languages, and every number of the text is found in the answer."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

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
    Text,
    ask_fee_what_if,
    ask_what_if,
    compare_verdicts,
    find_fee_intervals,
    find_intervals,
    find_levers,
    need_days,
    need_mean,
    need_ratio,
    need_window_mean,
    need_window_ratio,
    plan,
    plan_exit,
    prove,
    read_clock,
    tell,
    value_refund,
)
from assessments.engine.answers.possible import Range
from assessments.engine.answers.telling import Answer
from assessments.engine.answers.wording import ANSWER_SENTENCES
from assessments.engine.language.common import Comparator
from tests.unit.engine.answers.test_days import PERIOD as BY_DAY
from tests.unit.engine.answers.test_days import by_day, days
from tests.unit.engine.answers.test_plan import limited
from tests.unit.engine.cast import HALF_YEAR, YEAR, book, fee_year, half_year, store
from tests.unit.engine.told import check_answer

FEE = book("tmall-annual-fee", "2022")
ANNUAL = book("tmall-daily", "2025-annual")
EXEMPT = PlannedPeriod("exempt", 0, date(2025, 7, 8), date(2025, 8, 1))
FIVE = Range(Decimal(0), Decimal(5))
STORES: dict[str, StoreFacts] = {
    "running": store(["4.5", "4.0", None], ["100000", "50000", "70000"], sales_target="500000"),
    "failed": store(["4"] * 4, ["100"] * 4, sales_target="500000"),
    "passed": store(["4.5"] * 6, ["100"] * 6, sales_target="600"),
    "gaps": store(["4", None, None, "4.5", "4.5", "4.5"], ["100", None, "1", "1", "1", "1"], sales_target="600"),
    "not set": store(["4.5"], ["1"]),
    "nothing": store([], [], as_of=date(2025, 7, 1)),
    "short": store(["4.5"] * 6, ["0"] * 6, sales_target="600"),
}


def _means() -> dict[str, Answer]:
    cases: dict[str, tuple[list[str], int, int]] = {
        "open": (["4", "5"], 2, 1),
        "clinched": (["5"] * 9, 1, 0),
        "eliminated": (["0"] * 9, 1, 0),
        "unknown": (["4"], 0, 1),
    }
    return {
        f"mean {name}": need_mean(
            metric="m",
            target=Decimal("4.4"),
            comparator=">=",
            values=[Decimal(value) for value in values],
            to_come=ahead,
            unknown=unknown,
            possible=FIVE,
        )
        for name, (values, ahead, unknown) in cases.items()
    }


def _ratios() -> dict[str, Answer]:
    cases: list[tuple[int, int, int | None, Comparator]] = [
        (14, 900, 400, "<="),
        (0, 900, 1, "<"),
        (90, 900, 10, "<="),
        (22, 900, None, "<="),
        (0, 0, 0, "<="),
    ]
    return {
        f"ratio {counted} of {orders}, {more} more": need_ratio(
            metric="m",
            counted=counted,
            orders=orders,
            threshold=Decimal("0.02"),
            comparator=comparator,
            more_at_most=more,
        )
        for counted, orders, more, comparator in cases
    }


def _windows() -> dict[str, Answer]:
    mean = need_window_mean(
        metric="m",
        values={date(2026, 3, day): Decimal(4) for day in range(1, 19)},
        days=30,
        judged_on=date(2026, 3, 30),
        as_of=date(2026, 3, 18),
        target=Decimal("4.4"),
        comparator=">=",
        possible=FIVE,
    )
    ratio = need_window_ratio(
        metric="m",
        counts={date(2026, 3, 1): (1, 100)},
        days=30,
        judged_on=date(2026, 3, 30),
        as_of=date(2026, 3, 18),
        threshold=Decimal("0.02"),
        comparator="<=",
        more_at_most=100,
    )
    return {"window mean": mean, "window ratio": ratio}


def _periods() -> dict[str, Answer]:
    answers: dict[str, Answer] = {"exempt plan": plan(half_year(), EXEMPT, STORES["nothing"])}
    for name, facts in STORES.items():
        for rulebook in (half_year(), limited(2, "consecutive")):
            key = f"{name} {rulebook.digest[:4]}"
            answers |= {
                f"plan {key}": plan(rulebook, HALF_YEAR, facts),
                f"proof {key}": prove(rulebook, HALF_YEAR, facts),
                f"clock {key}": read_clock(rulebook, HALF_YEAR, facts),
                f"intervals {key}": find_intervals(rulebook, HALF_YEAR, facts),
                f"levers {key}": find_levers(rulebook, HALF_YEAR, facts, effort={"sales_amount": Decimal("0.1")}),
                f"verdicts {key}": compare_verdicts(rulebook, HALF_YEAR, facts),
            }
    idle = store(["4.5"] * 6, ["0"] * 6, sales_target="12", score_line="4", failing_months="9")
    late = replace(YEAR, starts_on=date(2022, 1, 1), ends_before=date(2023, 1, 1))
    lines = {"score_line": "3", "experience_line": "6", "failing_months": "5", "sales_target": "1"}
    high = store([], [], as_of=date(2022, 1, 31), **lines)
    unset = store(["3"], ["9"], score_line="4", sales_target="1")
    in_a_row = ANNUAL.choosing({"counting": "consecutive"})
    answers |= {
        "activity levers": find_levers(ANNUAL, YEAR, idle, fee=FeeYear(FEE, fee_year())),
        "activity plan": plan(ANNUAL, YEAR, replace(idle, as_of=date(2025, 10, 31))),
        "a line above every score": plan(book("tmall-daily", "2022-annual"), late, high),
        "no limit": plan(ANNUAL, YEAR, unset),
        "no limit on a run": plan(in_a_row, YEAR, unset),
        "one failure from the end": read_clock(half_year(), HALF_YEAR, store(["4", "4"], ["9"] * 2, sales_target="9")),
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
    return answers | {"what if": ask_what_if(half_year(), HALF_YEAR, STORES["failed"], changes)}


def _fees() -> dict[str, Answer]:
    gaps = replace(fee_year(scores=["2.9"] * 11 + [None], sales="400000"), sales_complete=False)
    running = replace(fee_year(scores=["2.8"] * 6), as_of=date(2022, 6, 30))
    changes = [SetSales(Decimal(5)), LeaveOn(date(2022, 5, 5)), LeaveOn(None)]
    return {
        "fee intervals": find_fee_intervals(FEE, gaps),
        "fee intervals, sales": find_fee_intervals(FEE, replace(gaps, series=fee_year().series)),
        "fee intervals, whole": find_fee_intervals(FEE, fee_year()),
        "fee what if": ask_fee_what_if(FEE, fee_year(), changes),
        "refund": value_refund(FEE, gaps),
        "refund, running": value_refund(FEE, running, FeeBasis.STAY),
        "refund, left": value_refund(FEE, replace(fee_year(), exit=Exit(date(2022, 1, 16)))),
        "exits": plan_exit(FEE, fee_year()),
        "exits by sales": plan_exit(FEE, running, sales_by={}),
    }


def _days() -> dict[str, Answer]:
    cases: dict[str, list[str | None]] = {
        "open": ["4.8", "4.6", None],
        "eliminated": ["4.6"] * 5,
        "clinched": ["4.7"] * 31,
        "unknown": ["4.6", *[None] * 30],
    }
    answers: dict[str, Answer] = {f"days {name}": plan(by_day(2), BY_DAY, days(told)) for name, told in cases.items()}
    unset = need_days(
        metric="m", limit=None, failures=0, unknown=0, days_left=9, line=None, comparator=">=", possible=FIVE
    )
    return answers | {"days not set": unset, "days clock": read_clock(by_day(2), BY_DAY, days(["4.6"]))}


ANSWERS = _days() | _means() | _ratios() | _windows() | _periods() | _fees()


@pytest.mark.parametrize("name", ANSWERS)
def test_every_number_told_is_found_in_its_step(name: str) -> None:
    check_answer(ANSWERS[name])


@pytest.mark.parametrize("name", ANSWERS)
def test_both_languages_tell_the_same_number_of_things_and_leave_no_hole(name: str) -> None:
    zh, en = tell(ANSWERS[name], "zh-hans"), tell(ANSWERS[name], "en")
    assert len(zh) == len(en) >= 1
    assert not [line for line in zh + en if "{" in line or "None" in line]


def _steps(answer: object) -> list[str]:
    keys = [step.key for step in getattr(answer, "steps", ())]
    for part in getattr(answer, "parts", ()):
        keys += _steps(part)
    return keys


def test_every_sentence_is_used_by_some_answer() -> None:
    used = {key for answer in ANSWERS.values() for key in _steps(answer)}
    assert set(ANSWER_SENTENCES) - used == set()


def test_metrics_are_called_by_the_names_given() -> None:
    names = {"real_experience_score": Text(zh="真实体验分", en="real experience score")}
    told = tell(ANSWERS[f"plan running {half_year().digest[:4]}"], "zh", names)
    assert any("真实体验分 须" in line for line in told)
    assert not any("real_experience_score" in line for line in told)
