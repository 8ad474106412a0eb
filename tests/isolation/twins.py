"""One agency's whole furniture under fixed ids: of two agencies furnished so, all ids agree and no content does."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from assessments.backtests.models import Backtest, Flip, Shadow, ShadowMark, ShadowVerdict
from assessments.engine import parse_rulebook
from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.metrics.models import (
    Conflict,
    ExpectedFile,
    Import,
    ImportFile,
    ImportSource,
    RejectedRows,
    Rejection,
    RememberedKind,
    SourceDays,
    StoreDay,
    StoreDayChange,
    Violation,
)
from assessments.periods.models import Period, StoreStanding, Verdict
from assessments.rulebooks.models import CategoryLine, Enrolment, LineChange, RulebookDraft, RulebookVersion
from assessments.rulebooks.services import SHIPPED, columns_of
from assessments.stores.models import Assignment, Client, ClientMember, Store, StoreAlias
from core.outbox.models import Message
from core.people.models import ApiToken, Role, User
from tests.conftest import PASSWORD
from tests.factories import (
    ANNUAL,
    DAILY,
    FEE,
    GOOD_YEAR,
    SALES,
    SCORE,
    compute,
    make_upload,
    set_lines,
    write_days,
    write_months,
)

KINDS = (
    "client",
    "store",
    "period",
    "verdict",
    "import",
    "rulebook",
    "agreement",
    "violation",
    "estimate",
    "draft",
    "withdrawn",
    "backtest",
    "flip",
    "shadow_verdict",
    "taken",
)
PERSONS = ("operator", "customer", "viewer")
IDS = {
    name: str(UUID(int=0xABC0000000000000000000000000000 + number))
    for number, name in enumerate((*KINDS, *PERSONS), start=1)
}
# Tables without UUIDs count from one in each schema: here they are made to agree as well.
NUMBER = 770_001
TOKEN_KEY = str(NUMBER)
DRAFT_DIGEST = "d" * 64
FINGERPRINT = "f" * 64
CANARIES = {"alpha": "alphacanary7f3a", "beta": "betacanary91bc"}
DAY = date(2025, 2, 27)
AMOUNTS = {"alpha": "111111.11", "beta": "222222.22"}


def furnish(name: str) -> None:
    """Fill the agency whose door is open; every text holds its canary, every figure its own amount."""
    canary = CANARIES[name]
    _people(canary)
    store = _store(canary)
    _figures(store, canary, AMOUNTS[name])
    _rules(store, canary)
    _imports(store, canary)
    _taken(store, canary)
    _fees(store, canary)
    Period.objects.create(
        id=IDS["period"],
        store=store,
        programme=DAILY,
        rulebook=RulebookVersion.objects.get(programme=DAILY, version="2025-annual"),
        phase="trial",
        number=0,
        starts_on=date(2024, 8, 1),
        ends_before=date(2025, 8, 1),
    )
    compute()
    _newest_revisions(store)
    _backtests(store)
    Message.objects.create(
        id=NUMBER, event=canary, task="recompute_stores", payload={"stores": 1, "of": canary}, last_error=canary
    )
    LogEntry.objects.create(
        id=NUMBER,
        user=User.objects.get(username="owner"),
        content_type=ContentType.objects.get(app_label="stores", model="store"),
        object_id=IDS["store"],
        object_repr=f"{canary} log",
        action_flag=CHANGE,
        change_message=f"{canary} change",
    )


def _people(canary: str) -> None:
    for key, username, role in (
        ("operator", "twin", Role.OPERATOR),
        ("customer", "twin_admin", Role.CLIENT_ADMIN),
        ("viewer", "twin_viewer", Role.CLIENT_VIEWER),
    ):
        user = User(id=IDS[key], username=username, name=f"{canary} {key}", email=f"{key}@{canary}.test", role=role)
        user.set_password(PASSWORD)
        user.save()
    ApiToken.objects.bulk_create(
        [
            ApiToken(
                digest="d" * 128,
                token_key=TOKEN_KEY,
                name=f"{canary} program",
                user_id=IDS["operator"],
                scope=[IDS["store"]],
            )
        ]
    )


def _store(canary: str) -> Store:
    client = Client.objects.create(id=IDS["client"], name=f"{canary} brand", note=f"{canary} note")
    for number, key in enumerate(("customer", "viewer")):
        ClientMember.objects.create(id=NUMBER + number, user_id=IDS[key], client=client)
    store = Store.objects.create(
        id=IDS["store"],
        client=client,
        shop_id=f"{canary}-shop",
        name=f"{canary} store",
        main_category=f"{canary} category",
        other_categories=[f"{canary} other"],
        go_live_on=date(2024, 7, 15),
    )
    Assignment.objects.create(id=NUMBER, store=store, user_id=IDS["operator"])
    StoreAlias.objects.create(id=NUMBER, store=store, name=f"{canary} alias", key=f"{canary}alias")
    return store


def _figures(store: Store, canary: str, amount: str) -> None:
    write_months(store, {**GOOD_YEAR, "2024-09": "4.00"}, sales=amount)
    write_days(store, {DAY: {SCORE: "4.60", SALES: amount}})
    StoreDayChange.objects.create(id=NUMBER, store=store, day=DAY, upload=make_upload(), before={"was": canary})


def _rules(store: Store, canary: str) -> None:
    set_lines(store.main_category)
    line = {"programme": DAILY, "track": ANNUAL, "table": "experience_line", "value": "4.2"}
    CategoryLine.objects.create(id=NUMBER, category=store.main_category, note=f"{canary} line", set_by=canary, **line)
    LineChange.objects.create(id=NUMBER, line_id=NUMBER, value="4.2", note=f"{canary} change", set_by=canary)
    _draft(canary)
    Enrolment.objects.create(id=NUMBER, store=store, programme=DAILY, track=ANNUAL)
    text = (SHIPPED / "tmall-dsr.toml").read_text("utf-8")
    text = text.replace('"tmall-dsr"', f'"{canary}-programme"').replace('platform = "tmall"', 'platform = "ebay"')
    RulebookVersion.objects.create(id=IDS["rulebook"], **columns_of(parse_rulebook(text)))


def _draft(canary: str) -> None:
    """Rules with the agency's own name, written by somebody who may decide nothing. The digest is made to agree."""
    shipped = (SHIPPED / "tmall-daily-2025-annual.toml").read_text("utf-8")
    writer = User.objects.get(username="twin")
    for key in ("draft", "withdrawn"):
        text = shipped.replace('"2025-annual"', f'"{canary}-{key}"').replace('zh = "天猫', f'zh = "{canary} 天猫')
        read = columns_of(parse_rulebook(text)) | {"digest": DRAFT_DIGEST}
        RulebookDraft.objects.create(id=IDS[key], text=text, reason=f"{canary} reason", written_by=writer, **read)


