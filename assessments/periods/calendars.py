"""Open periods: write the rows of a planned calendar; a period keeps the rulebook version it opened with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from assessments.engine import PlannedPeriod, Rulebook, checkpoint_days
from assessments.periods.models import Period
from assessments.rulebooks.queries import load_rulebook
from assessments.stores.models import Store

# A store under one programme.
PlanKey = tuple[UUID, str]
PeriodKey = tuple[UUID, str, date, date]


@dataclass(frozen=True, slots=True)
class Plan:
    """A store's calendar under one of the programmes that cover it."""

    store: Store
    programme: str
    periods: tuple[PlannedPeriod, ...]

    @property
    def key(self) -> PlanKey:
        """Names the plan among those of all stores."""
        return self.store.pk, self.programme


@dataclass(frozen=True, slots=True)
class Pinned:
    """A period as stored, with the rulebook version that judges it."""

    period_id: UUID
    store_id: UUID
    planned: PlannedPeriod
    rulebook: Rulebook


def open_periods(
    *, stores: Iterable[Store], plans: Sequence[Plan], ids: Mapping[str, UUID]
) -> dict[PlanKey, list[Pinned]]:
    """Rows for all plans of these stores: plan → periods in order. New ones are written; those no longer planned are
    marked so.

    `ids` maps a rulebook's digest to its row. A stored period wins over the plan's version: the rules that held
    when it opened are the rules that judge it.
    """
    stored = {
        (row.store_id, row.programme, row.starts_on, row.ends_before): row
        for row in Period.objects.filter(store_id__in=[store.pk for store in stores])
        .select_related("rulebook")
        .defer("rulebook__canonical")
    }
    pinned: dict[PlanKey, list[Pinned]] = {plan.key: [] for plan in plans}
    fresh: list[Period] = []
    corrected: list[Period] = []
    wanted: set[PeriodKey] = set()
    for plan in plans:
        store_id, programme = plan.key
        for planned in plan.periods:
            key = (store_id, programme, planned.starts_on, planned.ends_before)
            wanted.add(key)
            row = stored.get(key)
            if row is None:
                row = Period(
                    id=uuid4(),
                    store_id=store_id,
                    programme=programme,
                    rulebook_id=ids[planned.digest],
                    phase=planned.phase,
                    number=planned.number,
                    starts_on=planned.starts_on,
                    ends_before=planned.ends_before,
                )
                fresh.append(row)
                digest = planned.digest
            else:
                digest = _keep_or_correct(row, planned, ids, corrected)
            pinned[plan.key].append(pin_period(row=row, digest=digest))
    Period.objects.bulk_create(fresh, batch_size=2000)
    if corrected:
        Period.objects.bulk_update(corrected, ["phase", "number", "rulebook"], batch_size=500)
    _mark_planned(stored=stored, wanted=wanted)
    return pinned


def _keep_or_correct(row: Period, planned: PlannedPeriod, ids: Mapping[str, UUID], corrected: list[Period]) -> str:
    """The digest that judges a stored period. It stays as it opened, unless it opened by mistake.

    A corrected go-live date may make the same months another phase; an enrolment that came late, another track.
    """
    digest: str = row.rulebook.digest
    if row.rulebook.track != planned.track:
        digest = planned.digest
    if (row.phase, row.number, row.rulebook.digest) != (planned.phase, planned.number, digest):
        row.phase, row.number, row.rulebook_id = planned.phase, planned.number, ids[digest]
        corrected.append(row)
    return digest


def pin_period(*, row: Period, digest: str) -> Pinned:
    """The engine's view of a stored period, judged by the rulebook of this digest."""
    rulebook = load_rulebook(digest)
    planned = build_planned(
        rulebook=rulebook,
        phase=row.phase,
        number=row.number,
        starts_on=row.starts_on,
        ends_before=row.ends_before,
    )
    return Pinned(period_id=row.pk, store_id=row.store_id, planned=planned, rulebook=rulebook)


def build_planned(*, rulebook: Rulebook, phase: str, number: int, starts_on: date, ends_before: date) -> PlannedPeriod:
    """A period as the engine knows it, with the checkpoints that its rulebook gives it."""
    return PlannedPeriod(
        phase=phase,
        number=number,
        starts_on=starts_on,
        ends_before=ends_before,
        programme=rulebook.programme,
        track=rulebook.track,
        version=rulebook.version,
        digest=rulebook.digest,
        checkpoints=checkpoint_days(rulebook, phase, starts_on),
    )


def _mark_planned(*, stored: Mapping[PeriodKey, Period], wanted: set[PeriodKey]) -> None:
    for is_planned in (True, False):
        turned = [
            row.pk for key, row in stored.items() if (key in wanted) is is_planned and row.is_planned is not is_planned
        ]
        if turned:
            Period.objects.filter(pk__in=turned).update(is_planned=is_planned)
