"""Both answers to one case, field by field, and the disagreements that are known and wait for a decision."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from assessments import engine
from tests.oracle import draw_fee, draw_verdict
from tests.oracle.plain_fee import FeeCase, settle_plainly
from tests.oracle.plain_verdict import VerdictCase, judge_plainly

SHIPPED = Path(engine.__file__).resolve().parents[1] / "rulebooks" / "shipped"
VERSIONS = ("2019-annual", "2022-annual", "2025-annual", "2025-half-year")

Disagreements = dict[str, tuple[Any, Any]]


@cache
def rulebook(name: str, options: tuple[tuple[str, Any], ...] = ()) -> engine.Rulebook:
    """A shipped rulebook, with other options chosen."""
    shipped = engine.parse_rulebook((SHIPPED / f"{name}.toml").read_text("utf-8"))
    return shipped.choosing(dict(options)) if options else shipped


def daily_versions() -> list[engine.Rulebook]:
    """Every version of the daily assessment that the calendars choose from."""
    return [rulebook(f"tmall-daily-{version}") for version in VERSIONS]


def compare_fee(case: FeeCase) -> Disagreements:
    """What the engine and the plain settlement say differently: field → (engine, plain)."""
    plain = settle_plainly(case)
    told = engine.settle(rulebook(f"tmall-annual-fee-{case.year}"), draw_fee.tell_engine(case))
    check = told.scores[0] if told.scores else None
    both = {
        "category": (told.category, plain.category),
        "months_paid": (told.months_paid, plain.months_paid),
        "months_effective": (told.months_effective, plain.months_effective),
        "prepaid": (told.prepaid, plain.prepaid),
        "forfeited": (told.forfeited, plain.forfeited),
        "bars": (sorted(told.bars), plain.bars),
        "removal_due": (told.removal_due, plain.removal_due),
        "score_rule": (told.score_rule, plain.rule),
        "score_days": (sorted({*check.days, *check.missing}) if check else [], plain.score_days),
        "score_mean": (check.mean if check else None, plain.score_mean),
        "score_passed": (told.score_passed, plain.score_passed),
        "threshold_half": (told.threshold_half, plain.half),
        "threshold_full": (told.threshold_full, plain.full),
        "discount": (told.discount, plain.discount),
        "due": (told.due, plain.due),
        "refund_low": (told.refund_low, plain.low),
        "refund_high": (told.refund_high, plain.high),
        "still_owed": (told.still_owed, plain.owed),
        "lines": ({line.code: line.amount for line in told.lines}, plain.lines),
    }
    different = {name: pair for name, pair in both.items() if pair[1] is not None and pair[0] != pair[1]}
    if told.refund != plain.refund:
        different["refund"] = (told.refund, plain.refund)
    if plain.state and told.state != plain.state:
        different["state"] = (str(told.state), plain.state)
    return different


def compare_verdict(live_on: date, track: str, case: VerdictCase) -> Disagreements:
    """What the engine and the plain verdict say differently: field → (engine, plain)."""
    outcome, failed_on, parts = judge_plainly(case)
    span = case.span
    planned = engine.plan_periods(live_on, daily_versions(), track, span.starts_on)[-1]
    options = tuple(sorted(draw_verdict.options_of(case).items()))
    told = engine.assess(
        rulebook(f"tmall-daily-{span.version}", options), planned, draw_verdict.tell_engine(live_on, case)
    )
    both: Disagreements = {
        "period": (
            (planned.phase, planned.number, planned.starts_on, planned.ends_before, planned.version),
            (span.phase, span.number, span.starts_on, span.ends_before, span.version),
        ),
        "failed_on": (told.failed_on, failed_on),
    }
    outcomes = {"outcome": (str(told.outcome), outcome)}
    for result in told.requirements:
        plain = parts[result.id]
        # Once a run of months has decided, how the run is counted on is nobody's rule.
        counted = not (plain.outcome == "missed" and (case.consecutive or result.id == "activity"))
        outcomes[f"{result.id}.outcome"] = (str(result.outcome), plain.outcome)
        fields = {
            "live": (str(result.live), plain.live),
            "failures": (result.failures, plain.failures if counted else None),
            "failures_left": (result.failures_left, plain.left),
            "limit": (result.limit, plain.limit),
            "months": ({month.month: str(month.state) for month in result.months}, plain.states or None),
            "months_assessed": (result.months_assessed, plain.months_over),
            "actual": (result.actual, plain.actual),
            "target": (result.target, plain.target),
            "pace": (result.pace_target, plain.pace),
            "completion": (result.completion, plain.completion),
            "checkpoints": (
                [(point.on, point.target, str(point.outcome)) for point in result.checkpoints],
                plain.checkpoints or None,
            ),
        }
        both |= {f"{result.id}.{name}": pair for name, pair in fields.items()}
    different = {name: pair for name, pair in both.items() if pair[1] is not None and pair[0] != pair[1]}
    for name, (said, expected) in outcomes.items():
        # The plain side knows met and missed; everything else is one word to it: not settled.
        settled = said if said in ("met", "missed") else None
        if (settled if expected in (None, "met", "missed") else said) != expected:
            different[name] = (said, expected)
    return different
