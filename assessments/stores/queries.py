"""Which stores a person sees. Every look-up of a store by anybody goes through visible_to()."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from assessments.stores.models import Client, RolledDay, Store, StoreAlias
from assessments.stores.words import key_of
from core.people.models import AGENCY_STAFF, CLIENT_ROLES, ApiToken, Role


def visible_to(user: Any) -> QuerySet[Store]:
    """Owner and lead: all. Operator: assigned stores. Client's people: their client's. Anyone else: none.

    A token that is narrowed to some stores shows of these only its own.
    """
    stores = _of_role(user)
    return stores if user.token_scope is None else stores.filter(pk__in=user.token_scope)


def sees_all(user: Any) -> bool:
    """Whether visible_to() leaves nothing out: owner and lead, with a token that is not narrowed."""
    return user.role in AGENCY_STAFF - {Role.OPERATOR} and user.token_scope is None


def _of_role(user: Any) -> QuerySet[Store]:
    if user.role == Role.OPERATOR:
        return Store.objects.filter(assignment__user=user)
    if user.role in AGENCY_STAFF:
        return Store.objects.all()
    if user.role in CLIENT_ROLES:
        return Store.objects.filter(client__members__user=user)
    return Store.objects.none()


def list_clients_of(user: Any) -> QuerySet[Client]:
    """Clients with at least one store this person sees; owner and lead see clients without stores too."""
    if sees_all(user):
        return Client.objects.all()
    return Client.objects.filter(pk__in=visible_to(user).values("client_id"))


def list_store_tokens(user: Any) -> QuerySet[ApiToken]:
    """Tokens that are narrowed to some stores: owner and lead see everybody's, an operator their own."""
    tokens: QuerySet[ApiToken] = ApiToken.objects.filter(scope__isnull=False)
    return tokens if sees_all(user) else tokens.filter(user=user)


def claim_stale(*, revision: str, behind: str, limit: int) -> list[Store]:
    """Lock up to `limit` stores whose `revision` field lags behind their `behind` field; skip those held by others.

    The lock is held to the end of the transaction, so two workers never compute the same store at once.
    """
    return list(
        Store.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(Q(**{f"{revision}__lt": F(behind)}))
        .select_related("client")
        .order_by("pk")[:limit]
    )


def get_business_date(*, today: date) -> date:
    """`today`, or the date that was rolled to since. Ask after claiming: work that began before midnight may claim
    stores that the new day made stale, and must not compute them as of the old one."""
    rolled_on = RolledDay.objects.values_list("rolled_on", flat=True).first()
    return today if rolled_on is None else max(today, rolled_on)


def count_stale() -> int:
    """Stores waiting for a verdict or an estimate."""
    return Store.objects.filter(
        Q(computed_revision__lt=F("facts_revision")) | Q(estimated_revision__lt=F("facts_revision"))
    ).count()


def match_stores(*, keys: Iterable[tuple[str, str]], user: Any) -> dict[tuple[str, str], UUID]:
    """(shop id, name) → store, among those this person sees. The id decides; the name serves where no id is given.

    Where neither is known, the word of the file may be an alias. A name that two stores share, or an id that two
    marketplaces share, matches nothing.
    """
    keys = set(keys)
    by_id: dict[str, list[UUID]] = {}
    by_name: dict[str, list[UUID]] = {}
    wanted = Q(shop_id__in={shop_id for shop_id, _ in keys if shop_id}) | Q(name__in={name for _, name in keys if name})
    for pk, shop_id, name in visible_to(user).filter(wanted).values_list("pk", "shop_id", "name"):
        by_id.setdefault(shop_id, []).append(pk)
        by_name.setdefault(name, []).append(pk)
    found = {}
    for shop_id, name in keys:
        candidates = by_id.get(shop_id, []) if shop_id else by_name.get(name, [])
        if len(candidates) == 1:
            found[shop_id, name] = candidates[0]
    strange = {
        key: key_of(key[0] or key[1]) for key in keys if not (by_id if key[0] else by_name).get(key[0] or key[1])
    }
    aliases = dict(list_aliases(user).filter(key__in=set(strange.values())).values_list("key", "store_id"))
    return found | {key: aliases[word] for key, word in strange.items() if word in aliases}


def list_aliases(user: Any) -> QuerySet[StoreAlias]:
    """Aliases of visible stores."""
    return StoreAlias.objects.filter(store__in=visible_to(user)).select_related("store")
