"""Drafts and sheets of lines over the API: from text to a published version, by two people."""

from assessments.rulebooks.services import SHIPPED
from core.people.models import Role
from tests.conftest import Api, House

TEXT = (SHIPPED / "tmall-daily-2025-annual.toml").read_text("utf-8")
NEXT = (
    TEXT.replace('"2025-annual"', '"2026-annual"')
    .replace("effective_from = 2024-08-01", "effective_from = 2026-01-01")
    .replace("{ fixed = 3 }", "{ fixed = 2 }")
)


def test_one_writes_another_reads_and_approves_and_it_is_a_version(lead: Api, owner: Api) -> None:
    draft = lead.post("rulebook-drafts/", {"text": NEXT, "reason": "2026 公告"}).json()
    assert (draft["state"], draft["version"], draft["published"]) == ("open", "2026-annual", None)
    path = f"rulebook-drafts/{draft['id']}/"
    difference = owner.get(f"{path}difference/", language="en").json()
    assert difference["beside"] is not None
    assert any("2025-annual → 2026-annual" in line for line in difference["lines"])
    assert owner.get(f"{path}prose/", language="zh-hans").json()["lines"]
    approval = {"digest": draft["digest"], "note": "与公告核对"}
    assert lead.post(f"{path}approval/", approval).json()["code"] == "second_person"
    approved = owner.post(f"{path}approval/", approval)
    assert approved.status_code == 200
    assert approved.json()["state"] == "published"
    version = owner.get(f"rulebooks/{approved.json()['published']}/").json()
    assert (version["version"], version["digest"]) == ("2026-annual", draft["digest"])
    assert owner.post(f"{path}approval/", approval).json()["code"] == "draft_decided"


def test_a_draft_that_was_changed_must_be_read_again(lead: Api, owner: Api) -> None:
    draft = lead.post("rulebook-drafts/", {"text": NEXT, "reason": "r"}).json()
    path = f"rulebook-drafts/{draft['id']}/"
    changed = lead.patch(path, {"text": NEXT.replace("2026-01-01", "2026-02-01")}).json()
    assert changed["effective_from"] == "2026-02-01"
    assert owner.post(f"{path}approval/", {"digest": draft["digest"]}).json()["code"] == "draft_changed"
    assert owner.post(f"{path}approval/", {"digest": changed["digest"]}).status_code == 200


def test_mistakes_are_told_all_at_once_in_the_readers_language(lead: Api) -> None:
    broken = NEXT.replace("trial_months = 12", 'trial_months = "x"').replace(
        'confidence = "official"', 'confidence = "sure"'
    )
    answer = lead.post("rulebook-drafts/", {"text": broken, "reason": "r"})
    assert (answer.status_code, answer.json()["code"]) == (400, "rulebook_mistakes")
    assert len(answer.json()["fields"]["text"]) > 1


def test_a_draft_of_rules_never_published_has_nothing_beside_it(lead: Api) -> None:
    own = NEXT.replace('"tmall-daily"', '"own-programme"')
    draft = lead.post("rulebook-drafts/", {"text": own, "reason": "r"}).json()
    difference = lead.get(f"rulebook-drafts/{draft['id']}/difference/").json()
    assert (difference["beside"], difference["lines"]) == (None, [])


def test_drafts_are_for_owner_and_lead(alpha: House) -> None:
    assert alpha.api("op").get("rulebook-drafts/").status_code == 403
    assert alpha.api("client_admin").post("rulebook-drafts/", {"text": NEXT, "reason": "r"}).status_code == 403
    assert Role.OPERATOR not in {Role.OWNER, Role.LEAD}


def test_a_sheet_of_lines_is_taken_whole_or_not_at_all(lead: Api) -> None:
    good = "项目,数值表,类目,数值\ntmall-daily,score_line,女鞋,4.1\n"
    refused = lead.send_file("category-lines/sheet/", f"{good}tmall-daily,score_line,男鞋,四\n".encode(), "线.csv")
    assert refused.status_code == 400
    (row,) = refused.json()["fields"]["rows"]
    assert (row["row_number"], row["column"], row["value"]) == (3, "D", "四")
    assert lead.get("category-lines/", category="女鞋").json()["results"] == []
    assert lead.send_file("category-lines/sheet/", good.encode(), "线.csv").json()["created"] == 1
    (line,) = lead.get("category-lines/", category="女鞋").json()["results"]
    (change,) = lead.get(f"category-lines/{line['id']}/changes/").json()["results"]
    assert (change["before"], change["value"], change["set_by"]) == (None, "4.10000000", "lead of alpha")
    sheet = lead.get("templates/category-lines.xlsx")
    assert sheet.content.startswith(b"PK")
