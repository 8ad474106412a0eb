"""Typed changes of the inputs, for what-if questions, and what each one does to a store's facts or to a fee year's."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from assessments.engine.answers.fee_bounds import with_score
from assessments.engine.answers.filling import with_days
from assessments.engine.calendar import first_of_month, last_of_month
from assessments.engine.facts import Exit, ExitReason, FeeFacts, MonthValue, StoreFacts
from assessments.engine.language.reading import Rulebook


@dataclass(frozen=True, slots=True)
class SetClosing:
    """The value of a month's last day is this; None = no data. `month` is any day of it."""

    metric: str
    month: date
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class SetScore:
    """The value of one day is this: a month-end when it is the month's last day, else its newest value.

    A metric that is judged day by day has it on that day.
    """

    metric: str
    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class AddTotal:
    """So much is added to a month's total; a month that had none is then taken to be whole.

    `month` is any day of it. A sum of single days has the amount on that very day, or on `as_of` when that comes first.
    """

    metric: str
    month: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SetSales:
    """The sales of the fee year are this (¥), complete."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class LeaveOn:
    """The store applies to leave on a day; None = it stays."""

    applied_on: date | None
    reason: ExitReason = ExitReason.VOLUNTARY
    effective_on: date | None = None


@dataclass(frozen=True, slots=True)
class SetLine:
    """A rulebook's table has this value for the store; `category` matters to a fee year of several categories."""

    table: str
    value: Decimal
    category: str = ""


@dataclass(frozen=True, slots=True)
class JudgeOn:
    """The last day for which figures can exist."""

    on: date


@dataclass(frozen=True, slots=True)
class ChooseOption:
    """Another choice of one of the rulebook's options."""

    option: str
    value: str | bool | int | Decimal


Change = SetClosing | SetScore | AddTotal | SetSales | LeaveOn | SetLine | JudgeOn | ChooseOption


def choose(rulebook: Rulebook, changes: Iterable[Change]) -> Rulebook:
    """Return the rulebook with the options chosen. Raises RulebookErrors for one that it does not have."""
    chosen = {change.option: change.value for change in changes if isinstance(change, ChooseOption)}
    return rulebook.choosing(chosen) if chosen else rulebook


def change_store(facts: StoreFacts, changes: Iterable[Change]) -> StoreFacts:
    """Return a store's facts after the changes, in order.

    Figures for a day after `as_of` move `as_of` there, unless a JudgeOn says otherwise. Raises ValueError for a change
    that only a fee year has.
    """
    judged: date | None = None
    for change in changes:
        if isinstance(change, JudgeOn):
            judged = change.on
        elif isinstance(change, SetLine):
            facts = replace(facts, lines={**facts.lines, change.table: change.value})
        elif isinstance(change, SetClosing | SetScore | AddTotal):
            months = _changed(facts.series.get(change.metric, ()), change)
            facts = replace(facts, series={**facts.series, change.metric: months}, as_of=_seen(facts.as_of, change))
            if change.metric in facts.daily:
                facts = with_days(facts, change.metric, _changed_days(facts, change))
        elif not isinstance(change, ChooseOption):
            raise ValueError(f"{type(change).__name__} does not change a period")
    return facts if judged is None else replace(facts, as_of=judged)


def _changed_days(facts: StoreFacts, change: SetClosing | SetScore | AddTotal) -> dict[date, Decimal | None]:
    """Return the single days that a change sets, `as_of` being moved already."""
    if isinstance(change, SetScore):
        return {change.on: change.value}
    if isinstance(change, SetClosing):
        return {last_of_month(change.month): change.value}
    known, first = facts.daily[change.metric], first_of_month(change.month)
    whole = [first + timedelta(days=at) for at in range((last_of_month(first) - first).days + 1)]
    is_empty = all(known.get(day) is None for day in whole)
    added: dict[date, Decimal | None] = {
        day: Decimal(0) for day in whole if is_empty and facts.go_live_on <= day <= facts.as_of
    }
    on = min(change.month, facts.as_of)
    return {**added, on: (known.get(on) or Decimal(0)) + change.amount}


def change_fee(facts: FeeFacts, changes: Iterable[Change], sales_metric: str) -> FeeFacts:
    """Return a fee year's facts after the changes, in order. `sales_metric` is the sum that the rulebook counts."""
    judged: date | None = None
    for change in changes:
        if isinstance(change, JudgeOn):
            judged = change.on
        elif isinstance(change, SetLine):
            of = change.category or facts.main_category or facts.categories[0].category
            facts = replace(facts, lines={**facts.lines, of: {**facts.lines.get(of, {}), change.table: change.value}})
        elif isinstance(change, SetSales):
            facts = replace(facts, sales=change.amount, sales_complete=True)
        elif isinstance(change, LeaveOn):
            leaving = None
            if change.applied_on is not None:
                leaving = Exit(change.applied_on, change.reason, change.effective_on)
            facts = replace(facts, exit=leaving)
        elif isinstance(change, AddTotal):
            if change.metric == sales_metric and change.month.year == facts.year:
                facts = replace(facts, sales=_sales(facts) + change.amount)
        elif isinstance(change, SetClosing | SetScore):
            facts = _scored(facts, change)
    return facts if judged is None else replace(facts, as_of=judged)


def _scored(facts: FeeFacts, change: SetClosing | SetScore) -> FeeFacts:
    if isinstance(change, SetScore):
        return replace(with_score(facts, change.metric, change.on, change.value), as_of=_seen(facts.as_of, change))
    on, month = last_of_month(change.month), first_of_month(change.month)
    months = _changed(facts.series.get(change.metric, ()), change)
    told = with_score(replace(facts, series={**facts.series, change.metric: months}), change.metric, on, change.value)
    without = tuple(each for each in facts.no_score_months if each != month)
    return replace(told, no_score_months=without, as_of=_seen(facts.as_of, change))


def _sales(facts: FeeFacts) -> Decimal:
    if facts.sales is not None:
        return facts.sales
    return sum((each.sales for each in facts.categories if each.sales is not None), Decimal(0))


def _seen(as_of: date, change: SetClosing | SetScore | AddTotal) -> date:
    """Return the last day with figures once the change is made."""
    if isinstance(change, SetScore):
        return max(as_of, change.on)
    if isinstance(change, AddTotal) and first_of_month(change.month) <= as_of:
        return as_of
    return max(as_of, last_of_month(change.month))


def _changed(months: tuple[MonthValue, ...], change: SetClosing | SetScore | AddTotal) -> tuple[MonthValue, ...]:
    month = first_of_month(change.on if isinstance(change, SetScore) else change.month)
    old = next((each for each in months if each.month == month), MonthValue(month))
    if isinstance(change, AddTotal):
        known = old.total is not None
        new = replace(old, total=(old.total or Decimal(0)) + change.amount, days=old.days if known else None)
    elif isinstance(change, SetClosing):
        new = replace(old, closing=change.value)
    elif change.on == last_of_month(month):
        new = replace(old, closing=change.value, latest=change.value, latest_on=change.on)
    elif old.latest_on is None or old.latest_on <= change.on:
        new = replace(old, latest=change.value, latest_on=change.on)
    else:
        new = old
    return tuple(sorted([*(each for each in months if each.month != month), new], key=lambda each: each.month))
