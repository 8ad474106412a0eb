"""One shape for every error: {"code", "detail", "fields"}, in the reader's language."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import connection, transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response


class ErrorShape(serializers.Serializer[Any]):
    """For the OpenAPI schema: what every answer of 400 and above looks like."""

    code = serializers.CharField(help_text="Stable; never translated.")
    detail = serializers.CharField(help_text="For people, in the request's language.")
    fields = serializers.DictField(  # type: ignore[assignment]  # the name is ours; DRF's own attribute is for instances
        child=serializers.JSONField(), help_text="Field name → list of messages."
    )


class ServiceError(Exception):
    """An expected refusal by a service: a code, a text for people, perhaps the fields at fault.

    A door answers it with `status`; anything else that a service raises is a defect.
    """

    status: int = status.HTTP_409_CONFLICT

    def __init__(self, code: str, detail: str, *, fields: dict[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.code, self.detail, self.fields = code, detail, fields or {}


class InvalidInput(ServiceError):  # noqa: N818 - named as people say it
    """What was asked cannot be done because of what was sent."""

    status = status.HTTP_400_BAD_REQUEST


class Replayed(Exception):  # noqa: N818 - not an error: the kept answer of a request sent again
    """Ends a repeated request with the answer that the first one got."""

    def __init__(self, *, status: int, body: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, body


# Django's own refusals: they carry nothing that a reader needs to know.
PLAIN: dict[type[Exception], tuple[int, str, Any]] = {
    Http404: (404, "not_found", gettext_lazy("Not found.")),
    RequestDataTooBig: (413, "too_large", gettext_lazy("The request is too large.")),
    PermissionDenied: (403, "permission_denied", gettext_lazy("You may not do this.")),
}


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. Every error rolls the request's transaction back."""
    response = _respond(error)
    if response is not None and connection.in_atomic_block:
        transaction.set_rollback(True)
    return response


def _respond(error: Exception) -> Response | None:
    if isinstance(error, Replayed):
        return Response(error.body, status=error.status, headers={"Idempotent-Replayed": "true"})
    if isinstance(error, ServiceError):
        return _shape(error.status, error.code, error.detail, error.fields)
    if isinstance(error, ValidationError):
        fields: Any = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        return _shape(400, "invalid", _("The input is not valid."), fields)
    for kind, (status_code, code, detail) in PLAIN.items():
        if isinstance(error, kind):
            return _shape(status_code, code, str(detail))
    return _respond_to_drf(error) if isinstance(error, exceptions.APIException) else None


def _respond_to_drf(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        return _shape(400, "invalid", _("The input is not valid."), fields)
    if isinstance(error, exceptions.ParseError):
        return _shape(400, "parse_error", _("The body is not valid JSON."))
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(getattr(error, "auth_header"))  # noqa: B009 - set by DRF, not declared
    if getattr(error, "wait", None):
        headers["Retry-After"] = f"{getattr(error, 'wait'):.0f}"  # noqa: B009
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    return _shape(error.status_code, code, str(error.detail), headers=headers)


def _shape(
    status_code: int, code: str, detail: str, fields: Any = None, headers: dict[str, str] | None = None
) -> Response:
    return Response({"code": code, "detail": detail, "fields": fields or {}}, status=status_code, headers=headers)
