"""Write a draft of rules, have a second person approve it, publish it."""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.engine import Rulebook, RulebookErrors, parse_rulebook
from assessments.rulebooks.models import RulebookDraft, RulebookVersion
from assessments.rulebooks.queries import read_draft
from assessments.rulebooks.services import columns_of, publish_rulebook, touch_covered
from core.api.errors import InvalidInput, ServiceError
from core.people.models import User

# The longest shipped rulebook has 20,000 characters.
MOST_CHARACTERS = 200_000


def read_rules(text: str) -> Rulebook:
    """Rules from what a person wrote. Raises InvalidInput with every mistake, each with its path."""
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(
            "rulebook_too_long", _("The rules are longer than %(most)d characters.") % {"most": MOST_CHARACTERS}
        )
    try:
        return parse_rulebook(text)
    except RulebookErrors as error:
        language = get_language() or "zh"
        found = [
            f"{mistake.path}: {mistake.text.in_(language)}" if mistake.path else mistake.text.in_(language)
            for mistake in error.mistakes
        ]
        raise InvalidInput(
            "rulebook_mistakes",
            _("The rules have %(count)d mistakes.") % {"count": len(found)},
            fields={"text": found},
        ) from error


@transaction.atomic
def write_draft(*, text: str, reason: str, by: User) -> RulebookDraft:
    """Keep a new draft. Raises InvalidInput for mistakes in the rules, ServiceError for a version that is taken."""
    rulebook = read_rules(text)
    _refuse_taken(rulebook, besides=None)
    return _save(RulebookDraft(text=text, reason=reason, written_by=by, **columns_of(rulebook)))


@transaction.atomic
def change_draft(
    *, draft: RulebookDraft, by: User, text: str | None = None, reason: str | None = None
) -> RulebookDraft:
    """Write an open draft anew. Whoever changed the rules last is who wrote them, and cannot approve them."""
    draft = _hold_open(draft)
    if text is not None and text != draft.text:
        rulebook = read_rules(text)
        _refuse_taken(rulebook, besides=draft)
        for name, value in columns_of(rulebook).items():
            setattr(draft, name, value)
        draft.text, draft.written_by, draft.written_at = text, by, Now()
    if reason is not None:
        draft.reason = reason
    return _save(draft)


@transaction.atomic
def approve_draft(*, draft: RulebookDraft, digest: str, by: User, note: str = "") -> RulebookVersion:
    """Publish a draft as it was read: `digest` is that of the rules that the second person looked at.

    Raises ServiceError when the draft was changed since, when who wrote it would approve it, or when it is decided.
    Periods that are open keep their version; those that open from the effective date on are judged by the new one.
    """
    draft = _hold_open(draft)
    if draft.written_by_id == by.pk:
        raise ServiceError("second_person", _("Who wrote the rules cannot approve them: ask a second person."))
    if draft.digest != digest:
        raise ServiceError("draft_changed", _("The draft was changed since you read it. Read it again."))
    rulebook = read_draft(draft)
    _refuse_taken(rulebook, besides=draft)
    publish_rulebook(rulebook=rulebook)
    draft.published = RulebookVersion.objects.get(digest=rulebook.digest)
    draft.state = RulebookDraft.State.PUBLISHED
    _decide(draft, by=by, note=note)
    touch_covered(rulebooks=[rulebook])
    assert draft.published is not None
    return draft.published


@transaction.atomic
def withdraw_draft(*, draft: RulebookDraft, by: User, note: str = "") -> RulebookDraft:
    """End a draft without publishing it. It stays to be read."""
    draft = _hold_open(draft)
    draft.state = RulebookDraft.State.WITHDRAWN
    _decide(draft, by=by, note=note)
    return draft


def _save(draft: RulebookDraft) -> RulebookDraft:
    """Raises ValidationError for a head that the columns do not hold, ServiceError when another was quicker."""
    draft.clean_fields(exclude=["written_at"])
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise ServiceError("version_drafted", _("There is an open draft of this version already.")) from None
    draft.refresh_from_db()
    return draft


def _decide(draft: RulebookDraft, *, by: User, note: str) -> None:
    draft.decided_by, draft.decided_at, draft.decision_note = by, Now(), note
    draft.save()
    draft.refresh_from_db()


def _hold_open(draft: RulebookDraft) -> RulebookDraft:
    """The draft as it stands now, held to the end of the transaction: two decisions must not meet."""
    held = RulebookDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if held.state != RulebookDraft.State.OPEN:
        raise ServiceError("draft_decided", _("This draft is decided and cannot change any more."))
    return held


def _refuse_taken(rulebook: Rulebook, *, besides: RulebookDraft | None) -> None:
    """Raise ServiceError for a version that is published or drafted already, and for a programme of another kind."""
    same = Q(programme=rulebook.programme, track=rulebook.track, version=rulebook.version)
    if RulebookVersion.objects.filter(same).exists():
        raise ServiceError("version_taken", _("This version is published already: give the draft another one."))
    drafts = RulebookDraft.objects.filter(same, state=RulebookDraft.State.OPEN)
    if besides is not None:
        drafts = drafts.exclude(pk=besides.pk)
    if drafts.exists():
        raise ServiceError("version_drafted", _("There is an open draft of this version already."))
    others = RulebookVersion.objects.filter(programme=rulebook.programme)
    if others.exists() and not others.filter(kind=rulebook.kind, platform=rulebook.platform).exists():
        raise ServiceError(
            "programme_differs", _("The programme's published versions are of another kind or marketplace.")
        )
