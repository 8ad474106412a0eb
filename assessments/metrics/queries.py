"""Read observations, imports and violations, as far as a person may see them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from assessments.engine import ViolationFact
from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.models import Import, ImportSource, SourceDays, StoreDay, Violation
from assessments.stores.queries import sees_all, visible_to


def list_imports_of(user: Any) -> QuerySet[Import]:
    """Operators see their own uploads; lead and owner see all."""
    written_at = ImportSource.objects.filter(upload=OuterRef("pk")).order_by("written_at").values("written_at")[:1]
    imports = Import.objects.select_related("reversal__by").annotate(written_at=Subquery(written_at))
    return imports if sees_all(user) else imports.filter(uploaded_by=user)


def list_origins_of(user: Any) -> QuerySet[SourceDays]:
    """Which imports gave which days of visible stores."""
    origins = SourceDays.objects.filter(store__in=visible_to(user))
    return origins.select_related("store", "source__upload__uploaded_by", "source__upload__reversal__by")


def list_violations(user: Any) -> QuerySet[Violation]:
    """Violations of visible stores."""
    return Violation.objects.filter(store__in=visible_to(user)).select_related("store")


def get_violations(*, store_ids: Iterable[UUID], starts_on: date, ends_before: date) -> dict[UUID, list[ViolationFact]]:
    """Store → its violations in [starts_on, ends_before), in order; withdrawn ones too: rules leave them out."""
    found: dict[UUID, list[ViolationFact]] = {}
    rows = Violation.objects.filter(
        store_id__in=list(store_ids), occurred_on__gte=starts_on, occurred_on__lt=ends_before
    ).order_by("occurred_on", "pk")
    for row in rows:
        found.setdefault(row.store_id, []).append(
            ViolationFact(
                on=row.occurred_on,
                points=row.points,
                severity=row.severity,
                topic=row.topic,
                withdrawn=row.withdrawn,
            )
        )
    return found


def list_observations(
    *, store_id: UUID, starts_on: date, ends_before: date, codes: list[str] | None = None
) -> list[dict[str, Any]]:
    """One dict a day in [starts_on, ends_before): natural values as Decimal, None for "no data".

    Without `codes`, metrics without a single value in the range are left out.
    """
    wanted = codes or list(BY_CODE)
    rows = list(
        StoreDay.objects.filter(store_id=store_id, day__gte=starts_on, day__lt=ends_before)
        .order_by("day")
        .values("day", *wanted)
    )
    if codes is None:
        wanted = [code for code in wanted if any(row[code] is not None for row in rows)]
    return [{"day": row["day"], "values": {code: natural(code, row[code]) for code in wanted}} for row in rows]


def natural(code: str, stored: int | None) -> Decimal | None:
    """A stored integer in the metric's natural unit."""
    return None if stored is None else BY_CODE[code].from_stored(stored)


def get_daily_values(*, wanted: Mapping[UUID, set[date]], codes: list[str]) -> dict[UUID, dict[date, dict[str, Any]]]:
    """Values of single days: store → day → code → Decimal or None. Days without a row are absent."""
    days = {day for store_days in wanted.values() for day in store_days}
    found: dict[UUID, dict[date, dict[str, Any]]] = {}
    if not days or not codes:
        return found
    for row in StoreDay.objects.filter(store_id__in=wanted, day__in=days).values("store_id", "day", *codes):
        if row["day"] in wanted[row["store_id"]]:
            values = {code: natural(code, row[code]) for code in codes}
            found.setdefault(row["store_id"], {})[row["day"]] = values
    return found


def list_months_without_score(
    *, store_ids: Iterable[UUID], codes: Sequence[str], starts_on: date, ends_before: date
) -> dict[UUID, list[date]]:
    """Store → first days of months on whose last day a file said that one of these scores has no data."""
    rows = StoreDay.objects.filter(
        store_id__in=list(store_ids), day__gte=starts_on, day__lt=ends_before, no_data__overlap=list(codes)
    ).values_list("store_id", "day")
    found: dict[UUID, list[date]] = {}
    for store_id, day in rows.order_by("day"):
        if (day + timedelta(days=1)).day == 1:
            found.setdefault(store_id, []).append(day.replace(day=1))
    return found


def count_visible_stores(user: Any) -> int:
    """How many stores an upload by this person could concern."""
    return visible_to(user).count()
