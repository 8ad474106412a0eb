"""Screening and the exact engine say the same of random cases; KAOHE_SCREENING_CASES sets how many."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import Assessment, Outcome, PlannedPeriod, Rulebook, Standing, StoreFacts, assess
from assessments.engine.screening import Brief, load_columns, screen
from tests.unit.engine.cast import HALF_YEAR, half_year, store
from tests.unit.engine.screening.books import draw_invented, draw_shipped
from tests.unit.engine.screening.draw import draw_case

SEED = 20_260_101
CASES = int(os.environ.get("KAOHE_SCREENING_CASES", "1200"))
BATCH = 40
SHOWN = 3
Case = tuple[PlannedPeriod, StoreFacts]


def batches(count: int) -> Iterator[tuple[int, Rulebook, list[Case]]]:
    """Rulebooks with cases for each: shipped ones and invented ones in turn."""
    for number in range(count // BATCH):
        rng = Random(f"{SEED} {number}")
        book = draw_invented(rng) if number % 2 else draw_shipped(rng)
        yield number, book, [draw_case(rng, book) for _ in range(BATCH)]


def brief(told: Assessment) -> Brief:
    return Brief(told.outcome, told.live, told.standing)


def test_every_brief_is_what_the_exact_engine_says() -> None:
    different: list[str] = []
    for number, book, cases in batches(CASES):
        screened = screen(book, load_columns(cases))
        for at, (case, said) in enumerate(zip(cases, screened.briefs, strict=True)):
            exact = brief(assess(book, *case))
            if said != exact:
                different.append(f"batch {number}, case {at}, {book.version}: {said} | {exact} | {case}")
    assert not different, f"seed {SEED}: {len(different)} of {CASES}\n" + "\n".join(different[:SHOWN])


def test_the_random_cases_reach_every_answer_and_most_are_told_by_integers() -> None:
    seen: Counter[str] = Counter()
    for _number, book, cases in batches(1000):
        screened = screen(book, load_columns(cases))
        seen["exact"] += screened.exact
        for each in screened.briefs:
            seen.update([f"outcome {each.outcome}", f"live {each.live}", f"standing {each.standing}"])
    wanted = [f"{kind} {outcome}" for kind in ("outcome", "live") for outcome in Outcome]
    wanted += [f"standing {standing}" for standing in Standing]
    assert {name: seen[name] for name in wanted if seen[name] < 5} == {}
    assert 0 < seen["exact"] < 500


VALUES = st.lists(st.sampled_from([None, "4.1", "4.099999", "4.11", "0"]), min_size=1, max_size=6)
SUMS = st.lists(st.sampled_from([None, "0", "83333.33", "83333.34", "500000"]), min_size=1, max_size=6)


@given(VALUES, SUMS, st.dates(date(2025, 7, 1), date(2026, 4, 1)), st.booleans(), st.booleans())
def test_a_half_year_is_screened_as_it_is_judged(
    scores: list[str | None], sales: list[str | None], as_of: date, in_a_row: bool, forgiving: bool
) -> None:
    book = variant(in_a_row, forgiving)
    case = HALF_YEAR, store(scores, sales, as_of, sales_target="500000")
    assert screen(book, load_columns([case])).briefs == (brief(assess(book, *case)),)


def variant(in_a_row: bool, forgiving: bool) -> Rulebook:
    return half_year().choosing(
        {
            "counting": "consecutive" if in_a_row else "cumulative_in_cycle",
            "missing_month": "not_failing" if forgiving else "unknown",
        }
    )
