"""Draft, second person, version: what may become a rule, and whom it judges."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from assessments.periods.models import Period
from assessments.rulebooks.drafting import approve_draft, change_draft, withdraw_draft, write_draft
from assessments.rulebooks.models import RulebookDraft, RulebookVersion
from assessments.rulebooks.queries import get_version_beside, load_rulebook
from assessments.rulebooks.services import SHIPPED
from core.api.errors import InvalidInput, ServiceError
from tests.conftest import House
from tests.factories import compute, is_stale, make_judged_store, newest

ANNUAL = (SHIPPED / "tmall-daily-2025-annual.toml").read_text("utf-8")


def rules(version: str = "2026-annual", *, since: str = "2026-01-01", **changes: str) -> str:
    """The shipped annual rules under another name, in force from a day."""
    text = ANNUAL.replace('"2025-annual"', f'"{version}"').replace(
        "effective_from = 2024-08-01", f"effective_from = {since}"
    )
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def draft(house: House, text: str | None = None, *, by: str = "lead") -> RulebookDraft:
    return write_draft(text=text or rules(), reason="平台公告", by=house.user(by))


def refused(code: str, act: Any) -> None:
    with pytest.raises(ServiceError) as refusal, transaction.atomic():
        act()
    assert refusal.value.code == code


def test_a_draft_judges_nobody_until_a_second_person_approved_it(alpha: House) -> None:
    with alpha.scope():
        written = draft(alpha)
        assert not RulebookVersion.objects.filter(version="2026-annual").exists()
        version = approve_draft(draft=written, digest=written.digest, by=alpha.user("owner"), note="核对过")
        written.refresh_from_db()
        assert (written.state, written.published, written.decision_note) == ("published", version, "核对过")
        assert written.decided_at is not None
        assert load_rulebook(version.digest).version == "2026-annual"


def test_who_wrote_the_rules_last_cannot_approve_them(alpha: House) -> None:
    with alpha.scope():
        written = draft(alpha, by="lead")
        refused("second_person", lambda: approve_draft(draft=written, digest=written.digest, by=alpha.user("lead")))
        changed = change_draft(draft=written, text=rules() + "\n# 修订", by=alpha.user("owner"))
        refused("second_person", lambda: approve_draft(draft=written, digest=changed.digest, by=alpha.user("owner")))
        assert approve_draft(draft=written, digest=changed.digest, by=alpha.user("lead")).version == "2026-annual"


def test_another_reason_alone_leaves_who_wrote_the_rules(alpha: House) -> None:
    with alpha.scope():
        changed = change_draft(draft=draft(alpha, by="lead"), reason="公告第 2 版", by=alpha.user("owner"))
        assert (changed.written_by, changed.reason) == (alpha.user("lead"), "公告第 2 版")


def test_rules_that_changed_since_they_were_read_are_not_approved(alpha: House) -> None:
    with alpha.scope():
        written = draft(alpha)
        read = written.digest
        change_draft(draft=written, text=rules(since="2026-02-01"), by=alpha.user("lead"))
        refused("draft_changed", lambda: approve_draft(draft=written, digest=read, by=alpha.user("owner")))
        assert not RulebookVersion.objects.filter(version="2026-annual").exists()


def test_the_database_itself_refuses_a_version_that_its_writer_published(alpha: House) -> None:
    with alpha.scope():
        written = draft(alpha)
        version = RulebookVersion.objects.all()[0]
        with pytest.raises(DatabaseError), transaction.atomic():
            RulebookDraft.objects.filter(pk=written.pk).update(
                state="published", published=version, decided_by=written.written_by
            )


@pytest.mark.parametrize("end", ["approve", "withdraw"])
def test_a_decided_draft_cannot_be_changed_or_decided_again(alpha: House, end: str) -> None:
    with alpha.scope():
        written, owner = draft(alpha), alpha.user("owner")
        if end == "approve":
            approve_draft(draft=written, digest=written.digest, by=owner)
        else:
            withdraw_draft(draft=written, by=owner, note="公告撤回")
        for act in (
            lambda: change_draft(draft=written, text=rules("2027"), by=owner),
            lambda: approve_draft(draft=written, digest=written.digest, by=owner),
            lambda: withdraw_draft(draft=written, by=owner),
        ):
            refused("draft_decided", act)


def test_every_mistake_is_told_with_its_path_and_nothing_is_kept(alpha: House) -> None:
    broken = rules().replace('comparator = ">="', 'comparator = "=="').replace("trial_months = 12", "trial_months = -1")
    with alpha.scope():
        with pytest.raises(InvalidInput) as refusal:
            draft(alpha, broken)
        told = refusal.value.fields["text"]
        assert len(told) >= 2
        assert any("trial_months" in line for line in told)
        assert not RulebookDraft.objects.exists()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("version_taken", ANNUAL),
        ("programme_differs", rules().replace('"tmall-daily"', '"tmall-annual-fee"')),
        ("rulebook_mistakes", rules().replace('zh = "天猫', 'zh = "\\u0000天猫')),
        ("rulebook_mistakes", "not toml"),
        ("rulebook_too_long", "#" * 200_001),
    ],
)
def test_rules_that_cannot_become_a_version_are_no_draft(alpha: House, code: str, text: str) -> None:
    with alpha.scope():
        refused(code, lambda: draft(alpha, text))


def test_a_version_has_one_open_draft(alpha: House) -> None:
    with alpha.scope():
        first = draft(alpha)
        refused("version_drafted", lambda: draft(alpha))
        withdraw_draft(draft=first, by=alpha.user("lead"))
        assert draft(alpha).state == "open"


def test_rules_may_be_written_as_json_and_are_the_same_rules(alpha: House) -> None:
    with alpha.scope():
        toml = draft(alpha)
        withdraw_draft(draft=toml, by=alpha.user("lead"))
        assert draft(alpha, toml.canonical).digest == toml.digest


def test_a_new_version_judges_periods_that_open_under_it_and_no_others(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        written = draft(alpha, rules(since="2025-03-01"))
        approve_draft(draft=written, digest=written.digest, by=alpha.user("owner"))
        assert is_stale(store)
        compute(date(2025, 9, 2))
        assert dict(Period.objects.filter(store=store).values_list("starts_on", "rulebook__version")) == {
            date(2024, 7, 15): "2022-annual",
            date(2024, 8, 1): "2025-annual",
            date(2025, 8, 1): "2026-annual",
        }


def test_a_correction_that_takes_effect_on_the_same_day_stands_before_what_it_corrects(alpha: House) -> None:
    with alpha.scope():
        written = draft(alpha, rules("2025-annual-b", since="2024-08-01"))
        approve_draft(draft=written, digest=written.digest, by=alpha.user("owner"))
        store = make_judged_store()
        assert newest(store).period.rulebook.version == "2025-annual-b"


def test_a_draft_stands_beside_the_version_that_it_would_replace(alpha: House) -> None:
    with alpha.scope():
        assert str(get_version_beside(draft(alpha))).endswith("2025-annual")
        new = rules("1").replace('"tmall-daily"', '"agency-own"')
        assert get_version_beside(draft(alpha, new)) is None
