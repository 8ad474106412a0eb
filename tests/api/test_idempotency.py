"""Idempotency-Key: sent twice, done once; another request under the same key is refused."""

from typing import Any

import pytest

from assessments.metrics.models import Import
from assessments.stores.models import Client
from core.api.models import SavedAnswer
from tests.api.conftest import code_of
from tests.conftest import Api, House


def create(api: Api, name: str = "once", key: str = "k1") -> Any:
    return api.client.post(
        "/api/v1/clients/", {"name": name}, content_type="application/json", headers={"idempotency-key": key}
    )


def test_the_same_request_sent_twice_is_done_once_and_answered_alike(alpha: House, lead: Api) -> None:
    first, second = create(lead), create(lead)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second["Idempotent-Replayed"] == "true"
    with alpha.scope():
        assert Client.objects.filter(name="once").count() == 1


def test_the_same_key_for_another_request_is_refused_and_does_nothing(alpha: House, lead: Api) -> None:
    create(lead)
    assert code_of(create(lead, name="another")) == (422, "idempotency_key_reused")
    with alpha.scope():
        assert not Client.objects.filter(name="another").exists()


def test_a_request_that_was_refused_may_be_tried_again_under_its_key(alpha: House, lead: Api) -> None:
    assert code_of(create(lead, name="brand of alpha")) == (400, "invalid")
    assert create(lead, name="corrected").status_code == 201
    with alpha.scope():
        assert SavedAnswer.objects.count() == 1


@pytest.mark.parametrize("body", [r'{"name": "\ud800"}', r'{"\ud800": "name"}', r'["\ud800"]'])
def test_half_a_character_is_refused_under_a_key_as_without_one(lead: Api, body: str) -> None:
    answer = lead.client.post(
        "/api/v1/clients/", body, content_type="application/json", headers={"idempotency-key": "half"}
    )
    assert answer.status_code == 400


def test_a_key_is_ones_own(alpha: House, beta: House) -> None:
    assert create(alpha.api("lead"), name="by lead").status_code == 201
    assert create(alpha.api("owner"), name="by owner").json()["name"] == "by owner"
    assert create(beta.api("lead"), name="in beta").json()["name"] == "in beta"


def test_without_a_key_twice_is_twice(lead: Api) -> None:
    assert lead.post("clients/", {"name": "one"}).status_code == 201
    assert lead.post("clients/", {"name": "two"}).status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_of_no_length_or_too_much_is_refused(lead: Api, key: str) -> None:
    assert code_of(create(lead, key=key)) == (400, "idempotency_key")


def test_a_file_sent_twice_under_one_key_is_one_import_and_another_file_is_refused(alpha: House, op: Api) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    def upload(content: bytes) -> Any:
        file = SimpleUploadedFile("a.csv", content)
        return op.client.post("/api/v1/imports/", {"file": file}, headers={"idempotency-key": "file"})

    first, second = upload(b"x,y\n1,2\n"), upload(b"x,y\n1,2\n")
    assert first.json()["id"] == second.json()["id"]
    assert code_of(upload(b"x,y\n3,4\n")) == (422, "idempotency_key_reused")
    with alpha.scope():
        assert Import.objects.count() == 1


def test_somebody_without_the_right_learns_nothing_from_a_used_key(alpha: House, lead: Api) -> None:
    create(lead)
    assert code_of(create(alpha.api("op"))) == (403, "permission_denied")
