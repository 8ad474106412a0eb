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
    """A period as stored, with the rulebook version that judges it, and the name of what it was last judged by."""

    period_id: UUID
    store_id: UUID
    planned: PlannedPeriod
    rulebook: Rulebook
    inputs: str = ""


@dataclass(slots=True)
class _Stored:
    """What is read of a period's row: plain values, because a recompute reads every one of them."""

    id: UUID
    store_id: UUID
    programme: str
    starts_on: date
    ends_before: date
    phase: str
    number: int
    is_planned: bool
    inputs: str
    digest: str
    track: str


_READ = (
    *("id", "store_id", "programme", "starts_on", "ends_before", "phase", "number", "is_planned", "inputs"),
    *("rulebook__digest", "rulebook__track"),
)


def open_periods(
    *, stores: Iterable[Store], plans: Sequence[Plan], ids: Mapping[str, UUID]
) -> dict[PlanKey, list[Pinned]]:
    """Rows for all plans of these stores: plan → periods in order. New ones are written; those no longer planned are
    marked so.

    `ids` maps a rulebook's digest to its row. A stored period wins over the plan's version: the rules that held
    when it opened are the rules that judge it.
    """
    found = Period.objects.filter(store_id__in=[store.pk for store in stores]).values_list(*_READ)
    stored: dict[PeriodKey, _Stored] = {}
    for values in found:
        read = _Stored(*values)
        stored[read.store_id, read.programme, read.starts_on, read.ends_before] = read
    pinned: dict[PlanKey, list[Pinned]] = {plan.key: [] for plan in plans}
    fresh: list[Period] = []
    corrected: list[Period] = []
    wanted: set[PeriodKey] = set()
    for plan in plans:
        for planned in plan.periods:
            key = (*plan.key, planned.starts_on, planned.ends_before)
            wanted.add(key)
            row = stored.get(key)
            if row is None:
                fresh.append(_row_of(planned, plan.key, ids, uuid4()))
                pinned[plan.key].append(_pin(fresh[-1].pk, plan, planned))
                continue
            kept = _keep_or_correct(row, planned)
            if (row.phase, row.number, row.digest) != (kept.phase, kept.number, kept.digest):
                corrected.append(_row_of(kept, plan.key, ids, row.id))
            pinned[plan.key].append(_pin(row.id, plan, kept, row.inputs))
    Period.objects.bulk_create(fresh, batch_size=2000)
    if corrected:
        Period.objects.bulk_update(corrected, ["phase", "number", "rulebook"], batch_size=500)
    _mark_planned(stored=stored, wanted=wanted)
    return pinned


def _keep_or_correct(row: _Stored, planned: PlannedPeriod) -> PlannedPeriod:
    """A stored period as it is to be judged: by the rulebook that it opened with, unless it opened by mistake.

    A corrected go-live date may make the same months another phase; an enrolment that came late, another track.
    """
    if row.track != planned.track or row.digest == planned.digest:
        return planned
    return build_planned(
        rulebook=load_rulebook(row.digest),
        phase=planned.phase,
        number=planned.number,
        starts_on=row.starts_on,
        ends_before=row.ends_before,
    )


def _row_of(planned: PlannedPeriod, key: PlanKey, ids: Mapping[str, UUID], row_id: UUID) -> Period:
    store_id, programme = key
    return Period(
        id=row_id,
        store_id=store_id,
        programme=programme,
        rulebook_id=ids[planned.digest],
        phase=planned.phase,
        number=planned.number,
        starts_on=planned.starts_on,
        ends_before=planned.ends_before,
    )


def _pin(row_id: UUID, plan: Plan, planned: PlannedPeriod, inputs: str = "") -> Pinned:
    return Pinned(row_id, plan.store.pk, planned, load_rulebook(planned.digest), inputs)


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


def _mark_planned(*, stored: Mapping[PeriodKey, _Stored], wanted: set[PeriodKey]) -> None:
    for is_planned in (True, False):
        turned = [
            row.id for key, row in stored.items() if (key in wanted) is is_planned and row.is_planned is not is_planned
        ]
        if turned:
            Period.objects.filter(pk__in=turned).update(is_planned=is_planned)
