"""What was told stays checkable after the calendar was corrected."""

from datetime import date

from assessments.periods.models import Verdict
from assessments.periods.queries import verify_verdict
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


def test_a_revision_still_verifies_after_its_store_was_enrolled_in_another_track(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        told = newest(store)
        enrol_store(store=store, programme=DAILY, track="half-year", by=SYSTEM)
        compute()
        assert newest(store).period.rulebook.track == "half-year"
        assert verify_verdict(Verdict.objects.get(pk=told.pk)).differences == ()
