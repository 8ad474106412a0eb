"""Clients and stores over the API."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets

from assessments.stores.models import Client, Platform, Store
from assessments.stores.queries import list_clients_of, visible_to
from assessments.stores.services import assign_operators, change_client, change_store, create_store
from core.api.filters import IdFilter
from core.api.idempotency import IdempotentPosts
from core.api.serializers import StrictModelSerializer
from core.people.models import Role, User


class ClientSerializer(StrictModelSerializer):
    class Meta:
        model = Client
        fields = ["id", "name", "note", "created_at"]
        read_only_fields = ["id", "created_at"]

    def update(self, instance: Client, validated: dict[str, Any]) -> Client:
        return change_client(client=instance, **validated)


class StoreSerializer(StrictModelSerializer):
    client_name = serializers.CharField(source="client.name", read_only=True)
    operators = serializers.PrimaryKeyRelatedField(
        many=True, required=False, queryset=User.objects.filter(role=Role.OPERATOR, is_active=True)
    )
    other_categories = serializers.ListField(child=serializers.CharField(max_length=60), required=False)

    class Meta:
        model = Store
        fields = [
            "id",
            "client",
            "client_name",
            "platform",
            "shop_id",
            "name",
            "shop_type",
            "main_category",
            "other_categories",
            "go_live_on",
            "status",
            "operators",
            "created_at",
        ]
        read_only_fields = ["id", "created_at"]
        # The service validates uniqueness; DRF's validator would ask the database a second time.
        validators: list[Any] = []

    def create(self, validated: dict[str, Any]) -> Store:
        return create_store(**validated)

    def update(self, instance: Store, validated: dict[str, Any]) -> Store:
        operators = validated.pop("operators", None)
        store = change_store(store=instance, **validated)
        if operators is not None:
            assign_operators(store=store, operators=operators)
        return store


class VisibleStoreField(serializers.PrimaryKeyRelatedField[Store]):
    """A store that the caller may see; any other answers like a missing one."""

    def get_queryset(self) -> QuerySet[Store]:
        request = self.context.get("request")
        return visible_to(request.user) if request and request.user.is_authenticated else Store.objects.none()


class StoreFilter(django_filters.FilterSet):
    client = IdFilter(field_name="client_id")
    platform = django_filters.ChoiceFilter(choices=Platform.choices)
    status = django_filters.ChoiceFilter(choices=Store.Status.choices)
    main_category = django_filters.CharFilter()
    shop_id = django_filters.CharFilter()


@extend_schema(tags=["stores"])
class ClientViewSet(
    IdempotentPosts,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet[Client],
):
    """The agency's clients 品牌方."""

    permissions = {
        "list": "clients.view",
        "retrieve": "clients.view",
        "create": "clients.manage",
        "partial_update": "clients.manage",
    }
    http_method_names = ["get", "post", "patch"]
    serializer_class = ClientSerializer
    queryset = Client.objects.none()
    ordering = ("name",)

    def get_queryset(self) -> QuerySet[Client]:
        return list_clients_of(self.request.user)


@extend_schema(tags=["stores"])
class StoreViewSet(
    IdempotentPosts,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet[Store],
):
    """Stores that the caller may see."""

    permissions = {
        "list": "stores.view",
        "retrieve": "stores.view",
        "create": "stores.manage",
        "partial_update": "stores.manage",
    }
    http_method_names = ["get", "post", "patch"]
    serializer_class = StoreSerializer
    queryset = Store.objects.none()
    filterset_class = StoreFilter
    ordering = ("name", "id")

    def get_queryset(self) -> QuerySet[Store]:
        return visible_to(self.request.user).select_related("client").prefetch_related("operators")
