"""The coverage calendar: a month of one source, a row per store and a cell per day; and freshness on a store's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.metrics.coverage import Ranges, StoreCoverage, count_days, list_coverage
from assessments.metrics.expected_admin import late_panel
from assessments.metrics.freshness import Freshness, list_freshness
from assessments.metrics.reading.days import FIRST_DAY, LAST_DAY
from assessments.metrics.sources import BY_SOURCE, SOURCES
from assessments.stores.admin import StoreAdmin
from assessments.stores.models import Store
from assessments.stores.queries import visible_to
from core.arrival import received_at
from core.people.access import allows
from tenants.door import current_scope

STORES_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one store: `state` colours it, `mark` is read, `title` says it in words."""

    state: str
    mark: str
    title: str


class CoveragePages:
    """Adds the calendar to the admin of imports."""

    def get_urls(self) -> list[Any]:
        page = path("coverage/", self.admin_site.admin_view(self.coverage_view), name="coverage")  # type: ignore[attr-defined]  # an admin's
        return [page, *super().get_urls()]  # type: ignore[misc]  # likewise

    def coverage_view(self, request: HttpRequest) -> HttpResponse:
        """A month of one source for the stores that this person sees."""
        if not allows(request.user, "coverage.view"):
            raise PermissionDenied
        today = current_scope().today(received_at(request))
        month = _month_of(request.GET.get("month", ""), today)
        source = BY_SOURCE.get(request.GET.get("source", ""), SOURCES[0])
        stores = Paginator(visible_to(request.user).order_by("name", "pk"), STORES_A_PAGE)
        page = stores.get_page(request.GET.get("page"))
        following = _following(month)
        covered = list_coverage(
            stores=list(page.object_list), sources=[source], starts_on=month, ends_before=following, today=today
        )
        language = get_language() or "zh"
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]  # an admin's
            "opts": self.opts,  # type: ignore[attr-defined]  # an admin's
            "title": _("Coverage calendar"),
            "sources": [(each.code, each.name.in_(language), each.code == source.code) for each in SOURCES],
            "source": source.code,
            "month": month,
            "before": (month - timedelta(days=1)).replace(day=1),
            "after": following,
            "days": [month + timedelta(days=n) for n in range((following - month).days)],
            "rows": [(each, _counts(each), list_cells(each, month)) for each in covered],
            "page": page,
        }
        return TemplateResponse(request, "admin/coverage.html", context)


def list_cells(covered: StoreCoverage, month: date) -> list[Cell]:
    """A cell for each day of the month; days that do not count for the store are empty."""
    [each] = covered.sources
    words = {
        "figures": Cell("figures", "✓", _("figures")),
        "no-data": Cell("no-data", "–", _("no data")),
        "missing": Cell("missing", "✗", _("missing")),
    }
    state_of: dict[date, str] = {}
    for state, ranges in (("figures", each.figures), ("no-data", each.no_data), ("missing", each.missing)):
        state_of |= dict.fromkeys(_days(ranges), state)
    length = (_following(month) - month).days
    days = [month + timedelta(days=n) for n in range(length)]
    return [words[state_of[day]] if day in state_of else Cell("outside", "", "") for day in days]


def _counts(covered: StoreCoverage) -> list[int]:
    [each] = covered.sources
    return [count_days(ranges) for ranges in (each.figures, each.no_data, each.missing)]


def freshness_panel(request: HttpRequest, store: Store) -> dict[str, Any] | None:
    """Up to which day each source is known, on the store's own page."""
    found = list_freshness(store=store, today=current_scope().today(received_at(request)))
    known = [each for each in found if each.last_day is not None or each.arrived_at is not None]
    if not known:
        return None
    return {"title": _("Freshness of figures"), "lines": _tell(known)}


def _tell(known: Sequence[Freshness]) -> list[str]:
    language = get_language() or "zh"
    told = []
    for each in known:
        line = _("%(source)s: figures up to %(day)s, %(behind)s days behind; last arrived: %(at)s")
        at = "–" if each.arrived_at is None else date_format(timezone.localtime(each.arrived_at), "Y-m-d H:i")
        behind = "–" if each.days_behind is None else each.days_behind
        name = each.source.name.in_(language)
        told.append(line % {"source": name, "day": each.last_day or "–", "behind": behind, "at": at})
    return told


def _month_of(asked: str, today: date) -> date:
    try:
        month = date.fromisoformat(f"{asked}-01")
    except ValueError:
        month = today.replace(day=1)
    return month if FIRST_DAY < month < LAST_DAY else today.replace(day=1)


def _following(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _days(ranges: Ranges) -> list[date]:
    return [first + timedelta(days=n) for first, end in ranges for n in range((end - first).days)]


StoreAdmin.panels.extend([freshness_panel, late_panel])