def _imports(store: Store, canary: str) -> None:
    upload = make_upload(
        by=User.objects.get(username="twin"),
        id=IDS["import"],
        file_name=f"{canary}.csv",
        state=Import.State.CHECKED,
        dry_run=True,
        default_store=store,
        rows_in=1,
        rejected=1,
        conflicts=1,
        unknown_stores=[{"shop_id": f"{canary} unknown", "name": f"{canary} unknown", "rows": 1}],
        left_out=[{"column": "C", "heading": f"{canary} heading", "personal": False, "cells": 1}],
    )
    ImportFile.objects.create(upload=upload, content=canary.encode())
    ExpectedFile.objects.create(id=NUMBER, store=store, source="experience", starts_on=DAY)
    Rejection.objects.create(
        id=NUMBER,
        upload=upload,
        sheet=f"{canary} sheet",
        row_number=3,
        column="C",
        heading=f"{canary} heading",
        value=f"{canary} value",
        code="not_a_number",
        reason_zh=f"{canary} 原因",
        reason_en=f"{canary} reason",
    )
    RejectedRows.objects.create(
        upload=upload,
        sheets=[
            {
                "name": f"{canary} sheet",
                "notes": [],
                "headings": [{"letter": "C", "text": f"{canary} heading"}],
                "rows": [{"number": 3, "cells": [f"{canary} value"]}],
            }
        ],
    )
    Conflict.objects.create(id=NUMBER, upload=upload, store=store, day=DAY, metric=SCORE, stored=4_500_000, found=None)
    RememberedKind.objects.create(
        fingerprint=FINGERPRINT,
        kind="store_scores",
        headings=f"{canary} headings",
        chosen_by=upload.uploaded_by,
        chosen_at=upload.created_at,
    )


