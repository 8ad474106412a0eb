"""Two ways to break a constraint: a row a second time, and a change of every row of a table."""

from typing import Any
from uuid import uuid4

from django.db import models


def again(model: type[models.Model], **changes: Any) -> None:
    """Insert the model's first row a second time, with a new key and these changes."""
    row: Any = model._default_manager.order_by("pk").first()
    fresh = {"pk": uuid4()} if isinstance(model._meta.pk, models.UUIDField) else {"pk": None}
    for name, value in {**fresh, **changes}.items():
        setattr(row, name, value)
    row._state.adding = True
    row.save(force_insert=True)


def change(model: type[models.Model], **changes: Any) -> None:
    model._default_manager.update(**changes)
