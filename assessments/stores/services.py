"""Writes on clients, stores and assignments; and the one way to say that a store's facts have changed."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from assessments.stores.events import StoresChanged
from assessments.stores.models import Assignment, Client, ClientMember, Store
from core.api.errors import InvalidInput
from core.outbox.services import publish
from core.people.models import CLIENT_ROLES, Role, User

# One message wakes one worker for one batch; more messages, more workers.
BATCH = 1000
# Fields on which a verdict rests: changing them makes the store stale.
FACTS = frozenset({"platform", "main_category", "other_categories", "go_live_on", "status", "name", "client"})


@transaction.atomic
def create_client(*, name: str) -> Client:
    """Create a client. Raises ValidationError for a name that is taken."""
    client = Client(name=name)
    client.full_clean()
    client.save()
    return client


@transaction.atomic
def change_client(*, client: Client, **fields: Any) -> Client:
    """Change a client; its stores carry its name on the board and become stale with it. Raises ValidationError."""
    is_renamed = "name" in fields and fields["name"] != client.name
    for name, value in fields.items():
        setattr(client, name, value)
    client.full_clean()
    client.save()
    if is_renamed:
        touch_stores(where=Q(client=client))
    return client


@transaction.atomic
def create_store(*, operators: Iterable[User] = (), **fields: Any) -> Store:
    """Create a store. Raises ValidationError for a shop that the agency already has."""
    store = Store(**fields)
    store.full_clean()
    store.save()
    assign_operators(store=store, operators=operators)
    publish(StoresChanged(stores=1))
    return store


@transaction.atomic
def change_store(*, store: Store, **fields: Any) -> Store:
    """Change a store's fields; one on which verdicts rest makes it stale."""
    changed = {name for name, value in fields.items() if getattr(store, name) != value}
    if not changed:
        return store
    for name in changed:
        setattr(store, name, fields[name])
    store.full_clean()
    store.save(update_fields=sorted(changed))
    if changed & FACTS:
        touch_stores(store_ids=[store.pk])
    return store


@transaction.atomic
def assign_operators(*, store: Store, operators: Iterable[User]) -> None:
    """Let exactly these operators look after the store. Raises InvalidInput for someone who is no operator."""
    wanted = list(operators)
    strangers = [str(user) for user in wanted if user.role != Role.OPERATOR]
    if strangers:
        raise InvalidInput("not_an_operator", _("Only operators can be assigned to stores."))
    Assignment.objects.filter(store=store).exclude(user__in=wanted).delete()
    Assignment.objects.bulk_create([Assignment(store=store, user=user) for user in wanted], ignore_conflicts=True)


@transaction.atomic
def add_client_member(*, client: Client, user: User) -> ClientMember:
    """Let a client's person see the client's stores. Raises InvalidInput for the agency's own staff."""
    if user.role not in CLIENT_ROLES:
        raise InvalidInput("not_a_client_role", _("This person has no client role."))
    member, _created = ClientMember.objects.update_or_create(user=user, defaults={"client": client})
    return member


@transaction.atomic
def touch_stores(*, store_ids: Iterable[UUID] | None = None, where: Q | None = None) -> int:
    """Say that facts of these stores changed: their revision rises, and as many workers are rung as batches wait.

    Everything a verdict rests on must end here; a change that does not is a verdict that silently grows old.
    """
    stores = Store.objects.filter(where or Q())
    if store_ids is not None:
        stores = stores.filter(pk__in=list(store_ids))
    count = stores.update(facts_revision=F("facts_revision") + 1)
    for start in range(0, count, BATCH):
        publish(StoresChanged(stores=min(BATCH, count - start)))
    return count


def hold_stores(*, store_ids: Iterable[UUID]) -> None:
    """Lock these stores to the end of the transaction, always in the same order: who compares a store's figures with
    others before writing them must be alone with them."""
    list(Store.objects.select_for_update(no_key=True).filter(pk__in=set(store_ids)).order_by("pk").values_list("pk"))


# One statement: of two sweeps at once the second waits for the first, looks again and finds nothing to do.
ROLL = """
INSERT INTO stores_rolledday AS r (id, rolled_on, is_fixed, rolled_at) VALUES (1, %(today)s, %(is_fixed)s, now())
    ON CONFLICT (id) DO UPDATE
   SET before = r.rolled_on, rolled_on = excluded.rolled_on, is_fixed = excluded.is_fixed, rolled_at = now()
 WHERE r.rolled_on < excluded.rolled_on
    OR (r.rolled_on > excluded.rolled_on AND (r.is_fixed OR excluded.is_fixed))
"""


@transaction.atomic
def roll_day(*, today: date, is_fixed: bool = False) -> int:
    """Take a new business date into account, once, however many days were missed. Returns how many stores that
    concerned.

    A clock never turns back: an earlier date is taken into account only where one of the two was fixed by hand.
    """
    with connection.cursor() as cursor:
        cursor.execute(ROLL, {"today": today, "is_fixed": is_fixed})
        if not cursor.rowcount:
            return 0
    count = touch_stores()
    Store.objects.update(rolled_on=today)
    return count


def mark_done(*, stores: Iterable[Store], revision: str, behind: str) -> None:
    """Note that these claimed stores were computed up to `behind`; a change after the claim stays stale."""
    by_revision: dict[int, list[UUID]] = {}
    for store in stores:
        by_revision.setdefault(getattr(store, behind), []).append(store.pk)
    for reached, ids in by_revision.items():
        Store.objects.filter(pk__in=ids).update(**{revision: reached})
