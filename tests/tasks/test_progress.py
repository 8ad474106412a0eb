"""How far an import is: seen while it runs, gone when it ends, and never in its way."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from assessments.metrics.models import Import, ImportFile, ImportProgress
from assessments.metrics.progress import FRESH, Phase, Progress, get_progress, note_progress
from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.reading.sandbox import parse_in_child, run_program
from assessments.metrics.services import fail_import, upload_file
from tasks.watching import watched
from tasks.work import GAVE_UP
from tests.conftest import House
from tests.tasks.stage import Stage, committed_agency, make_store, owner_of, scores_csv, wait_until, worker
from tests.unit.metrics.builders import SCORES, make_csv

SOON = 0.02


@pytest.fixture
def stage(django_db_setup: None, django_db_blocker: Any, database_name: str, worker_id: str) -> Iterator[Stage]:
    with django_db_blocker.unblock(), committed_agency(database_name, worker_id) as stage:
        yield stage


def elsewhere(stage: Stage, look: Callable[[], Any]) -> Any:
    """What somebody else sees meanwhile."""
    seen: list[Any] = []

    def run() -> None:
        with stage.scope():
            seen.append(look())
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    return seen[0]


def noted() -> list[tuple[Any, ...]]:
    return list(ImportProgress.objects.values_list("phase", "rows_done", "rows_total"))


def put_file(stage: Stage, days: int = 3) -> Import:
    content = scores_csv(stores=[make_store()], first=date(2024, 1, 1), days=days)
    return upload_file(content=content, file_name="a.csv", by=owner_of(stage), dry_run=False)


def test_others_see_how_far_it_is_while_it_runs_and_nothing_when_it_has_ended(stage: Stage) -> None:
    with stage.scope():
        upload = put_file(stage)
    with stage.scope():
        # The row that the work holds to its end: noting must not wait for it.
        Import.objects.select_for_update().get(pk=upload.pk)
        with watched(schema=stage.schema, upload_id=upload.pk, every=SOON) as progress:
            progress.enter(Phase.READING)
            wait_until(lambda: elsewhere(stage, noted) == [("reading", None, None)])
            progress.enter(Phase.STORING, total=10)
            progress.reach(4, 10)
            wait_until(lambda: elsewhere(stage, noted) == [("storing", 4, 10)])
    with stage.scope():
        assert noted() == []


def test_what_is_told_holds_rate_and_rest_and_is_told_of_waiting_imports_only(alpha: House) -> None:
    with alpha.scope():
        upload = upload_file(content=b"x", file_name="a.csv", by=alpha.user("owner"), dry_run=False)
        progress = Progress(phase=Phase.STORING, rows_done=400, rows_total=1000)
        note_progress(upload_id=upload.pk, progress=progress, seconds=4)
        [noted_at] = ImportProgress.objects.values_list("noted_at", flat=True)
        assert get_progress(uploads=[upload], at=noted_at) == {
            upload.pk: {
                "phase": "storing",
                "rows_done": 400,
                "rows_total": 1000,
                "rows_per_second": 100,
                "seconds_left": 6,
            }
        }
        # A worker that died says nothing any more.
        assert get_progress(uploads=[upload], at=noted_at + FRESH) == {}
        upload.state = Import.State.DONE
        assert get_progress(uploads=[upload], at=noted_at) == {}


def test_the_api_shows_it(alpha: House) -> None:
    with alpha.scope():
        upload = upload_file(content=b"x", file_name="a.csv", by=alpha.user("op"), dry_run=False)
        progress = Progress(phase=Phase.READING, rows_done=7, rows_total=9)
        note_progress(upload_id=upload.pk, progress=progress, seconds=1)
    expected = {"phase": "reading", "rows_done": 7, "rows_total": 9, "rows_per_second": 7, "seconds_left": 1}
    op = alpha.api("op")
    assert op.get(f"imports/{upload.pk}/").json()["progress"] == expected
    assert [row["progress"] for row in op.get("imports/").json()["results"]] == [expected]


def test_an_import_that_is_given_up_shows_no_progress_and_has_one_end(alpha: House) -> None:
    with alpha.scope():
        upload = upload_file(content=b"x", file_name="a.csv", by=alpha.user("op"), dry_run=False)
        note_progress(upload_id=upload.pk, progress=Progress(phase=Phase.READING), seconds=0)
        fail_import(upload_id=upload.pk, reason=GAVE_UP, at=timezone.now())
        assert not ImportProgress.objects.filter(upload_id=upload.pk).exists()
    answer = alpha.api("op").get(f"imports/{upload.pk}/").json()
    assert (answer["state"], answer["progress"]) == ("failed", None)


def test_progress_that_cannot_be_noted_is_no_trouble_to_the_work(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    done = []
    watching = watched(schema="t_0000000000000000", upload_id=uuid4(), every=SOON)
    with caplog.at_level(logging.WARNING), stage.scope(), watching as progress:
        progress.enter(Phase.READING)
        wait_until(lambda: "is not noted" in caplog.text)
        done.append(True)
    assert done == [True]


def test_what_a_killed_worker_left_is_gone_when_the_import_ends(stage: Stage) -> None:
    with stage.scope():
        upload = put_file(stage)
        # A worker noted this and died: its transaction is gone, its notes are not.
        note_progress(upload_id=upload.pk, progress=Progress(phase=Phase.STORING), seconds=60)
        ImportProgress.objects.update(noted_at=timezone.now() - timedelta(hours=1))
        assert get_progress(uploads=[upload], at=timezone.now()) == {}

    def is_done() -> bool:
        with stage.scope():
            return Import.objects.exclude(state=Import.State.QUEUED).exists()

    with worker(stage):
        wait_until(is_done, meanwhile=stage.send_sweep)
    with stage.scope():
        ended = Import.objects.get()
        assert (ended.state, ended.created) == (Import.State.DONE, 3)
        assert not ImportProgress.objects.exists()
        assert not ImportFile.objects.exists()


def test_what_was_noted_is_gone_when_the_work_fails(stage: Stage) -> None:
    with stage.scope():
        upload = put_file(stage)
    watching = watched(schema=stage.schema, upload_id=upload.pk, every=SOON)
    with pytest.raises(ZeroDivisionError), stage.scope(), watching as progress:
        progress.enter(Phase.READING)
        wait_until(lambda: elsewhere(stage, noted) != [])
        raise ZeroDivisionError
    with stage.scope():
        assert noted() == []


def test_the_reading_process_says_how_many_rows_it_has_looked_at() -> None:
    heard: list[tuple[int, int | None]] = []
    program = """import sys
