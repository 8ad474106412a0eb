"""Rules in the agency's admin: drafts by two people, lines from a sheet."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.rulebooks.drafting import write_draft
from assessments.rulebooks.models import CategoryLine, RulebookDraft, RulebookVersion
from tests.admin.conftest import text_of
from tests.api.test_drafts import NEXT
from tests.conftest import House


def open_draft(house: House) -> RulebookDraft:
    with house.scope():
        return write_draft(text=NEXT, reason="2026", by=house.user("lead"))


def page_of(draft: RulebookDraft) -> str:
    return reverse("agency:rulebooks_rulebookdraft_change", args=[draft.pk])


def test_a_draft_is_written_in_the_admin_and_its_mistakes_are_told(alpha: House) -> None:
    lead, add = alpha.browser("lead"), reverse("agency:rulebooks_rulebookdraft_add")
    told = text_of(lead.post(add, {"text": "not toml", "reason": "r"}))
    assert "not TOML" in told
    assert lead.post(add, {"text": NEXT, "reason": "r"}).status_code == 302
    with alpha.scope():
        assert RulebookDraft.objects.get().written_by == alpha.user("lead")


def test_the_writer_sees_no_button_to_approve_and_is_refused_without_it(alpha: House) -> None:
    draft = open_draft(alpha)
    lead, owner = alpha.browser("lead"), alpha.browser("owner")
    assert 'name="_approve"' not in text_of(lead.get(page_of(draft)))
    page = text_of(owner.get(page_of(draft)))
    assert 'name="_approve"' in page
    assert "2025-annual" in page
    form = {"text": NEXT, "reason": "2026", "_approve": draft.digest}
    assert "second person" in text_of(lead.post(page_of(draft), form, follow=True))
    with alpha.scope():
        assert not RulebookVersion.objects.filter(version="2026-annual").exists()


def test_a_second_person_publishes_and_the_page_is_closed_for_writing(alpha: House) -> None:
    draft, owner = open_draft(alpha), alpha.browser("owner")
    form = {"text": NEXT, "reason": "2026", "_approve": draft.digest}
    assert owner.post(page_of(draft), form).status_code == 302
    with alpha.scope():
        assert RulebookVersion.objects.filter(version="2026-annual").exists()
        assert RulebookDraft.objects.get().decided_by == alpha.user("owner")
    page = text_of(owner.get(page_of(draft)))
    assert 'name="_save"' not in page
    assert 'name="_approve"' not in page


def test_a_draft_is_withdrawn_in_the_admin(alpha: House) -> None:
    draft = open_draft(alpha)
    form = {"text": NEXT, "reason": "2026", "_withdraw": "1"}
    assert alpha.browser("lead").post(page_of(draft), form).status_code == 302
    with alpha.scope():
        assert RulebookDraft.objects.get().state == "withdrawn"


def send_sheet(browser: Client, text: str) -> str:
    file = SimpleUploadedFile("lines.csv", text.encode())
    return text_of(browser.post(reverse("agency:lines_sheet"), {"file": file}, follow=True))


def test_lines_come_from_a_sheet_and_wrong_rows_are_shown(alpha: House) -> None:
    lead = alpha.browser("lead")
    head = "项目,数值表,类目,数值\n"
    page = send_sheet(lead, f"{head}tmall-daily,score_line,女鞋,x\n")
    assert "not_a_number" not in page
    assert "女鞋" not in page
    assert "D 数值" in page
    page = send_sheet(lead, f"{head}tmall-daily,score_line,女鞋,4.1\n")
    assert "New: 1" in page
    with alpha.scope():
        line = CategoryLine.objects.get()
    assert "– → 4.1" in text_of(lead.get(reverse("agency:rulebooks_categoryline_change", args=[line.pk])))


def test_an_operator_sets_no_lines_from_a_sheet(alpha: House) -> None:
    assert alpha.browser("op").get(reverse("agency:lines_sheet")).status_code == 403
