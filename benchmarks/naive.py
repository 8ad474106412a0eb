"""The naive way, written as one would without thinking of sets: a query per store and metric, a save per row.

Two of it: with `.only()` the two columns that are needed, and as it is written before anybody has measured, with whole
rows of the wide table as objects. Both judge by the product's own engine, so they pay the same for a verdict.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from assessments.engine import MonthValue, canonical_json, judge_period
from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.models import StoreDay
from assessments.periods.calendars import Pinned, Plan, pin_period
from assessments.periods.facts import Figures, facts_for, read_by
from assessments.periods.gathering import Months
from assessments.periods.models import Period, StoreStanding, Verdict
from assessments.periods.portfolio import measure_risk
from assessments.rulebooks.queries import get_lines
from assessments.stores.models import Store
from benchmarks.sizes import TODAY
from tenants.door import agency_scope

AS_OF = TODAY - timedelta(days=1)


def recompute_naively(slug: str, store_ids: Iterable[UUID], *, whole_rows: bool = False) -> None:
    """Judge these stores with the same engine, row by row; rolled back, so that only the time is left of it."""
    with agency_scope(slug=slug), transaction.atomic():
        for store_id in store_ids:
            _recompute(Store.objects.select_related("client").get(pk=store_id), whole_rows)
        transaction.set_rollback(True)


def _recompute(store: Store, whole_rows: bool) -> None:
    lines = get_lines(stores=[store])
    for period in Period.objects.filter(store=store, ends_before__gt=AS_OF - timedelta(days=365)):
        pin = pin_period(row=period, digest=period.rulebook.digest)
        reads = read_by(pin.rulebook)
        nothing = Months(dict.fromkeys(reads.months, slice(0)), {})
        figures = Figures(reads={pin.rulebook.digest: reads}, months=nothing, days={}, incidents={})
        plan = Plan(store=store, programme=period.programme, periods=())
        facts = replace(
            facts_for(plan=plan, pin=pin, figures=figures, lines=lines, as_of=AS_OF),
            series={code: _months(store, code, pin, whole_rows) for code in reads.months},
        )
        assessment = judge_period(pin.rulebook, pin.planned, facts)
        number = Verdict.objects.filter(period=period).count() + 1
        verdict = Verdict.objects.create(
            period=period,
            revision=number,
            digest="",
            engine_version="",
            as_of=AS_OF,
            outcome=assessment.outcome.value,
            live=assessment.live.value,
            standing=assessment.standing.value,
            facts=json.loads(canonical_json(facts)),
            result=json.loads(canonical_json(assessment)),
        )
        StoreStanding.objects.update_or_create(
            store=store,
            defaults={
                "standing": assessment.standing.value,
                "risk": measure_risk(store=store, assessment=assessment),
                "as_of": AS_OF,
                "verdict": verdict,
                "document": {},
                "digest": "",
            },
        )


def _months(store: Store, code: str, pin: Pinned, whole_rows: bool) -> tuple[MonthValue, ...]:
    scale = BY_CODE[code].scale
    by_month: dict[date, list[StoreDay]] = {}
    days = StoreDay.objects.filter(store=store, day__gte=pin.planned.starts_on, day__lt=pin.planned.ends_before)
    for row in (days if whole_rows else days.only("day", code)).order_by("day"):
        if getattr(row, code) is not None:
            by_month.setdefault(row.day.replace(day=1), []).append(row)
    found = []
    for month, rows in by_month.items():
        newest = rows[-1]
        is_last = (newest.day + timedelta(days=1)).day == 1
        value = Decimal(getattr(newest, code)).scaleb(-scale)
        found.append(
            MonthValue(
                month=month,
                total=Decimal(sum(getattr(row, code) for row in rows)).scaleb(-scale),
                closing=value if is_last else None,
                latest=value,
                latest_on=newest.day,
                days=len(rows),
            )
        )
    return tuple(found)
