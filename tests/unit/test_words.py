"""Words that two places must spell the same: models and engine, models and rulebooks."""

import re
from pathlib import Path

from assessments.engine import ExitReason, Outcome, Standing
from assessments.fees.models import ExitReason as StoredExitReason
from assessments.metrics.models import Violation
from assessments.periods.models import Outcome as StoredOutcome
from assessments.periods.models import Standing as StoredStanding

SHIPPED = Path(__file__).resolve().parents[2] / "assessments" / "rulebooks" / "shipped"


def test_models_store_every_word_of_the_engine() -> None:
    assert {word.value for word in Standing} == set(StoredStanding.values)
    assert {word.value for word in Outcome} == set(StoredOutcome.values)
    assert {word.value for word in ExitReason} == set(StoredExitReason.values)


def test_every_topic_and_severity_that_a_rulebook_names_can_be_entered() -> None:
    named: dict[str, set[str]] = {"topics": set(), "severities": set()}
    for path in SHIPPED.glob("*.toml"):
        for key, listed in re.findall(r"(topics|severities) = \[([^\]]*)\]", path.read_text("utf-8")):
            named[key].update(re.findall(r'"([^"]+)"', listed))
    assert named["topics"] and named["severities"]
    assert named["topics"] <= set(Violation.Topic.values)
    assert named["severities"] <= set(Violation.Severity.values)
