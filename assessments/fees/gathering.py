"""Gather the facts of many fee years at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from assessments.engine import CategorySales, Exit, FeeFacts, Rulebook
from assessments.engine import ExitReason as EngineExitReason
from assessments.fees.models import FeeAgreement
from assessments.metrics.queries import get_daily_values, get_violations, list_months_without_score
from assessments.periods.gathering import gather_months, list_metric_codes
from assessments.periods.gathering_days import sum_windows
from assessments.rulebooks.queries import Lines
from assessments.stores.models import Store

SALES = "sales_amount"


def gather_fee_facts(
    *, agreements: Sequence[FeeAgreement], rulebooks: Mapping[UUID, Rulebook], lines: Lines, as_of: date
) -> dict[UUID, FeeFacts]:
    """Agreement → what the engine is told of it. Six statements, however many agreements."""
    codes = [code for code in list_metric_codes(rulebooks.values()) if code != SALES]
    store_ids = list({agreement.store_id for agreement in agreements})
    starts_on = date(min(agreement.year for agreement in agreements), 1, 1)
    ends_before = min(date(max(agreement.year for agreement in agreements) + 1, 1, 1), as_of + timedelta(days=1))
    months = gather_months(
        store_ids=store_ids, codes=dict.fromkeys(codes, False), starts_on=starts_on, ends_before=ends_before
    )
    without = list_months_without_score(store_ids=store_ids, codes=codes, starts_on=starts_on, ends_before=ends_before)
    sales = sum_windows(
        {agreement.pk: (agreement.store_id, *sales_window(agreement, as_of)) for agreement in agreements}, code=SALES
    )
    days = _days_before_exit(agreements, codes)
    violations = get_violations(
        store_ids=store_ids,
        starts_on=starts_on,
        ends_before=date(max(agreement.year for agreement in agreements) + 1, 1, 1),
    )
    facts = {}
    for agreement in agreements:
        store, year = agreement.store, agreement.year
        total, complete = sales[agreement.pk]
        facts[agreement.pk] = FeeFacts(
            store=str(store.pk),
            year=year,
            as_of=as_of,
            categories=tuple(CategorySales(category) for category in _categories(store)),
            main_category=store.main_category,
            activated_on=agreement.activated_on,
            go_live_on=store.go_live_on,
            prepaid=None if agreement.prepaid_fen is None else Decimal(agreement.prepaid_fen).scaleb(-2),
            sales=total,
            sales_complete=complete,
            series=months.build_series(
                store.pk, dict.fromkeys(sorted(codes), False), date(year, 1, 1), date(year + 1, 1, 1)
            ),
            score_on={code: {day: values[code] for day, values in days.get(store.pk, {}).items()} for code in codes},
            no_score_months=tuple(month for month in without.get(store.pk, ()) if month.year == year),
            violations=tuple(each for each in violations.get(store.pk, ()) if each.on.year == year),
            exit=exit_of(agreement),
            lines={
                category: lines.of(
                    programme=rulebooks[agreement.pk].programme,
                    track=rulebooks[agreement.pk].track,
                    category=category,
                    store_id=store.pk,
                )
                for category in _categories(store)
            },
        )
    return facts


def sales_window(agreement: FeeAgreement, as_of: date) -> tuple[date, date]:
    """The days whose sales count: from go-live to the exit's confirmation, the year's end or `as_of`."""
    starts_on = max(date(agreement.year, 1, 1), agreement.store.go_live_on)
    last = min(date(agreement.year, 12, 31), as_of, agreement.exit_effective_on or date.max)
    return starts_on, max(last + timedelta(days=1), starts_on)


def _categories(store: Store) -> list[str]:
    return list(dict.fromkeys([store.main_category, *store.other_categories]))


def exit_of(agreement: FeeAgreement) -> Exit | None:
    """How the store left in the agreement's year, if it did."""
    if agreement.exit_applied_on is None:
        return None
    return Exit(
        applied_on=agreement.exit_applied_on,
        reason=EngineExitReason(agreement.exit_reason),
        effective_on=agreement.exit_effective_on,
    )


def _days_before_exit(
    agreements: Iterable[FeeAgreement], codes: Sequence[str]
) -> dict[UUID, dict[date, dict[str, Decimal | None]]]:
    """The January rule reads the score of the day before the application; only then are single days needed."""
    wanted: dict[UUID, set[date]] = {}
    for agreement in agreements:
        if agreement.exit_applied_on is not None and agreement.exit_applied_on.month == 1:
            wanted.setdefault(agreement.store_id, set()).add(agreement.exit_applied_on - timedelta(days=1))
    return get_daily_values(wanted=wanted, codes=list(codes))
