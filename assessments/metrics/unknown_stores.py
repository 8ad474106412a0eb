"""Stores that a dry run did not know: created with its take-over, or remembered as another word for a known one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.metrics.models import Import
from assessments.metrics.services import commit_import
from assessments.stores.aliases import add_alias
from assessments.stores.models import Store
from assessments.stores.services import create_store
from assessments.stores.words import key_of
from core.api.errors import InvalidInput
from core.people.models import Role


@transaction.atomic
def settle_and_commit(
    *,
    upload: Import,
    on_conflict: str = "",
    create_stores: Iterable[Mapping[str, Any]] = (),
    aliases: Sequence[tuple[str, Store]] = (),
) -> Import:
    """Create stores and remember words that the dry run did not know, then take it over: all of it or nothing.

    A store made so is looked after by the uploader, if that is an operator and nobody else is named: otherwise the
    import would not see it. Raises InvalidInput for a store that the file does not name, and as create_store,
    add_alias and commit_import do.
    """
    words = {key_of(word) for found in upload.unknown_stores for word in (found["shop_id"], found["name"]) if word}
    for fields in create_stores:
        _refuse_strange(words, fields["shop_id"], fields["name"])
        operators = fields.get("operators") or _uploader_of(upload)
        create_store(**{**fields, "operators": operators})
    for name, store in aliases:
        _refuse_strange(words, name)
        add_alias(store=store, name=name)
    return commit_import(upload=upload, on_conflict=on_conflict)


def _refuse_strange(words: set[str], *named: str) -> None:
    if not words & {key_of(word) for word in named}:
        raise InvalidInput(
            "not_an_unknown_store", _("The import does not name this store as unknown."), fields={"name": list(named)}
        )


def _uploader_of(upload: Import) -> list[Any]:
    return [upload.uploaded_by] if upload.uploaded_by.role == Role.OPERATOR else []
