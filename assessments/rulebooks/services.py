"""Publish rulebook versions, set category lines, enrol stores."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.engine import Rulebook, parse_rulebook
from assessments.rulebooks.models import CategoryLine, Enrolment, LineChange, RulebookKind, RulebookVersion
from assessments.rulebooks.queries import has_table, has_track
from assessments.stores.models import Store
from assessments.stores.services import touch_stores
from core.api.errors import InvalidInput, ServiceError
from core.people.actors import Actor

# What these kinds say is stored; the others are worked out when somebody asks.
STORED = frozenset({RulebookKind.ASSESSMENT, RulebookKind.PROBATION, RulebookKind.FEE})
SHIPPED = Path(__file__).resolve().parent / "shipped"


@transaction.atomic
def sync_shipped_rulebooks() -> int:
    """Publish every shipped rulebook that this agency does not have yet. Returns how many were new.

    Raises ServiceError when a shipped file changed without a new version: what has judged cannot change.
    """
    published = {(each.programme, each.track, each.version): each for each in RulebookVersion.objects.all()}
    new = [
        rulebook
        for rulebook in read_shipped()
        if not _is_published(rulebook, published.get((rulebook.programme, rulebook.track, rulebook.version)))
    ]
    RulebookVersion.objects.bulk_create(RulebookVersion(**columns_of(rulebook)) for rulebook in new)
    touch_covered(rulebooks=new)
    return len(new)


@cache
def read_shipped() -> tuple[Rulebook, ...]:
    """The rulebooks that ship with this code; like the code, they are read once in a process."""
    return tuple(parse_rulebook(path.read_text("utf-8")) for path in sorted(SHIPPED.glob("*.toml")))


@transaction.atomic
def publish_rulebook(*, rulebook: Rulebook) -> bool:
    """Add a version. False when exactly this one is there already."""
    existing = RulebookVersion.objects.filter(
        programme=rulebook.programme, track=rulebook.track, version=rulebook.version
    ).first()
    if _is_published(rulebook, existing):
        return False
    RulebookVersion.objects.create(**columns_of(rulebook))
    return True


def _is_published(rulebook: Rulebook, existing: RulebookVersion | None) -> bool:
    """Whether the row under its name is this very rulebook. Raises ServiceError when it is another."""
    if existing is not None and existing.digest != rulebook.digest:
        raise ServiceError(
            "rulebook_immutable",
            _("%(rulebook)s is published and cannot change; give the correction a new version.")
            % {"rulebook": existing},
        )
    return existing is not None


def columns_of(rulebook: Rulebook) -> dict[str, Any]:
    """What versions and drafts keep of a rulebook, by column."""
    return {
        "programme": rulebook.programme,
        "track": rulebook.track,
        "version": rulebook.version,
        "platform": rulebook.platform,
        "kind": rulebook.kind,
        "name_zh": rulebook.name.zh,
        "name_en": rulebook.name.en,
        "effective_from": rulebook.effective_from,
        "effective_before": rulebook.effective_before,
        "digest": rulebook.digest,
        "canonical": rulebook.canonical,
    }


@transaction.atomic
def set_line(
    *,
    programme: str,
    table: str,
    value: Decimal | None,
    by: Actor,
    track: str = "",
    category: str = "",
    store: Store | None = None,
    note: str = "",
) -> CategoryLine:
    """Set a number for a category or for one store, None to withdraw it; the stores it concerns become stale.

    Raises InvalidInput for a table that no rulebook reads: such a number would look saved and change nothing.
    """
    if not has_table(programme=programme, track=track, table=table):
        text = _("No rulebook of %(programme)s reads a table %(table)s.") % {"programme": programme, "table": table}
        raise InvalidInput("unknown_table", text, fields={"table": [text]})
    line, created = CategoryLine.objects.get_or_create(
        programme=programme,
        track=track,
        table=table,
        category=category,
        store=store,
        defaults={"value": value, "note": note, "set_by": by.label},
    )
    if created:
        note_change(line=line, before=None)
    elif (line.value, line.note) != (value, note):
        before = line.value
        line.value, line.note, line.set_by = value, note, by.label
        line.save()
        note_change(line=line, before=before)
    else:
        return line
    touch_lines(lines=[line])
    return line


def note_change(*, line: CategoryLine, before: Decimal | None) -> None:
    """Keep what a line was and became, by whom and why."""
    LineChange.objects.create(line=line, before=before, value=line.value, note=line.note, set_by=line.set_by)


def touch_lines(*, lines: Iterable[CategoryLine]) -> None:
    """Make every store stale that one of these lines speaks of, in one statement: the store itself, or the stores of
    the category on the programme's marketplace."""
    categories: dict[str, set[str]] = {}
    where = Q(pk__in=[])
    for line in lines:
        if line.store_id is None:
            categories.setdefault(line.programme, set()).add(line.category)
        else:
            where |= Q(pk=line.store_id)
    for programme, named in categories.items():
        platforms = RulebookVersion.objects.filter(programme=programme, kind__in=STORED).values("platform")
        of_category = Q(main_category__in=named) | Q(other_categories__overlap=sorted(named))
        where |= Q(platform__in=platforms) & of_category
    touch_stores(where=where)


def touch_covered(*, rulebooks: Iterable[Rulebook]) -> None:
    """Make every store stale that one of these rulebooks may judge or settle: those of its marketplace, or of them
    those that were enrolled by name."""
    where = Q(pk__in=[])
    for rulebook in rulebooks:
        if rulebook.kind in STORED:
            covered = Q(platform=rulebook.platform)
            if rulebook.is_joined_by_name:
                covered &= Q(pk__in=Enrolment.objects.filter(programme=rulebook.programme).values("store"))
            where |= covered
    touch_stores(where=where)


@transaction.atomic
def enrol_store(*, store: Store, programme: str, track: str, by: Actor, note: str = "") -> Enrolment:
    """Let a store follow a track. Raises ServiceError for a track that no version has."""
    if not has_track(programme=programme, track=track):
        raise ServiceError(
            "unknown_track",
            _("There is no track %(track)s of %(programme)s.") % {"programme": programme, "track": track},
        )
    chosen = {"track": track, "note": note, "set_by": by.label}
    enrolment, created = Enrolment.objects.get_or_create(store=store, programme=programme, defaults=chosen)
    if created or enrolment.track != track:
        for name, value in chosen.items():
            setattr(enrolment, name, value)
        enrolment.save()
        touch_stores(store_ids=[store.pk])
    return enrolment
