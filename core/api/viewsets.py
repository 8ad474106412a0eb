"""The base of view sets whose rows are written and changed, never deleted."""

from typing import Any

from rest_framework import mixins, viewsets

from core.api.idempotency import IdempotentPosts


class EditableViewSet(
    IdempotentPosts,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet[Any],
):
    """List, read, create, change; nothing is deleted."""

    http_method_names = ["get", "post", "patch"]
