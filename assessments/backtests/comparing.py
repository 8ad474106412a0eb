"""What a draft would say of stores, beside what other rules say of the same figures: screened, then told exactly."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from assessments.backtests.directions import compare_words
from assessments.backtests.models import Direction
from assessments.backtests.pricing import price_removals
from assessments.engine import Assessment, PlannedPeriod, Rulebook, StoreFacts, judge_period
from assessments.periods.calendars import Pinned, Plan, pin_period
from assessments.periods.facts import facts_for, gather_figures
from assessments.periods.models import Period, Phase
from assessments.periods.services import list_worth_judging
from assessments.rulebooks.queries import DEFAULT_TRACK, get_lines, get_tracks
from assessments.stores.models import Store

if TYPE_CHECKING:
    from assessments.engine.screening import Brief

Case = tuple[PlannedPeriod, StoreFacts]


@dataclass(frozen=True, slots=True)
class Compared:
    """A store's period or fee year under two sets of rules. `effect_fen` None: not known. `result` is the draft's,
    kept where the two differ."""

    store_id: UUID
    starts_on: date
    ends_before: date
    is_live: bool
    before: dict[str, Any]
    after: dict[str, Any]
    direction: Direction
    effect_fen: int | None = 0
    result: Any = None


@dataclass(frozen=True, slots=True)
class _Pair:
    """One period under the other rules and under the draft, with what each is told of it."""

    old: Pinned
    new: Pinned
    old_facts: StoreFacts
    new_facts: StoreFacts


def compare_periods(
    *, stores: Sequence[Store], draft: Rulebook, beside: Rulebook | None, as_of: date, only_live: bool = False
) -> list[Compared]:
    """Every period of these stores that follows the draft's track and has figures, judged by both rulebooks.

    Without `beside` each period is judged by the version that it opened with: what is live, beside the draft. Periods
    keep the dates that they have: a draft's own calendar begins with the periods that open under it.
    """
    pinned = {
        store: [
            replace(pin, rulebook=beside or pin.rulebook)
            for pin in pins
            if pin.planned.is_running(as_of) or not only_live
        ]
        for store, pins in _list_pins(stores, draft)
    }
    pairs = _gather(pinned, draft, as_of)
    olds = judge_many([(pair.old.rulebook, (pair.old.planned, pair.old_facts)) for pair in pairs])
    news = judge_many([(draft, (pair.new.planned, pair.new_facts)) for pair in pairs])
    same = []
    flips: list[tuple[Compared, Assessment, Assessment]] = []
    for pair, was, becomes in zip(pairs, olds, news, strict=True):
        one = _compared(pair.old, was, becomes, as_of)
        if was == becomes:
            same.append(one)
            continue
        # Screening says who flips; the engine's own verdicts say why, and what it is worth.
        before = judge_period(pair.old.rulebook, pair.old.planned, pair.old_facts)
        after = judge_period(draft, pair.new.planned, pair.new_facts)
        flips.append((replace(one, result=after), before, after))
    effects = price_removals([(one.store_id, before, after) for one, before, after in flips])
    told = [replace(one, effect_fen=effect) for (one, _old, _new), effect in zip(flips, effects, strict=True)]
    return [*same, *told]


def _gather(pinned: Mapping[Store, Sequence[Pinned]], draft: Rulebook, as_of: date) -> list[_Pair]:
    """Both rulebooks' facts of every period that is worth judging, from one gathering for all stores."""
    by_draft = {pin.period_id: replace(pin, rulebook=draft) for pins in pinned.values() for pin in pins}
    every = [*(pin for pins in pinned.values() for pin in pins), *by_draft.values()]
    figures = gather_figures(stores=list(pinned), pins=every, as_of=as_of)
    lines = get_lines(stores=list(pinned))

    def facts_of(store: Store, pin: Pinned) -> StoreFacts:
        plan = Plan(store=store, programme=draft.programme, periods=())
        return facts_for(plan=plan, pin=pin, figures=figures, lines=lines, as_of=as_of)

    return [
        _Pair(old, by_draft[old.period_id], facts_of(store, old), facts_of(store, by_draft[old.period_id]))
        for store, pins in pinned.items()
        for old in list_worth_judging(store, pins, figures, as_of)
    ]


def _compared(pin: Pinned, was: "Brief", becomes: "Brief", as_of: date) -> Compared:
    return Compared(
        store_id=pin.store_id,
        starts_on=pin.planned.starts_on,
        ends_before=pin.planned.ends_before,
        is_live=pin.planned.is_running(as_of),
        before=_words(was),
        after=_words(becomes),
        direction=compare_words(
            (was.outcome, was.live, was.standing), (becomes.outcome, becomes.live, becomes.standing)
        ),
    )


def judge_many(cases: Sequence[tuple[Rulebook, Case]]) -> "list[Brief]":
    """Outcome, live outcome and standing of every case, in their order; a rulebook's cases are judged together."""
    by_digest: dict[str, list[int]] = {}
    for place, (rulebook, _case) in enumerate(cases):
        by_digest.setdefault(rulebook.digest, []).append(place)
    found: dict[int, Brief] = {}
    for places in by_digest.values():
        rulebook = cases[places[0]][0]
        found.update(zip(places, _briefs(rulebook, [cases[place][1] for place in places]), strict=True))
    return [found[place] for place in range(len(cases))]


def _briefs(rulebook: Rulebook, cases: Sequence[Case]) -> "Iterable[Brief]":
    # Here, because it loads numpy: a process that serves pages compares nothing and need not carry it.
    from assessments.engine.screening import Brief, load_columns, screen  # noqa: PLC0415

    if rulebook.kind == "assessment":
        return screen(rulebook, load_columns(cases)).briefs
    verdicts = (judge_period(rulebook, planned, facts) for planned, facts in cases)
    return [Brief(verdict.outcome, verdict.live, verdict.standing) for verdict in verdicts]


def _list_pins(stores: Sequence[Store], draft: Rulebook) -> Iterator[tuple[Store, list[Pinned]]]:
    """The planned periods of the draft's programme of every store that follows the draft's track."""
    tracks = get_tracks(store_ids=[store.pk for store in stores])
    rows: dict[UUID, list[Period]] = {}
    for row in (
        Period.objects.filter(store__in=stores, programme=draft.programme, is_planned=True)
        .exclude(phase=Phase.EXEMPT)
        .select_related("rulebook")
        .defer("rulebook__canonical")
        .order_by("starts_on")
    ):
        rows.setdefault(row.store_id, []).append(row)
    for store in stores:
        if tracks.get((store.pk, draft.programme), DEFAULT_TRACK) == draft.track:
            yield store, [pin_period(row=row, digest=row.rulebook.digest) for row in rows.get(store.pk, ())]


def _words(brief: "Brief") -> dict[str, Any]:
    return {"outcome": brief.outcome.value, "live": brief.live.value, "standing": brief.standing.value}
