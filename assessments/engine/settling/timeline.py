"""The fee year in months: what was paid for, what was operated, what the score is read on."""

from dataclasses import dataclass
from datetime import date, timedelta

from assessments.engine.calendar import last_of_month
from assessments.engine.facts import Exit, ExitReason, FeeFacts
from assessments.engine.language.fee import Abolition, FeeBody, Termination
from assessments.engine.outcomes import FeeBasis

ENTRY_MONTH = "entry_month"
JANUARY = "january_day_before"
JANUARY_ASK = "january_first_ask"
MONTHS_BEFORE = "months_before_application"
FULL_YEAR = "operating_months"
NOT_OPERATING = "not_operating"
ABOLISHED = "abolished"


@dataclass(frozen=True, slots=True)
class Timeline:
    """One fee year. Months are counted, a part month as one; the go-live month is free.

    `paid` = `before` (up to and including the go-live month) + `effective` + `after` (after the exit month);
    `free` is 1 when the go-live month is one of those paid for, else 0.
    `score_rule` names the rule that chose `score_days`. `is_over` is False while days of it are still to come.
    `is_abolished`: the fee ended inside this year, and this store was still open then.
    """

    basis: FeeBasis
    exit: Exit | None
    paid: int
    before: int
    free: int
    effective: int
    after: int
    score_rule: str
    score_days: tuple[date, ...]
    is_over: bool
    is_abolished: bool = False


def lay_out(facts: FeeFacts, body: FeeBody, basis: FeeBasis) -> Timeline:
    """Lay out a fee year under one assumption about its rest."""
    basis, leaving = _leaving(facts, basis)
    ended_on = None if leaving is None else leaving.effective_on or leaving.applied_on
    entered_on = facts.activated_on or facts.go_live_on
    last_month = 12 if ended_on is None else _month_in_year(ended_on, facts.year, after=12)
    paid = 12 if entered_on is None else 13 - max(_month_in_year(entered_on, facts.year, after=13), 1)
    if body.abolition is not None and _is_abolished(body.abolition, facts, ended_on):
        return _until_abolition(facts, body.abolition, basis, leaving, paid=paid)
    first = 13 if facts.go_live_on is None else _month_in_year(facts.go_live_on, facts.year, after=13) + 1
    after = min(12 - last_month, paid)
    effective = max(min(last_month - first + 1, paid - after), 0)
    score_rule, days = _score_days(facts, body.termination, leaving, entered_on)
    before = paid - effective - after
    closes_on = date(facts.year, 12, 31) if ended_on is None else min(ended_on, date(facts.year, 12, 31))
    return Timeline(
        basis=basis,
        exit=leaving,
        paid=paid,
        before=before,
        free=_count_free(facts, before, first, last_month),
        effective=effective,
        after=after,
        score_rule=score_rule,
        score_days=days,
        is_over=facts.as_of >= closes_on,
    )


def _count_free(facts: FeeFacts, before: int, first: int, last_month: int) -> int:
    """Count the free go-live month. A store that left before it went live has none: all it paid for is unused."""
    went_live = facts.go_live_on is not None and facts.go_live_on.year == facts.year and first <= last_month + 1
    return 1 if went_live and before > 0 else 0


def _is_abolished(rule: Abolition, facts: FeeFacts, ended_on: date | None) -> bool:
    """Tell whether a store is still open when the fee ends; one that ended before is settled as ever."""
    return facts.year == rule.ends_before.year and (ended_on is None or ended_on >= rule.ends_before)


def _until_abolition(facts: FeeFacts, rule: Abolition, basis: FeeBasis, leaving: Exit | None, *, paid: int) -> Timeline:
    """Lay out the months before the fee ended; a store that entered after that owes nothing."""
    last_month = rule.ends_before.month - 1
    first = 13 if facts.go_live_on is None else _month_in_year(facts.go_live_on, facts.year, after=13) + 1
    after = min(12 - last_month, paid)
    is_new = paid <= 12 - last_month
    effective = max(min(last_month - first + 1, paid - after), 0)
    before = 0 if is_new else paid - effective - after
    read_until = last_month if rule.rest == "pro_rata" else 12
    closes_on = rule.ends_before - timedelta(days=1) if rule.rest == "pro_rata" else date(facts.year, 12, 31)
    is_over = facts.as_of >= closes_on
    return Timeline(
        basis=FeeBasis.AS_RECORDED if is_over else basis,
        exit=leaving,
        paid=0 if is_new else paid,
        before=before,
        free=_count_free(facts, before, first, last_month),
        effective=effective,
        after=0 if is_new else after,
        score_rule=ABOLISHED if is_new else FULL_YEAR,
        score_days=() if is_new else _month_ends(facts.year, max(first - 1, 1), read_until),
        is_over=is_over,
        is_abolished=True,
    )


def _leaving(facts: FeeFacts, basis: FeeBasis) -> tuple[FeeBasis, Exit | None]:
    """Return the basis that really applies, and the exit that counts: a contract that ran out is a full year."""
    recorded = facts.exit
    if recorded is not None:
        return FeeBasis.AS_RECORDED, None if recorded.reason is ExitReason.NOT_RENEWED else recorded
    if facts.as_of >= date(facts.year, 12, 31):
        return FeeBasis.AS_RECORDED, None
    if basis is FeeBasis.LEAVE_TODAY:
        return basis, Exit(applied_on=facts.as_of)
    return FeeBasis.STAY, None


def _month_in_year(on: date, year: int, *, after: int) -> int:
    """Return the month of a day as seen from a year: 0 before it, `after` past it."""
    if on.year < year:
        return 0
    return after if on.year > year else on.month


def _score_days(
    facts: FeeFacts, rule: Termination, leaving: Exit | None, entered_on: date | None
) -> tuple[str, tuple[date, ...]]:
    """Return the rule that applies and the days whose scores it reads."""
    first = 13 if facts.go_live_on is None else max(_month_in_year(facts.go_live_on, facts.year, after=13), 1)
    if leaving is None or leaving.applied_on.year > facts.year:
        return FULL_YEAR, _month_ends(facts.year, first, 12)
    applied_on = leaving.applied_on
    if applied_on.year < facts.year:
        return NOT_OPERATING, ()
    is_entry = entered_on is not None and (entered_on.year, entered_on.month) == (applied_on.year, applied_on.month)
    if is_entry and (applied_on.month > 1 or rule.entry_in_january == "no_fee"):
        return ENTRY_MONTH, ()
    if applied_on.month > 1:
        return MONTHS_BEFORE, _month_ends(facts.year, first, applied_on.month - 1)
    if applied_on.day == 1 and rule.first_of_january == "ask":
        return JANUARY_ASK, ()
    return JANUARY, (applied_on - timedelta(days=1),)


def _month_ends(year: int, first: int, last: int) -> tuple[date, ...]:
    return tuple(last_of_month(date(year, month, 1)) for month in range(first, last + 1))
