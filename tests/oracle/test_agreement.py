"""The engine and the plain oracle say the same on random cases; KAOHE_ORACLE_CASES sets how many of each kind."""

import os
from collections import Counter
from fractions import Fraction
from random import Random

from tests.oracle.compare import compare_fee, compare_verdict
from tests.oracle.draw_fee import draw_fee_case
from tests.oracle.draw_verdict import draw_verdict_case
from tests.oracle.plain_fee import settle_plainly
from tests.oracle.plain_verdict import judge_plainly

SEED = 20_240_831
CASES = int(os.environ.get("KAOHE_ORACLE_CASES", "3000"))
SHOWN = 3


def show(found: dict[str, list[str]]) -> str:
    """The disagreements by field, with a few cases of each."""
    lines = [f"seed {SEED}, {CASES} cases"]
    for field, cases in sorted(found.items()):
        lines.append(f"{field}: {len(cases)} disagreements (engine | plain)")
        lines += [f"    {case}" for case in cases[:SHOWN]]
    return "\n".join(lines)


def test_every_fee_year_is_settled_alike() -> None:
    found: dict[str, list[str]] = {}
    for index in range(CASES):
        case = draw_fee_case(Random(f"{SEED} fee {index}"))
        different = compare_fee(case)
        for field, (said, expected) in different.items():
            found.setdefault(field, []).append(f"case {index}: {said} | {expected} | {case}")
    assert not found, show(found)


def test_every_period_is_judged_alike() -> None:
    found: dict[str, list[str]] = {}
    for index in range(CASES):
        live_on, track, case = draw_verdict_case(Random(f"{SEED} period {index}"))
        different = compare_verdict(live_on, track, case)
        for field, (said, expected) in different.items():
            found.setdefault(field, []).append(f"case {index}: {said} | {expected} | {live_on} {track} {case}")
    assert not found, show(found)


def test_the_random_fee_years_reach_every_rule() -> None:
    seen: Counter[str] = Counter()
    for index in range(1_500):
        case = draw_fee_case(Random(f"{SEED} fee {index}"))
        plain = settle_plainly(case)
        seen.update([f"{case.year}", plain.rule, plain.state, *(plain.bars or [])])
        seen.update([f"share {plain.discount}", f"passed {plain.score_passed}", f"forfeited {plain.forfeited}"])
        for line in (plain.half, plain.full):
            if line:
                seen.update([f"off by {round((Fraction(case.sales) - line) * 100)} cents"])
    wanted = "2022 2024 entry_month january_day_before january_first_ask months_before_application operating_months"
    wanted += " settled estimate question no_data line_not_set severe_total twice_twelve"
    phrases = ["share 0", "share 1/2", "share 1", "passed True", "passed False", "forfeited True"]
    phrases += ["off by -1 cents", "off by 0 cents", "off by 1 cents"]
    assert {name: seen[name] for name in [*wanted.split(), *phrases] if seen[name] < 5} == {}


def test_the_random_periods_reach_every_outcome() -> None:
    seen: Counter[str] = Counter()
    for index in range(1_500):
        _live, _track, case = draw_verdict_case(Random(f"{SEED} period {index}"))
        outcome, _on, parts = judge_plainly(case)
        seen.update([case.span.version, case.span.phase, f"all {outcome}"])
        seen.update(f"{name} {part.outcome}" for name, part in parts.items())
        seen.update(f"live {name} {part.live}" for name, part in parts.items())
        seen.update(state for part in parts.values() for state in part.states.values())
    outcomes = [f"{name} {word}" for name in ("score", "sales", "activity") for word in ("met", "missed", "no_data")]
    wanted = ["2022-annual", "2025-annual", "2025-half-year", "trial", "formal"]
    wanted += ["passed", "failed", "no_data", "pending", "line_not_set"]
    wanted += [*outcomes, *(f"live {each}" for each in outcomes), "all met", "all missed", "all None"]
    assert {name: seen[name] for name in wanted if seen[name] < 5} == {}
