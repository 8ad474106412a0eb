"""Every answer is told in both languages, and every number of the text is found in the answer."""

import pytest

from assessments.engine import Text, tell
from assessments.engine.answers.wording import ANSWER_SENTENCES
from tests.unit.engine.answers.every_answer import ANSWERS
from tests.unit.engine.told import check_answer


@pytest.mark.parametrize("name", ANSWERS)
def test_every_number_told_is_found_in_its_step(name: str) -> None:
    check_answer(ANSWERS[name]())


@pytest.mark.parametrize("name", ANSWERS)
def test_both_languages_tell_the_same_number_of_things_and_leave_no_hole(name: str) -> None:
    zh, en = tell(ANSWERS[name](), "zh-hans"), tell(ANSWERS[name](), "en")
    assert len(zh) == len(en) >= 1
    assert not [line for line in zh + en if "{" in line or "None" in line]


def _steps(answer: object) -> list[str]:
    keys = [step.key for step in getattr(answer, "steps", ())]
    for part in getattr(answer, "parts", ()):
        keys += _steps(part)
    return keys


def test_every_sentence_is_used_by_some_answer() -> None:
    used = {key for ask in ANSWERS.values() for key in _steps(ask())}
    assert set(ANSWER_SENTENCES) - used == set()


def test_metrics_are_called_by_the_names_given() -> None:
    names = {"real_experience_score": Text(zh="真实体验分", en="real experience score")}
    told = tell(ANSWERS["plan running"](), "zh", names)
    assert any("真实体验分 须" in line for line in told)
    assert not any("real_experience_score" in line for line in told)
