"""Take a list of stores: those that are there are brought up to date, the others are created, all by the services."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.engine.text import Text
from assessments.metrics.reading.results import ParsedFile, Record
from assessments.metrics.taking.registry import Taken, fill, settle_records, tell_invalid
from assessments.stores.models import Client, Platform, Store
from assessments.stores.queries import list_clients_of, visible_to
from assessments.stores.services import assign_operators, change_store, create_client, create_store
from core.people.access import allows
from core.people.models import Role, User

# Fields that go from the file to the store as they are; an empty cell says nothing.
PLAIN = ("name", "platform", "shop_type", "main_category", "other_categories", "go_live_on", "status")
NEEDED = {"name": "店铺名称", "client": "客户", "main_category": "主营类目", "go_live_on": "上线日期"}
NEEDED_EN = {"name": "store name", "client": "client", "main_category": "main category", "go_live_on": "go-live date"}
MISSING = Text(zh="系统中还没有这家店铺，新建需要填写{zh}。", en="The store is new: its {en} is needed.")
TWO_PLATFORMS = Text(
    zh="有多个平台的店铺使用这个店铺ID，请填写平台。",
    en="Stores of several marketplaces have this id: name the marketplace.",
)
UNKNOWN_CLIENT = Text(
    zh="没有名为“{name}”的客户，您也没有新建客户的权限。", en="There is no client “{name}”, and you may not create one."
)
UNKNOWN_OPERATOR = Text(zh="没有账号或姓名为“{name}”的运营。", en="No operator has the user name or name “{name}”.")
NEW_CLIENT = Text(zh="新建了客户“{name}”。", en="The client “{name}” was created.")


def take_store_list(parsed: ParsedFile, user: User, today: date) -> Taken:
    """Create and change the stores of a file. `today` is no matter: a store may be listed before it goes live."""
    taken = Taken(parsed.places)
    desk = _Desk(taken, user, {str(record.fields["shop_id"]) for record in parsed.records})
    keyed = []
    for record in parsed.records:
        shop_id, platform = str(record.fields["shop_id"]), record.fields.get("platform")
        platforms = [platform] if platform else desk.platforms.get(shop_id, [Platform.TMALL])
        if len(platforms) == 1:
            keyed.append(((str(platforms[0]), shop_id), record))
        else:
            taken.reject(record, "platform_needed", TWO_PLATFORMS, of="shop_id", value=shop_id)
    for key, record, rows in settle_records(taken, keyed):
        desk.write(key, record, rows)
    return taken


class _Desk:
    """What the rows of one file need to be written: stores, clients and operators as this person has them."""

    def __init__(self, taken: Taken, user: User, shop_ids: set[str]) -> None:
        self.taken, self.user = taken, user
        self.stores: dict[tuple[str, str], Store] = {}
        self.platforms: dict[str, list[str]] = {}
        listed = visible_to(user).filter(shop_id__in=shop_ids).prefetch_related("operators").select_related("client")
        for store in listed.order_by("platform"):
            self.stores[store.platform, store.shop_id] = store
            self.platforms.setdefault(store.shop_id, []).append(store.platform)
        self.clients = {client.name: client for client in list_clients_of(user)}
        self.operators: dict[str, list[User]] = {}
        for person in User.objects.filter(role=Role.OPERATOR, is_active=True):
            for name in {person.username, person.name} - {""}:
                self.operators.setdefault(name, []).append(person)

    def write(self, key: tuple[str, str], record: Record, rows: int) -> None:
        """Create or change one store; what cannot be is rejected and leaves nothing behind."""
        store = self.stores.get(key)
        operators = self._find_operators(record)
        if operators is None or (store is None and not self._has_all(record)) or not self._may_name_client(record):
            return
        try:
            with transaction.atomic():
                client = self._find_client(record)
                fields = self._list_fields(key, record, client)
                if store is None:
                    store, is_new, is_changed = create_store(operators=operators, **fields), True, False
                else:
                    is_new, is_changed = False, self._change(store, fields, operators)
        except ValidationError as error:
            self.taken.reject(record, "not_valid", tell_invalid(error), value=key[1])
            return
        if client is not None and client.name not in self.clients:
            self.clients[client.name] = client
            self.taken.note(record, "new_client", fill(NEW_CLIENT, name=client.name))
        self.taken.count(is_new=is_new, is_changed=is_changed, rows=rows, store=store.pk)

    def _list_fields(self, key: tuple[str, str], record: Record, client: Client | None) -> dict[str, Any]:
        """Field → value for the cells that say something."""
        fields: dict[str, Any] = {name: record.fields[name] for name in PLAIN if record.fields.get(name) is not None}
        if "other_categories" in fields:
            fields["other_categories"] = list(fields["other_categories"])
        if client is not None:
            fields["client"] = client
        return {**fields, "platform": key[0], "shop_id": key[1]}

    def _change(self, store: Store, fields: dict[str, Any], operators: list[User]) -> bool:
        """Bring a store up to date. Returns whether anything differed; no operators named means as they are."""
        differs = any(getattr(store, name) != value for name, value in fields.items())
        change_store(store=store, **fields)
        if operators and {person.pk for person in store.operators.all()} != {person.pk for person in operators}:
            assign_operators(store=store, operators=operators)
            differs = True
        return differs

    def _has_all(self, record: Record) -> bool:
        lacking = [name for name in NEEDED if record.fields.get(name) in (None, "")]
        if not lacking:
            return True
        name = lacking[0]
        self.taken.reject(
            record, "value_missing", fill(MISSING, zh=NEEDED[name], en=NEEDED_EN[name]), of=name, value=_label(record)
        )
        return False

    def _find_operators(self, record: Record) -> list[User] | None:
        found = []
        for name in record.fields.get("operators") or ():  # type: ignore[union-attr]  # words are words
            people = self.operators.get(str(name), [])
            if len(people) != 1:
                text = fill(UNKNOWN_OPERATOR, name=name)
                self.taken.reject(record, "unknown_operator", text, of="operators", value=str(name))
                return None
            found.append(people[0])
        return found

    def _may_name_client(self, record: Record) -> bool:
        name = str(record.fields.get("client") or "")
        if not name or name in self.clients or allows(self.user, "clients.manage"):
            return True
        self.taken.reject(record, "unknown_client", fill(UNKNOWN_CLIENT, name=name), of="client", value=name)
        return False

    def _find_client(self, record: Record) -> Client | None:
        """The client that the row names, created if it is not there."""
        name = str(record.fields.get("client") or "")
        return (self.clients.get(name) or create_client(name=name)) if name else None


def _label(record: Record) -> str:
    return str(record.fields.get("name") or record.fields["shop_id"])