def _taken(store: Store, canary: str) -> None:
    """An import that was taken over, with the one figure that it brought."""
    upload = make_upload(
        by=User.objects.get(username="twin"), id=IDS["taken"], file_name=f"{canary}-taken.csv", rows_in=1, changed=1
    )
    StoreDay.objects.filter(store=store, day=DAY).update(visitors=5)
    source = ImportSource.objects.create(
        id=NUMBER,
        upload=upload,
        sheet=f"{canary} sheet",
        metrics=["visitors"],
        headings=[f"C {canary} heading"],
        written_at=datetime(2025, 3, 1, tzinfo=UTC),
    )
    SourceDays.objects.create(id=NUMBER, source=source, store=store, days=[DAY], rows=[2])


def _fees(store: Store, canary: str) -> None:
    category = {"programme": FEE, "category": store.main_category, "note": canary, "set_by": canary}
    for table, value in (("annual_fee", 60000), ("sales_half", 360000), ("sales_full", 1200000)):
        CategoryLine.objects.create(table=table, value=value, **category)
    FeeAgreement.objects.create(id=IDS["agreement"], store=store, year=2024, prepaid_fen=3_000_000)
    Violation.objects.create(
        id=IDS["violation"], store=store, occurred_on=date(2024, 12, 1), points=2, note=f"{canary} violation"
    )


def _newest_revisions(store: Store) -> None:
    """Give the newest verdict and estimate their fixed ids; both tables are append-only, so as one more revision."""
    _again(Verdict.objects.filter(period_id=IDS["period"]).latest("revision"), IDS["verdict"])
    _again(RefundEstimate.objects.filter(agreement_id=IDS["agreement"]).latest("revision"), IDS["estimate"])
    StoreStanding.objects.filter(store=store).update(verdict=IDS["verdict"])


def _backtests(store: Store) -> None:
    """A backtest that runs, one flip of it, and a shadow run with what it says of the store."""
    draft, writer = RulebookDraft.objects.get(pk=IDS["draft"]), User.objects.get(username="twin")
    verdict = Verdict.objects.get(pk=IDS["verdict"])
    words = {"outcome": verdict.outcome, "live": verdict.live, "standing": verdict.standing}
    Backtest.objects.create(
        id=IDS["backtest"],
        draft=draft,
        digest=DRAFT_DIGEST,
        beside=RulebookVersion.objects.get(programme=DAILY, version="2025-annual"),
        as_of=DAY,
        requested_by=writer,
        stores_total=1,
    )
    told = {
        "store": store,
        "starts_on": date(2023, 8, 1),
        "ends_before": date(2024, 8, 1),
        "is_live": False,
        "before": words,
        "after": {**words, "outcome": "missed"},
        "direction": "worse",
        "result": verdict.result,
    }
    Flip.objects.create(id=IDS["flip"], backtest_id=IDS["backtest"], **told)
    shadow = Shadow.objects.create(draft=draft, digest=DRAFT_DIGEST, started_by=writer)
    ShadowVerdict.objects.create(id=IDS["shadow_verdict"], shadow=shadow, as_of=DAY, **told)
    ShadowMark.objects.create(id=NUMBER, shadow=shadow, store=store, revision=1)


def _again(row: Any, fixed: str) -> None:
    row.pk, row.revision = UUID(fixed), row.revision + 1
    row.save(force_insert=True)
