"""Words by which files call stores, over the API."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets

from assessments.stores.aliases import add_alias, remove_alias
from assessments.stores.api import VisibleStoreField
from assessments.stores.models import StoreAlias
from assessments.stores.queries import list_aliases
from core.api.filters import IdFilter
from core.api.idempotency import IdempotentPosts
from core.api.serializers import StrictModelSerializer


class StoreAliasSerializer(StrictModelSerializer):
    store = VisibleStoreField()

    class Meta:
        model = StoreAlias
        fields = ["id", "store", "name", "created_at"]
        read_only_fields = ["id", "created_at"]

    def create(self, validated: dict[str, Any]) -> StoreAlias:
        return add_alias(**validated)


class StoreAliasFilter(django_filters.FilterSet):
    store = IdFilter(field_name="store_id")


@extend_schema(tags=["stores"])
class StoreAliasViewSet(
    IdempotentPosts,
    mixins.ListModelMixin,
    mixins.CreateModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet[StoreAlias],
):
    """Other words for stores in files: a row without a known shop id or name is matched by these."""

    permissions = {"list": "aliases.view", "create": "stores.manage", "destroy": "stores.manage"}
    serializer_class = StoreAliasSerializer
    queryset = StoreAlias.objects.none()
    filterset_class = StoreAliasFilter
    ordering = ("name", "id")

    def get_queryset(self) -> QuerySet[StoreAlias]:
        return list_aliases(self.request.user)

    def perform_destroy(self, instance: StoreAlias) -> None:
        remove_alias(alias=instance)
