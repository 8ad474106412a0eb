"""Every service that changes what verdicts rest on, and exactly the stores that become stale by it: no fewer, because
a verdict would silently grow old; no more, because that is work for nothing. docs/operations.md has the same table."""

import ast
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import F

from assessments.engine import parse_rulebook
from assessments.fees.models import FeeAgreement
from assessments.fees.services import save_agreement
from assessments.metrics.models import Violation
from assessments.metrics.services import commit_import, run_import, save_violation, upload_file
from assessments.rulebooks.drafting import approve_draft, write_draft
from assessments.rulebooks.services import SHIPPED, enrol_store, set_line, sync_shipped_rulebooks, touch_covered
from assessments.stores.models import Client, Store
from assessments.stores.services import (
    add_client_member,
    assign_operators,
    change_client,
    change_store,
    create_store,
    roll_day,
)
from core.people.actors import SYSTEM
from tests.conftest import House
from tests.factories import AT, CATEGORY, DAILY, TODAY, brand, list_messages, make_store, other_brand
from tests.services.test_lines import fill, line, sheet

OTHER, TRIAL, DAILY_FILE = "女鞋", "tmall-trial-run", "tmall-daily-2025-annual"
EVERYBODY = {"own", "second", "other", "moved", "jd"}
TMALL = EVERYBODY - {"jd"}
# The services of the table below, and those that end in one of them.
TOLD = {
    *("change_client", "create_store", "change_store", "roll_day", "set_line", "fill_lines", "enrol_store"),
    *("sync_shipped_rulebooks", "approve_draft", "save_violation", "save_agreement"),
    *("_take_checked", "take_records", "revert_import"),
    *(
        "touch_lines",
        "touch_covered",
        "EnrolmentAdmin",
        "CategoryLineAdmin",
        "ClientAdmin",
        "StoreAdmin",
        "OfStoreAdmin",
    ),
}


def store(name: str) -> Store:
    return Store.objects.get(name=name)


def read(text: str, *, dry_run: bool = False, house: House) -> None:
    rows = f"日期,店铺ID,综合体验分\n{text}".encode()
    upload = upload_file(content=rows, file_name="a.csv", by=house.user("owner"), dry_run=dry_run)
    done = run_import(upload_id=upload.pk, at=AT, today=TODAY)
    assert (done.state, done.rejected) == ("checked" if dry_run else "done", 0)
    if dry_run and "4.81" in text:
        run_import(upload_id=commit_import(upload=done).pk, at=AT, today=TODAY)


def publish(house: House, file: str, *changes: tuple[str, str]) -> None:
    text = (SHIPPED / f"{file}.toml").read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    draft = write_draft(text=text, reason="预演", by=house.user("lead"))
    approve_draft(draft=draft, digest=draft.digest, by=house.user("owner"))


def publish_again(house: House, file: str) -> None:
    """A version that the agency has, under another name."""
    version = next(
        row for row in (SHIPPED / f"{file}.toml").read_text("utf-8").splitlines() if row.startswith("version")
    )
    publish(house, file, (version, 'version = "another"'))


def cover(*files: str) -> None:
    """What publishing shipped rules ends in: an agency's role cannot take published ones away to publish them again."""
    touch_covered(rulebooks=[parse_rulebook((SHIPPED / f"{file}.toml").read_text("utf-8")) for file in files])


def set_one(*, category: str = "", programme: str = DAILY, table: str = "score_line", name: str = "") -> None:
    subject = store(name) if name else None
    set_line(programme=programme, table=table, category=category, store=subject, value=Decimal("4.4"), by=SYSTEM)


def change_violation(house: House) -> None:
    """One that was written to the wrong store."""
    save_violation(violation=Violation.objects.get(), store=store("other"))


def change_agreement(house: House) -> None:
    save_agreement(agreement=FeeAgreement.objects.get(), store=store("other"))


