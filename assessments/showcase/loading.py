"""Load the demo agency's plan (examples/agency.toml) through the same services that the API calls."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from assessments.fees.models import FeeAgreement
from assessments.fees.services import save_agreement
from assessments.metrics.models import Import, Violation
from assessments.metrics.services import save_violation, upload_file
from assessments.rulebooks.services import enrol_store, set_line
from assessments.stores.models import Client, Store
from assessments.stores.services import add_client_member, create_store
from core.people.actors import SYSTEM
from core.people.models import CLIENT_ROLES, Role, User
from tenants.door import agency_scope, platform_scope

SHOP_TYPES = {"旗舰店": "flagship", "专卖店": "exclusive", "专营店": "specialty", "卖场型旗舰店": "mall"}
DAILY, FEE = "tmall-daily", "tmall-annual-fee"
# Which of the plan's words fills which table of which programme and track.
LINES = (
    ("sales_target", DAILY, "annual", "sales_target"),
    ("half_year_sales_target", DAILY, "half-year", "sales_target"),
    ("trial_share", DAILY, "", "trial_share"),
    ("score_line", DAILY, "annual", "score_line"),
    ("score_line", DAILY, "annual", "experience_line"),
    ("failing_months", DAILY, "annual", "failing_months"),
    ("fee", FEE, "", "annual_fee"),
    ("fee_half_sales", FEE, "", "sales_half"),
    ("fee_full_sales", FEE, "", "sales_full"),
    ("fee_score_line", FEE, "", "score_standard"),
)
LOADED = ("sycm", "scores", "template", "real_experience")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: nothing, the second time."""

    stores: int
    files: int


def read_plan(path: Path) -> dict[str, Any]:
    """The plan as it stands."""
    return tomllib.loads(path.read_text("utf-8"))


def load_plan(*, plan: Mapping[str, Any], slug: str, files: Path, tell: Callable[[str], None]) -> Loaded:
    """Load platform admins, people, clients, stores, lines, fees, violations, then the export files."""
    for user in plan["users"]:
        if user["role"] == Role.PLATFORM_ADMIN:
            with platform_scope():
                _ensure_user(user)
    with agency_scope(slug=slug):
        stores = 0 if Store.objects.exists() else _load_agency(plan)
    if stores:
        tell(f"{stores} 家店铺 / stores")
    loaded = 0
    for path in list_files(files):
        loaded += _load_file(path=path, slug=slug)
        tell(f"{loaded} 个文件已上传 / files uploaded")
    return Loaded(stores=stores, files=loaded)


def list_files(folder: Path) -> Iterator[Path]:
    """The export files to load, kind by kind. What lies in broken/ is for trying by hand."""
    for kind in LOADED:
        yield from sorted(path for path in (folder / kind).iterdir() if path.is_file())


def _load_file(*, path: Path, slug: str) -> int:
    with agency_scope(slug=slug):
        if Import.objects.filter(file_name=path.name).exists():
            return 0
        owner = User.objects.filter(role=Role.OWNER).order_by("created_at")[0]
        upload_file(content=path.read_bytes(), file_name=path.name, by=owner, dry_run=False)
    return 1


def _load_agency(plan: Mapping[str, Any]) -> int:
    users = {row["username"]: _ensure_user(row) for row in plan["users"] if row["role"] != Role.PLATFORM_ADMIN}
    clients = {row["key"]: Client.objects.create(name=row["name"]) for row in plan["clients"]}
    for row in plan["users"]:
        if row["role"] in CLIENT_ROLES:
            add_client_member(client=clients[row["client"]], user=users[row["username"]])
    for category in plan["categories"]:
        _load_lines(category)
    stores = {row["shop_id"]: _load_store(row, clients, users) for row in plan["stores"]}
    for row in plan["violations"]:
        save_violation(
            violation=Violation(store=stores[row["shop_id"]]),
            occurred_on=row["occurred_on"],
            points=Decimal(row["points"]),
            severity=row["severity"],
            topic=row.get("topic", ""),
            note=row["reason"],
        )
    return len(stores)


def _ensure_user(row: Mapping[str, Any]) -> User:
    # Not create_user(): the demo's passwords say what they are, which no password rule would let pass.
    user, created = User.objects.get_or_create(
        username=row["username"], defaults={"name": row["name"], "role": row["role"]}
    )
    if not created and user.name == user.username:
        user.name = row["name"]  # the owner, whom create_agency made without knowing more
        user.save(update_fields=["name"])
    if created:
        user.set_password(row["password"])
        user.save()
    return user


def _load_lines(category: Mapping[str, Any]) -> None:
    for word, programme, track, table in LINES:
        if word in category:
            set_line(
                programme=programme,
                track=track,
                table=table,
                category=category["name"],
                value=Decimal(str(category[word])),
                note="示例数字，虚构 / invented for the demo",
                by=SYSTEM,
            )


def _load_store(row: Mapping[str, Any], clients: Mapping[str, Client], users: Mapping[str, User]) -> Store:
    store = create_store(
        client=clients[row["client"]],
        platform=row["platform"],
        shop_id=row["shop_id"],
        name=row["name"],
        shop_type=SHOP_TYPES[row["shop_type"]],
        main_category=row["main_category"],
        other_categories=row["other_categories"],
        go_live_on=row["go_live_on"],
        status=row["status"],
        operators=[users[name] for name in row["operators"]],
    )
    if row["track"] != "annual":
        enrol_store(store=store, programme=DAILY, track=row["track"], by=SYSTEM)
    fee = row.get("fee_2024")
    if fee:
        save_agreement(
            agreement=FeeAgreement(store=store, year=2024),
            activated_on=fee.get("activated_on"),
            prepaid_fen=int(Decimal(fee["prepaid"]) * 100),
            exit_applied_on=fee.get("exit_applied_on"),
            exit_effective_on=fee.get("exit_confirmed_on"),
            exit_reason=fee.get("exit_reason", ""),
        )
    return store
