"""Sentences for people name metrics as people do."""

from assessments.metrics.naming import name_metrics


def test_a_known_code_becomes_its_name_in_the_readers_language() -> None:
    line = "2024-10-31 comprehensive_experience_score 4.04, needs >= 4.1"
    assert name_metrics([line], language="zh-hans") == ["2024-10-31 综合体验分 4.04, needs >= 4.1"]
    assert name_metrics([line], language="en")[0].startswith("2024-10-31 Comprehensive experience score 4.04")


def test_other_words_stay_as_they_are() -> None:
    lines = ["counting = cumulative_in_cycle", "no code here"]
    assert name_metrics(lines, language="zh-hans") == lines
