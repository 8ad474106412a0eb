"""Rulebooks as prose, as differences, and as JSON Schema."""

import json
from pathlib import Path

import jsonschema
import pytest

from assessments.engine import Rulebook, describe, diff_rulebooks, parse_rulebook, rulebook_json_schema
from assessments.rulebooks.cases.books import SHIPPED
from tests.unit.engine.cast import book, half_year, shipped

CHECK = jsonschema.Draft202012Validator(rulebook_json_schema())


def _named(each: Rulebook) -> str:
    return f"{each.programme}/{each.version}"


@pytest.mark.parametrize("each", shipped(), ids=_named)
def test_every_shipped_rulebook_is_described_in_both_languages(each: Rulebook) -> None:
    zh, en = describe(each, "zh-Hans"), describe(each, "en")
    assert len(zh) == len(en) > 1
    assert not any("None" in line or "{" in line for line in (*zh, *en))
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in en[0].replace(each.name.en, ""))


@pytest.mark.parametrize("each", shipped(), ids=_named)
def test_every_shipped_rulebook_fits_the_schema(each: Rulebook) -> None:
    document = json.loads(each.canonical)
    assert [error.message for error in CHECK.iter_errors(document)][:3] == []


@pytest.mark.parametrize("each", shipped(), ids=_named)
def test_every_table_and_option_of_a_rulebook_is_in_its_description(each: Rulebook) -> None:
    text = "\n".join(describe(each, "zh"))
    assert [name for name in (*each.tables, *each.options) if name not in text] == []


def test_the_half_year_reads_as_people_say_it() -> None:
    assert "月末分 ≥ 4.1，周期内不达标月数 < 3" in describe(half_year(), "zh")
    assert "month-end score ≥ 4.1, failing months in the cycle < 3" in describe(half_year(), "en")


def test_another_choice_reads_otherwise() -> None:
    consecutive = half_year().choosing({"counting": "consecutive"})
    assert "月末分 ≥ 4.1，连续不达标月数 < 3" in describe(consecutive, "zh")


def test_a_health_rule_says_rate_and_count() -> None:
    text = "\n".join(describe(book("ebay-seller-level", "2024"), "en"))
    assert "defect rate ≤ 0.02 or buyers with a defect ≤ 4" in text


def test_equal_rulebooks_have_no_differences() -> None:
    assert diff_rulebooks(half_year(), half_year(), "en") == []


def test_a_changed_number_is_told_in_prose_and_by_its_path() -> None:
    text = (SHIPPED / "tmall-daily-2025-half-year.toml").read_text("utf-8").replace("fixed = 4.1", "fixed = 4.2")
    changes = diff_rulebooks(half_year(), parse_rulebook(text), "zh")
    assert changes == [
        "− 月末分 ≥ 4.1，周期内不达标月数 < 3",
        "+ 月末分 ≥ 4.2，周期内不达标月数 < 3",
        "requirements.score.line.fixed: 4.1 → 4.2",
    ]


def test_a_rule_that_was_only_moved_is_not_changed() -> None:
    path: Path = SHIPPED / "tmall-daily-2025-half-year.toml"
    parts = path.read_text("utf-8").split("[[requirements]]")
    head, *rules = parts
    last, rest = rules[-1].split("# 预警档", 1)
    moved = "[[requirements]]".join([head, last, *rules[:-1]]) + "# 预警档" + rest
    assert parse_rulebook(moved).digest != half_year().digest
    assert diff_rulebooks(half_year(), parse_rulebook(moved), "en") == []


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("trial_months = 12", 'trial_months = "a year"'),
        ('kind = "monthly_score"', 'kind = "weekly_score"'),
        ("formal_months = 6", "formal_months = 6\nlunar = true"),
    ],
)
def test_the_schema_refuses_what_the_language_does_not_know(was: str, becomes: str) -> None:
    import tomllib

    text = (SHIPPED / "tmall-daily-2025-half-year.toml").read_text("utf-8")
    assert was in text
    document = json.loads(json.dumps(tomllib.loads(text.replace(was, becomes)), default=str))
    assert list(CHECK.iter_errors(document))
