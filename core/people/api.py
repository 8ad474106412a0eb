"""Sign in for a token, see oneself, manage the agency's people."""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.models import update_last_login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.errors import ServiceError
from core.api.idempotency import IdempotentPosts
from core.api.permissions import ANYONE
from core.api.serializers import StrictModelSerializer, StrictSerializer, UtcDateTimeField
from core.people.models import ApiToken, Role, User
from core.people.services import create_user, issue_token, revoke_token


class SignInRefused(ServiceError):  # noqa: N818 - named as people say it
    """Wrong name, wrong password and a deactivated person are one answer."""

    status = 401


class SignInSerializer(StrictSerializer):
    username = serializers.CharField(max_length=60)
    password = serializers.CharField(max_length=200, write_only=True)
    name = serializers.CharField(max_length=80, required=False, default="", help_text="What the token is for.")


class TokenSerializer(StrictSerializer):
    token = serializers.CharField(read_only=True, help_text="Shown once.")
    expires_at = UtcDateTimeField(read_only=True)


class UserSerializer(StrictModelSerializer):
    password = serializers.CharField(write_only=True, max_length=200, required=True)
    role = serializers.ChoiceField(choices=[choice for choice in Role.choices if choice[0] != Role.PLATFORM_ADMIN])

    class Meta:
        model = User
        fields = ["id", "username", "name", "email", "role", "language", "is_active", "password"]
        read_only_fields = ["id", "is_active"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            validate_password(attrs["password"], User(username=attrs["username"], name=attrs.get("name", "")))
        except DjangoValidationError as error:
            raise serializers.ValidationError({"password": error.messages}) from error
        return attrs

    def create(self, validated: dict[str, Any]) -> User:
        return create_user(**validated)


class MeSerializer(StrictModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username", "name", "email", "role", "language"]
        read_only_fields = fields


class TokensView(APIView):
    """POST user name and password: a token for this agency."""

    permission = ANYONE
    authentication_classes: list[Any] = []

    @extend_schema(operation_id="sign_in", request=SignInSerializer, responses={201: TokenSerializer})
    def post(self, request: Request) -> Response:
        asked = SignInSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user = authenticate(
            request, username=asked.validated_data["username"], password=asked.validated_data["password"]
        )
        if not isinstance(user, User):
            raise SignInRefused("sign_in_refused", _("User name or password is wrong."))
        update_last_login(User, user)
        row, secret = issue_token(user=user, name=asked.validated_data["name"])
        return Response(TokenSerializer({"token": secret, "expires_at": row.expiry}).data, status=201)


class TokenView(APIView):
    """DELETE: end the token that signed this request."""

    permission = "me.tokens"

    @extend_schema(operation_id="sign_out", responses={204: None})
    def delete(self, request: Request) -> Response:
        if isinstance(request.auth, ApiToken):
            revoke_token(token=request.auth)
        return Response(status=204)


class MeView(APIView):
    """Who am I, in this agency."""

    permission = "me.view"

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(request.user).data)


class UserViewSet(
    IdempotentPosts,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    viewsets.GenericViewSet[User],
):
    """The agency's people."""

    permissions = {"list": "people.view", "retrieve": "people.view", "create": "people.manage"}
    serializer_class = UserSerializer
    queryset = User.objects.all()
    ordering = ("username",)
