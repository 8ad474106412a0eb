"""Idempotency-Key: sent twice, done once; another request under the same key is refused."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from assessments.metrics.models import Import
from assessments.stores.models import Client
from core.api.models import SavedAnswer
from core.people.services import issue_token
from tests.conftest import Api, House
from tests.tasks.stage import Stage, committed_agency, owner_of


def post(api: Api, path: str, body: Any, key: str) -> Any:
    return api.client.post(f"/api/v1/{path}", body, content_type="application/json", headers={"idempotency-key": key})


def test_the_same_request_sent_again_gets_the_same_answer_and_does_nothing(alpha: House) -> None:
    api = alpha.api("owner")
    first = post(api, "clients/", {"name": "新客户"}, "k1")
    again = post(api, "clients/", {"name": "新客户"}, "k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    with alpha.scope():
        assert Client.objects.filter(name="新客户").count() == 1


def test_another_request_under_the_same_key_is_refused(alpha: House) -> None:
    api = alpha.api("owner")
    post(api, "clients/", {"name": "甲"}, "k2")
    refused = post(api, "clients/", {"name": "乙"}, "k2")
    assert refused.status_code == 422
    assert refused.json()["code"] == "idempotency_key_reused"
    with alpha.scope():
        assert not Client.objects.filter(name="乙").exists()


def test_a_request_that_failed_is_not_remembered(alpha: House) -> None:
    api = alpha.api("owner")
    assert post(api, "clients/", {"nmae": "x"}, "k3").status_code == 400
    with alpha.scope():
        assert not SavedAnswer.objects.exists()
    assert post(api, "clients/", {"name": "x"}, "k3").status_code == 201


def test_keys_are_each_persons_own(alpha: House) -> None:
    assert post(alpha.api("owner"), "clients/", {"name": "一"}, "k4").status_code == 201
    assert post(alpha.api("lead"), "clients/", {"name": "二"}, "k4").status_code == 201


def test_a_file_uploaded_twice_under_one_key_is_one_import(alpha: House) -> None:
    api = alpha.api("owner")
    for _time in range(2):
        from django.core.files.uploadedfile import SimpleUploadedFile

        answer = api.client.post(
            "/api/v1/imports/",
            {"file": SimpleUploadedFile("a.csv", b"x,y\n1,2\n")},
            headers={"idempotency-key": "k5"},
        )
        assert answer.status_code == 202
    with alpha.scope():
        assert Import.objects.count() == 1


def test_a_key_that_is_too_long_is_refused(alpha: House) -> None:
    assert post(alpha.api("owner"), "clients/", {"name": "x"}, "k" * 256).json()["code"] == "idempotency_key"


@pytest.fixture
def stage(django_db_setup: None, django_db_blocker: Any, database_name: str, worker_id: str) -> Iterator[Stage]:
    with django_db_blocker.unblock(), committed_agency(database_name, worker_id) as stage:
        yield stage


def test_requests_that_arrive_together_take_effect_once(stage: Stage) -> None:
    with stage.scope():
        _row, secret = issue_token(user=owner_of(stage))
    answers: list[Any] = []
    barrier = threading.Barrier(6)

    def send() -> None:
        api = Api(f"{stage.slug}.localhost", secret)
        barrier.wait()
        answers.append(post(api, "clients/", {"name": "同时"}, "together").json())
        connection.close()

    threads = [threading.Thread(target=send) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer["id"] for answer in answers}) == 1
    with stage.scope():
        assert Client.objects.filter(name="同时").count() == 1
