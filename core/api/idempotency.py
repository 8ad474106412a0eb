"""Idempotency-Key: a POST sent twice takes effect once, even when both arrive together."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.errors import InvalidInput, Replayed, ServiceError
from core.api.models import SavedAnswer
from core.api.renderers import OrjsonRenderer
from core.people.actors import person_of

HEADER = "Idempotency-Key"
LONGEST_KEY = 255
# A client that retries does so within minutes; imports may be retried by a person the week after.
KEPT = timedelta(days=30)


class KeyReused(ServiceError):  # noqa: N818 - named as people say it
    """The key belongs to another request."""

    status = 422


class IdempotentPosts:
    """For view sets: honours `Idempotency-Key` on POST, per person.

    The first request holds the key's row until it commits; a second one waits for it and is then given the same
    answer. A request that fails leaves no row, and may be tried again under the same key.
    """

    _claimed: int | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        key = request.headers.get(HEADER)
        if request.method == "POST" and key is not None:
            self._claimed = claim_key(user_id=request.user.pk, key=key, digest=digest_request(request))

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer: Response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if self._claimed is not None and answer.status_code < 400:
            body = orjson.loads(OrjsonRenderer().render(answer.data) or b"null")
            SavedAnswer.objects.filter(pk=self._claimed).update(status=answer.status_code, body=body)
        return answer


def claim_key(*, user_id: Any, key: str, digest: str) -> int:
    """Take a key for this request. Raises Replayed with the kept answer, KeyReused for another request's key."""
    if not 0 < len(key) <= LONGEST_KEY:
        raise InvalidInput("idempotency_key", _("An Idempotency-Key has 1 to 255 characters."))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_savedanswer (user_id, key, request_digest, created_at) VALUES (%s, %s, %s, now())"
            " ON CONFLICT (user_id, key) DO NOTHING RETURNING id",
            [user_id, key, digest],
        )
        row = cursor.fetchone()
    if row is not None:
        return int(row[0])
    kept = SavedAnswer.objects.get(user_id=user_id, key=key)
    if kept.request_digest != digest:
        raise KeyReused("idempotency_key_reused", _("This Idempotency-Key was used for another request."))
    raise Replayed(status=kept.status or 200, body=kept.body)


def forget_answers(*, at: datetime) -> int:
    """Drop answers older than KEPT. Returns how many."""
    return SavedAnswer.objects.filter(created_at__lt=at - KEPT).delete()[0]


def digest_request(request: Request) -> str:
    """SHA-256 over path and input; a file counts by its bytes, not by its name."""
    digest = hashlib.sha256(request.get_full_path().encode())
    if (scope := person_of(request.user).token_scope) is not None:
        # What one token was answered is no answer to another that sees other things.
        digest.update(_spell(sorted(map(str, scope))))
    if isinstance(request.data, bytes):
        return hashlib.sha256(digest.digest() + request.data).hexdigest()
    if not isinstance(request.data, Mapping):
        return hashlib.sha256(digest.digest() + _spell(request.data)).hexdigest()
    for name in sorted(request.data):
        value = request.data[name]
        digest.update(name.encode("utf-8", "surrogatepass") + b"\0")
        if isinstance(value, UploadedFile):
            for chunk in value.chunks():
                digest.update(chunk)
            value.seek(0)
        else:
            digest.update(_spell(value))
    return digest.hexdigest()


def _spell(value: Any) -> bytes:
    """The same bytes for the same value. A client may send half of a character (\\ud800), which orjson would refuse."""
    text = json.dumps(value, default=str, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")