for line in ("rows 3 of 9", "rows x of 9", "rows 5 of 0"):
    print(line, file=sys.stderr)
print("ok")
"""
    assert run_program(program, b"", seconds=20, on_rows=lambda done, total: heard.append((done, total))) == b"ok\n"
    assert heard == [(3, 9), (5, None)]


def test_a_reading_process_that_never_stops_talking_fills_no_memory() -> None:
    program = """import sys
for _ in range(40_000):
    sys.stderr.write("x" * 500)
print("\\nEnd: of it", file=sys.stderr)
sys.exit(3)
"""
    with pytest.raises(UnreadableFile) as caught:
        run_program(program, b"", seconds=60)
    assert caught.value.__notes__ == ["End"]


def test_a_long_file_is_heard_of_while_it_is_read() -> None:
    rows = [SCORES, *((f"2024-01-{day % 28 + 1:02}", str(900000001 + day), "4.5", "1", "1%") for day in range(49_000))]
    heard: list[tuple[int, int | None]] = []
    began = time.monotonic()
    parsed = parse_in_child(make_csv(rows), "a.csv", on_rows=lambda done, total: heard.append((done, total)))
    assert parsed.rows_read == 49_000
    # On a machine that reads it within the first second there is nothing to hear.
    assert heard or time.monotonic() - began < 3
    assert all(total == 49_001 and 0 <= done <= 49_000 for done, total in heard)
