"""Which rulebook judges a store, and the lines that hold for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.db import models

from assessments.engine import Rulebook, parse_canonical, version_on
from assessments.rulebooks.models import CategoryLine, Enrolment, RulebookDraft, RulebookVersion
from assessments.stores.models import Store

DEFAULT_TRACK = "annual"


@lru_cache(maxsize=256)
def load_rulebook(digest: str) -> Rulebook:
    """A rulebook by its digest. The digest names the content, so one process-wide copy serves every agency."""
    return parse_canonical(RulebookVersion.objects.values_list("canonical", flat=True).get(digest=digest))


@dataclass(frozen=True, slots=True)
class Programmes:
    """The versions of some kinds, by marketplace and programme, ready for the engine."""

    versions: Mapping[str, Mapping[str, tuple[Rulebook, ...]]]
    ids: Mapping[str, UUID]

    def open_to(self, *, store: Store, tracks: Mapping[tuple[UUID, str], str]) -> dict[str, tuple[Rulebook, ...]]:
        """Programme → the versions that cover this store, in the order of the programmes' names.

        A store has a track in the programmes that it is enrolled in (`get_tracks`). For any other store a version
        that stores join by name is as if it were not there.
        """
        covering = {}
        for programme, versions in self.versions.get(store.platform, {}).items():
            is_enrolled = (store.pk, programme) in tracks
            found = tuple(version for version in versions if is_enrolled or not version.is_joined_by_name)
            if found:
                covering[programme] = found
        return covering

    def rulebook_on(self, on: date, *, store: Store, tracks: Mapping[tuple[UUID, str], str]) -> Rulebook | None:
        """The one version in force on a day for a store that can have but one: of a programme that it is enrolled in,
        else of the first that covers it."""
        covering = self.open_to(store=store, tracks=tracks)
        for programme in sorted(covering, key=lambda programme: (store.pk, programme) not in tracks):
            track = tracks.get((store.pk, programme), DEFAULT_TRACK)
            found = version_on(covering[programme], track, on)
            if found is not None:
                return found
        return None


def list_programmes(*kinds: str) -> Programmes:
    """All versions of these kinds. `ids` maps a digest to its row."""
    grouped: dict[str, dict[str, list[Rulebook]]] = {}
    ids: dict[str, UUID] = {}
    rows = RulebookVersion.objects.filter(kind__in=kinds)
    rows = rows.order_by("programme", "effective_from", "published_at", "track")
    for pk, platform, programme, digest in rows.values_list("pk", "platform", "programme", "digest"):
        grouped.setdefault(platform, {}).setdefault(programme, []).append(load_rulebook(digest))
        ids[digest] = pk
    return Programmes(
        versions={
            platform: {programme: tuple(versions) for programme, versions in programmes.items()}
            for platform, programmes in grouped.items()
        },
        ids=ids,
    )


def get_rules_on(on: date, *, store: Store, kind: str) -> tuple[Rulebook, dict[str, Decimal]] | None:
    """The rulebook of a kind that holds for a store on a day, with the store's lines; None when none covers it."""
    rulebook = list_programmes(kind).rulebook_on(on, store=store, tracks=get_tracks(store_ids=[store.pk]))
    if rulebook is None:
        return None
    return rulebook, get_lines(stores=[store]).of(
        programme=rulebook.programme, track=rulebook.track, category=store.main_category, store_id=store.pk
    )


def get_open_draft(name: str) -> RulebookDraft | None:
    """The open draft of programme/version, if there is one."""
    programme, _slash, version = name.partition("/")
    return RulebookDraft.objects.filter(programme=programme, version=version, state=RulebookDraft.State.OPEN).first()


def get_version_beside(draft: RulebookDraft) -> RulebookVersion | None:
    """The published version that a draft would stand in for: the newest of its track by then, else of the programme."""
    versions = RulebookVersion.objects.filter(programme=draft.programme)
    if draft.published_id is not None:
        versions = versions.exclude(pk=draft.published_id)
    newest = ("-effective_from", "-published_at")
    for found in (
        versions.filter(track=draft.track, effective_from__lte=draft.effective_from),
        versions.filter(track=draft.track),
        versions,
    ):
        version = found.order_by(*newest).first()
        if version is not None:
            return version
    return None


def read_draft(draft: RulebookDraft) -> Rulebook:
    """A draft's rules, ready for the engine."""
    return _parse_draft(draft.digest, draft.canonical)


@lru_cache(maxsize=16)
def _parse_draft(digest: str, canonical: str) -> Rulebook:
    """By content: two agencies' drafts of one digest are the same rules."""
    return parse_canonical(canonical)


def list_newest() -> list[Rulebook]:
    """The newest version of every programme and track."""
    versions = RulebookVersion.objects.order_by("programme", "track", "-effective_from", "-published_at")
    return [
        load_rulebook(digest) for digest in versions.distinct("programme", "track").values_list("digest", flat=True)
    ]


def has_track(*, programme: str, track: str) -> bool:
    """Whether any published version of the programme is of this track."""
    return RulebookVersion.objects.filter(programme=programme, track=track).exists()


def has_table(*, programme: str, track: str, table: str) -> bool:
    """Whether some published version (of this track, or of any when `track` is empty) reads such a table."""
    versions = RulebookVersion.objects.filter(programme=programme)
    if track:
        versions = versions.filter(track=track)
    return any(table in load_rulebook(digest).tables for digest in versions.values_list("digest", flat=True))


def get_tracks(*, store_ids: Iterable[UUID]) -> dict[tuple[UUID, str], str]:
    """(store, programme) → track, for the programmes that stores are enrolled in."""
    rows = Enrolment.objects.filter(store_id__in=list(store_ids)).values_list("store_id", "programme", "track")
    return {(store_id, programme): track for store_id, programme, track in rows}


@dataclass(frozen=True, slots=True)
class Lines:
    """The agency's own numbers, in two levels: category, then store."""

    by_category: Mapping[tuple[str, str], Mapping[str, Mapping[str, Decimal]]]
    by_store: Mapping[tuple[str, str], Mapping[UUID, Mapping[str, Decimal]]]

    def of(self, *, programme: str, track: str, category: str, store_id: UUID | None = None) -> dict[str, Decimal]:
        """Table → value. A track's own line beats one for every track; a store's beats its category's."""
        found: dict[str, Decimal] = {}
        for key in ((programme, ""), (programme, track)):
            found.update(self.by_category.get(key, {}).get(category, {}))
        for key in ((programme, ""), (programme, track)):
            if store_id is not None:
                found.update(self.by_store.get(key, {}).get(store_id, {}))
        return found


def get_lines(*, stores: Iterable[Store]) -> Lines:
    """Every line that may concern these stores, in one query."""
    concerned = models.Q(store__isnull=True) | models.Q(store__in=[store.pk for store in stores])
    by_category: dict[tuple[str, str], dict[str, dict[str, Decimal]]] = {}
    by_store: dict[tuple[str, str], dict[UUID, dict[str, Decimal]]] = {}
    for line in CategoryLine.objects.filter(concerned, value__isnull=False):
        assert line.value is not None
        key = (line.programme, line.track)
        if line.store_id is None:
            by_category.setdefault(key, {}).setdefault(line.category, {})[line.table] = _plain(line.value)
        else:
            by_store.setdefault(key, {}).setdefault(line.store_id, {})[line.table] = _plain(line.value)
    return Lines(by_category=by_category, by_store=by_store)


def _plain(value: Decimal) -> Decimal:
    """Without the column's trailing zeros, so that 4.1 reads 4.1 and a digest does not depend on the column's width."""
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
