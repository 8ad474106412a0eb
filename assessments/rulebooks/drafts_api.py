"""Drafts of rules over the API: write, read in words, compare, approve by a second person, withdraw."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.engine import describe, diff_rulebooks
from assessments.rulebooks.api import RulebookSerializer, WordsSerializer
from assessments.rulebooks.drafting import MOST_CHARACTERS, approve_draft, change_draft, withdraw_draft, write_draft
from assessments.rulebooks.models import RulebookDraft
from assessments.rulebooks.queries import get_version_beside, load_rulebook, read_draft
from core.api.errors import ErrorShape
from core.api.idempotency import IdempotentPosts
from core.api.languages import LANGUAGE, language_of, refuse_unknown
from core.api.serializers import StrictModelSerializer, StrictSerializer
from core.people.actors import person_of


class DraftSerializer(StrictModelSerializer):
    text = serializers.CharField(
        max_length=MOST_CHARACTERS, trim_whitespace=False, help_text="TOML, or JSON of the same shape."
    )

    class Meta:
        model = RulebookDraft
        fields = [
            *(name for name in RulebookSerializer.Meta.fields if name != "published_at"),
            *("text", "reason", "state", "written_by", "written_at"),
            *("decided_by", "decided_at", "decision_note", "published"),
        ]
        read_only_fields = [name for name in fields if name not in ("text", "reason")]


class ApprovalSerializer(StrictSerializer):
    digest = serializers.CharField(
        max_length=64, help_text="Of the rules that were read; refused when they changed since."
    )
    note = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class WithdrawalSerializer(StrictSerializer):
    note = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class DifferenceSerializer(WordsSerializer):
    beside = serializers.UUIDField(allow_null=True, help_text="The published version compared with.")


@extend_schema(tags=["rulebooks"])
class DraftViewSet(
    IdempotentPosts,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    viewsets.GenericViewSet[RulebookDraft],
):
    """Drafts of rules. One person writes, another approves exactly what was written; then it is a version."""

    permission = "rulebooks.draft"
    permissions = {"approval": "rulebooks.approve"}
    serializer_class = DraftSerializer
    queryset = RulebookDraft.objects.all()
    filterset_fields = ["programme", "track", "state", "kind"]
    ordering = ("-written_at", "id")

    def get_queryset(self) -> QuerySet[RulebookDraft]:
        return RulebookDraft.objects.all()

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        draft = write_draft(by=person_of(request.user), **asked.validated_data)
        return Response(self.get_serializer(draft).data, status=201)

    @extend_schema(responses=DraftSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Write the draft anew. Whoever changed the rules last cannot approve them."""
        draft = self.get_object()
        asked = self.get_serializer(draft, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        changed = change_draft(draft=draft, by=person_of(request.user), **asked.validated_data)
        return Response(self.get_serializer(changed).data)

    @extend_schema(request=ApprovalSerializer, responses={200: DraftSerializer, 409: ErrorShape})
    @action(detail=True, methods=["post"])
    def approval(self, request: Request, pk: Any = None) -> Response:
        """Publish the draft as it was read, as a second person. It judges periods that open from its effective date."""
        draft = self.get_object()
        asked = ApprovalSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        approve_draft(draft=draft, by=person_of(request.user), **asked.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=WithdrawalSerializer, responses={200: DraftSerializer, 409: ErrorShape})
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, pk: Any = None) -> Response:
        """End the draft without publishing it."""
        asked = WithdrawalSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        withdrawn = withdraw_draft(draft=self.get_object(), by=person_of(request.user), **asked.validated_data)
        return Response(self.get_serializer(withdrawn).data)

    @extend_schema(parameters=[LANGUAGE], responses=WordsSerializer)
    @action(detail=True, methods=["get"])
    def prose(self, request: Request, pk: Any = None) -> Response:
        """The draft's rules in Chinese or English sentences."""
        refuse_unknown(request, ["language"])
        language = language_of(request)
        return Response({"language": language, "lines": describe(read_draft(self.get_object()), language)})

    @extend_schema(parameters=[LANGUAGE], responses=DifferenceSerializer)
    @action(detail=True, methods=["get"])
    def difference(self, request: Request, pk: Any = None) -> Response:
        """What the draft changes in the version it would stand in for. No lines and no version: it is the first."""
        refuse_unknown(request, ["language"])
        language, draft = language_of(request), self.get_object()
        beside = get_version_beside(draft)
        lines = diff_rulebooks(load_rulebook(beside.digest), read_draft(draft), language) if beside else []
        return Response({"language": language, "beside": beside.pk if beside else None, "lines": lines})