CHANGES: dict[str, tuple[Callable[[House], object], set[str]]] = {
    "a client's name": (
        lambda _h: change_client(client=brand(), name="brand of them"),
        {"own", "second", "jd", "moved"},
    ),
    "a client's note": (lambda _h: change_client(client=brand(), note="quiet"), set()),
    "a client's person": (lambda h: add_client_member(client=brand(), user=h.user("client_viewer")), set()),
    "a store's operators": (lambda h: assign_operators(store=store("own"), operators=[h.user("op")]), set()),
    "a store's kind of shop": (lambda _h: change_store(store=store("own"), shop_type="other"), set()),
    "a store as it is": (lambda _h: change_store(store=store("own"), main_category=CATEGORY), set()),
    **{
        f"a store's {field}": (lambda _h, new={field: value}: change_store(store=store("own"), **new), {"own"})
        for field, value in {
            "platform": "taobao",
            "main_category": OTHER,
            "other_categories": [OTHER],
            "go_live_on": date(2024, 1, 1),
            "status": "exited",
        }.items()
    },
    "a store's client": (lambda _h: change_store(store=store("own"), client=other_brand()), {"own"}),
    "a new store": (
        lambda _h: create_store(
            client=brand(), name="new", shop_id="1", main_category=CATEGORY, go_live_on=date(2024, 7, 15)
        ),
        {"new"},
    ),
    "a violation": (
        lambda _h: save_violation(violation=Violation(store=store("own")), occurred_on=TODAY, points=1),
        {"own"},
    ),
    "a violation's store": (change_violation, {"moved", "other"}),
    "a fee agreement": (lambda _h: save_agreement(agreement=FeeAgreement(store=store("own"), year=2024)), {"own"}),
    "a fee agreement's store": (change_agreement, {"moved", "other"}),
    "figures": (lambda h: read(f"2025-03-01,{store('own').shop_id},4.80\n", house=h), {"own"}),
    "figures that are known": (lambda h: read(f"2025-03-01,{store('moved').shop_id},4.70\n", house=h), set()),
    "a dry run": (lambda h: read(f"2025-03-01,{store('own').shop_id},4.80\n", dry_run=True, house=h), set()),
    "a dry run that is taken over": (
        lambda h: read(f"2025-03-01,{store('own').shop_id},4.81\n", dry_run=True, house=h),
        {"own"},
    ),
    "a category's line": (lambda _h: set_one(category=CATEGORY), {"own", "second"}),
    "a line of a further category": (lambda _h: set_one(category=OTHER), {"second", "other"}),
    "a category's line as it is": (lambda _h: (set_one(category="女包"), set_one(category="女包")), {"moved"}),
    "a store's line": (lambda _h: set_one(name="own"), {"own"}),
    "a sheet of lines": (
        lambda _h: fill(sheet(line("4.2", category="女包"), line("4.3", category=OTHER))),
        {"moved", "second", "other"},
    ),
    "an enrolment": (
        lambda _h: enrol_store(store=store("own"), programme=DAILY, track="half-year", by=SYSTEM),
        {"own"},
    ),
    "an enrolment as it is": (
        lambda _h: enrol_store(store=store("moved"), programme=TRIAL, track="annual", by=SYSTEM),
        set(),
    ),
    "rules for a marketplace": (lambda h: publish_again(h, "tmall-daily-2025-annual"), TMALL),
    "fee rules for a marketplace": (lambda h: publish_again(h, "tmall-annual-fee-2024"), TMALL),
    "rules that stores join by name": (lambda h: publish_again(h, "tmall-trial-run-2021"), {"moved"}),
    "rules of which nothing is stored": (lambda h: publish_again(h, "tmall-base-fee-2025"), set()),
    "a draft that nobody approved": (
        lambda h: write_draft(
            text=(SHIPPED / "tmall-daily-2025-annual.toml").read_text("utf-8").replace('"2025-annual"', '"x"'),
            reason="预演",
            by=h.user("lead"),
        ),
        set(),
    ),
    "shipped rules of two kinds that are new": (
        lambda _h: cover("tmall-trial-run-2021", "douyin-experience-score-2023"),
        {"moved"},
    ),
    "shipped rules of a marketplace that are new": (lambda _h: cover("tmall-new-store-2022", DAILY_FILE), TMALL),
    "shipped rules that are there": (lambda _h: sync_shipped_rulebooks(), set()),
    "a new day": (lambda _h: roll_day(today=date(2025, 3, 12)), EVERYBODY),
    "the same day": (lambda _h: roll_day(today=TODAY), set()),
}


@pytest.fixture
def five(alpha: House) -> House:
    """Two categories, two clients, two marketplaces, an enrolment; all of it computed."""
    with alpha.scope():
        make_store("own")
        make_store("second", main_category="女帽", other_categories=[CATEGORY, OTHER])
        make_store("other", main_category=OTHER, client=other_brand())
        moved = make_store("moved", main_category="女包")
        make_store("jd", platform="jd", main_category=CATEGORY)
        enrol_store(store=moved, programme=TRIAL, track="annual", by=SYSTEM)
        save_violation(violation=Violation(store=moved), occurred_on=TODAY, points=1)
        save_agreement(agreement=FeeAgreement(store=moved, year=2024))
        read(f"2025-03-01,{moved.shop_id},4.70\n", house=alpha)
        roll_day(today=TODAY)
        Store.objects.update(computed_revision=F("facts_revision"), estimated_revision=F("facts_revision"))
    return alpha


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_exactly_those_stores_stale_that_it_concerns(five: House, change: str) -> None:
    make, concerned = CHANGES[change]
    with five.scope():
        last = max((message.pk for message in list_messages("StoresChanged")), default=0)
        make(five)
        stale = Store.objects.filter(computed_revision__lt=F("facts_revision"))
        assert set(stale.values_list("name", flat=True)) == concerned
        rung = [message for message in list_messages("StoresChanged") if message.pk > last]
        assert bool(rung) is bool(concerned), "a stale store is announced, and nothing else is"


def test_the_client_of_the_table_has_the_stores_that_it_is_said_to_have(five: House) -> None:
    with five.scope():
        assert set(Client.objects.get(pk=brand().pk).stores.values_list("name", flat=True)) == EVERYBODY - {"other"}


def test_every_caller_of_touch_stores_is_in_the_table() -> None:
    """A service that begins to change what verdicts rest on is to be told here, and whom it concerns."""
    rooms = SHIPPED.parents[1]
    callers = set()
    for path in rooms.rglob("*.py"):
        for top in ast.parse(path.read_text("utf-8")).body:
            if isinstance(top, ast.FunctionDef | ast.ClassDef):
                called = {
                    node.func.id
                    for node in ast.walk(top)
                    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                }
                if called & {"touch_stores", "touch_lines", "touch_covered"}:
                    callers.add(top.name)
    assert callers - {"_set_all"} <= TOLD
    assert TOLD - callers == {"create_store", "fill_lines"}, "one makes a stale store, one calls _set_all"
