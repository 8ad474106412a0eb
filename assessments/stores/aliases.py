"""Words by which files call a store besides its name: one word means one store of the agency."""

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.stores.models import Store, StoreAlias
from assessments.stores.words import key_of
from core.api.errors import InvalidInput


def check_alias(*, store: Store, name: str) -> str:
    """The key of a word that may be the store's alias.

    Raises InvalidInput for a blank word, and for one that means another store or is another store's name or id.
    """
    key = key_of(name)
    if not key:
        raise InvalidInput("alias_blank", _("The name is blank."), fields={"name": [name]})
    others = Store.objects.exclude(pk=store.pk).values_list("name", "shop_id")
    is_theirs = any(key in (key_of(other), key_of(shop)) for other, shop in others.iterator())
    if is_theirs or StoreAlias.objects.filter(key=key).exclude(store=store).exists():
        raise InvalidInput("alias_taken", _("This name means another store."), fields={"name": [name]})
    return key


@transaction.atomic
def add_alias(*, store: Store, name: str) -> StoreAlias:
    """Remember that files call this store so; the same again changes nothing. Raises InvalidInput as check_alias."""
    key = check_alias(store=store, name=name)
    alias, _made = StoreAlias.objects.get_or_create(key=key, defaults={"store": store, "name": name.strip()})
    return alias


@transaction.atomic
def remove_alias(*, alias: StoreAlias) -> None:
    """Forget a word for a store."""
    alias.delete()
