"""Tokens for programs that work for some stores: whoever holds one sees and changes nothing of any other."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.stores.api import VisibleStoreField
from assessments.stores.queries import list_store_tokens
from core.api.serializers import StrictModelSerializer, StrictSerializer, UtcDateTimeField
from core.people.actors import person_of
from core.people.models import ApiToken
from core.people.services import issue_token, revoke_token

LONGEST_DAYS = 365


class StoreTokenRequest(StrictSerializer):
    name = serializers.CharField(max_length=80, help_text="What the token is for; imports it makes carry this name.")
    stores = serializers.ListField(
        child=VisibleStoreField(pk_field=serializers.UUIDField()), allow_empty=False, max_length=1000
    )
    days = serializers.IntegerField(min_value=1, max_value=LONGEST_DAYS, required=False, default=90)


class StoreTokenSerializer(StrictModelSerializer):
    stores = serializers.ListField(child=serializers.UUIDField(), source="scope")
    created_at = UtcDateTimeField(source="created")
    expires_at = UtcDateTimeField(source="expiry")

    class Meta:
        model = ApiToken
        fields = ["token_key", "name", "user", "stores", "created_at", "expires_at"]
        read_only_fields = fields


class IssuedStoreTokenSerializer(StoreTokenSerializer):
    token = serializers.CharField(help_text="Shown once.")

    class Meta(StoreTokenSerializer.Meta):
        fields = ["token", *StoreTokenSerializer.Meta.fields]
        read_only_fields = fields


@extend_schema(tags=["tokens"])
class StoreTokenViewSet(mixins.ListModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[ApiToken]):
    """Issue, list and end tokens for some stores. Without Idempotency-Key: a secret is never kept as an answer."""

    permission = "tokens.issue"
    serializer_class = StoreTokenSerializer
    queryset = ApiToken.objects.none()
    lookup_field = "token_key"
    ordering = ("-created", "token_key")

    def get_queryset(self) -> QuerySet[ApiToken]:
        return list_store_tokens(self.request.user)

    @extend_schema(request=StoreTokenRequest, responses={201: IssuedStoreTokenSerializer})
    def create(self, request: Request) -> Response:
        asked = StoreTokenRequest(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        row, secret = issue_token(
            user=person_of(request.user),
            name=asked.validated_data["name"],
            life=timedelta(days=asked.validated_data["days"]),
            scope=[store.pk for store in asked.validated_data["stores"]],
        )
        row.token = secret
        return Response(IssuedStoreTokenSerializer(row).data, status=201)

    def perform_destroy(self, instance: Any) -> None:
        revoke_token(token=instance)
