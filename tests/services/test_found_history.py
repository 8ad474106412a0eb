"""What was told stays checkable after the calendar was corrected."""

import json
from dataclasses import replace
from datetime import date
from uuid import uuid4

from assessments.engine import facts_from_json, result_from_json, write_revision
from assessments.periods.models import Verdict
from assessments.periods.queries import verify_verdict
from assessments.rulebooks.queries import load_rulebook
from assessments.rulebooks.services import enrol_store
from assessments.stores.services import change_store
from core.people.actors import SYSTEM
from tests.conftest import House
from tests.factories import DAILY, compute, make_judged_store, newest


def test_a_revision_still_verifies_after_its_period_became_another_phase(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        told = newest(store)
        assert told.period.phase == "trial"
        change_store(store=store, go_live_on=date(2023, 7, 15))
        compute()
        assert newest(store).period.phase == "formal"
        assert verify_verdict(Verdict.objects.get(pk=told.pk)).differences == ()


def test_a_revision_of_an_older_engine_verifies_as_long_as_todays_says_the_same(alpha: House) -> None:
    with alpha.scope():
        row = newest(make_judged_store())
        facts, result = facts_from_json(json.dumps(row.facts)), result_from_json(json.dumps(row.result))
        older = replace(result, engine_version="0.9")
        written = write_revision(load_rulebook(result.rulebook.digest), facts, older, "0.9")
        row.pk, row.revision, row.engine_version, row.digest = uuid4(), row.revision + 1, "0.9", written.digest
        row.result = json.loads(written.result)
        assert verify_verdict(row).differences == ()
        row.result = {**row.result, "standing": "removed"}
        assert "standing" in verify_verdict(row).differences


def test_a_revision_still_verifies_after_its_store_was_enrolled_in_another_track(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        told = newest(store)
        enrol_store(store=store, programme=DAILY, track="half-year", by=SYSTEM)
        compute()
        assert newest(store).period.rulebook.track == "half-year"
        assert verify_verdict(Verdict.objects.get(pk=told.pk)).differences == ()
