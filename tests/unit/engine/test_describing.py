"""Rulebooks as prose, as differences, and as JSON Schema."""

import json
from pathlib import Path

import jsonschema
import pytest

from assessments.engine import Rulebook, describe, diff_rulebooks, parse_rulebook, rulebook_json_schema
from assessments.engine.describing.prose import describe_rules
from assessments.engine.language.reading import BODIES, parse_canonical
from assessments.rulebooks.cases.books import SHIPPED
from tests.unit.engine.cast import book, half_year, shipped


@pytest.fixture
def check() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(rulebook_json_schema())


def _named(each: Rulebook) -> str:
    return f"{each.programme}/{each.version}"


@pytest.mark.parametrize("each", shipped(), ids=_named)
def test_every_shipped_rulebook_is_described_in_both_languages(each: Rulebook) -> None:
    zh, en = describe(each, "zh-Hans"), describe(each, "en")
    assert len(zh) == len(en) > 1
    assert not any("None" in line or "{" in line for line in (*zh, *en))
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in en[0].replace(each.name.en, ""))


def test_every_shipped_rulebook_fits_the_schema(check: jsonschema.Draft202012Validator) -> None:
    for each in shipped():
        assert [error.message for error in check.iter_errors(json.loads(each.canonical))][:3] == [], _named(each)


def test_the_schema_has_one_closed_alternative_for_every_kind() -> None:
    schema = rulebook_json_schema()
    assert (schema["$schema"], schema["title"]) == ("https://json-schema.org/draft/2020-12/schema", "rulebook")
    kinds = [each["title"].removeprefix("kind = ").strip('"') for each in schema["anyOf"]]
    assert kinds == [kind for kind, _ in BODIES]
    for kind, each in zip(kinds, schema["anyOf"], strict=True):
        assert (each["type"], each["additionalProperties"], each["required"][0]) == ("object", False, "rulebook")
        head = {"allOf": [{"$ref": "#/$defs/Header"}, {"properties": {"kind": {"const": kind}}}]}
        assert each["properties"]["rulebook"] == head
        for part, of in {"sources": "Source", "options": "Option", "tables": "Table"}.items():
            listed = {"type": "object", "additionalProperties": {"$ref": f"#/$defs/{of}"}}
            assert each["properties"][part] == listed
        assert set(each["required"]) <= set(each["properties"])


def test_an_option_may_stand_for_a_rule_s_value_and_never_for_a_source_or_a_table_row() -> None:
    rules = rulebook_json_schema()["$defs"]
    option = {
        "type": "object",
        "properties": {"option": {"type": "string"}},
        "required": ["option"],
        "additionalProperties": False,
        "description": "the value that this option of the rulebook chooses",
    }
    comparator = rules["Activity"]["properties"]["comparator"]
    assert comparator["anyOf"] == [{"enum": [">=", ">"], "title": "Comparator", "type": "string"}, option]
    assert rules["Activity"]["properties"]["kind"] == {"const": "activity", "title": "Kind", "type": "string"}
    assert "option" not in json.dumps([rules[name] for name in ("Header", "Source", "Row", "Bilingual")])
    assert rules["Activity"]["additionalProperties"] is False


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


@pytest.mark.parametrize(
    ("name", "options", "zh", "en"),
    [
        ("tmall-annual-fee/2015", {"failing_forfeits": True}, "考核不达标", "assessment"),
        ("tmall-daily/2025-incident-gate", {"incident_effect": "nothing"}, "不影响考核", "have no effect"),
        ("tmall-daily/2025-incident-gate", {"incident_effect": "warns"}, "关注", "watch"),
        ("tmall-daily/2025-half-year", {"checkpoints_decide": True}, "每个节点都要达到", "each must be reached"),
    ],
)
def test_a_chosen_option_is_said_where_it_acts(name: str, options: dict[str, str | bool], zh: str, en: str) -> None:
    programme, _, version = name.partition("/")
    old = book(programme, version)
    for language, words in (("zh", zh), ("en", en)):
        before, after = (describe_rules(each, language) for each in (old, old.choosing(options)))
        assert any(words in line for line in after if line not in before), after


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


@pytest.mark.parametrize(("language", "nothing"), [("zh", "（无）"), ("en", "(nothing)")])
def test_what_only_one_of_two_rulebooks_has_is_told_as_nothing_in_the_other(language: str, nothing: str) -> None:
    """Items of a list go by their id or value, others by their place; true and false are written as in TOML."""
    old, new = book("tmall-annual-fee", "2022"), book("tmall-annual-fee", "2024-abolition")
    assert {
        f"abolition.rest.option: {nothing} → rest",
        f"options.failing_forfeits.choices.false.value: {nothing} → false",
        f"tables.score_standard.rows.服饰配件/皮带/帽子/围巾.categories.1: 服饰配件 → {nothing}",
        "score.metrics.0: basic_service_score → comprehensive_experience_score",
        "bars.severe_total.year: 2022 → 2024",
    } <= set(diff_rulebooks(old, new, language))


@pytest.mark.parametrize("each", [one for one in shipped() if one.tables], ids=_named)
def test_every_row_of_a_table_is_told_though_rows_have_equal_values(each: Rulebook) -> None:
    document = json.loads(each.canonical)
    rows = [row for table in document["tables"].values() for row in table.get("rows", [])]
    for row in rows:
        row["year"] = 2000
    told = diff_rulebooks(each, parse_canonical(json.dumps(document)), "en")
    assert len([line for line in told if line.endswith("→ 2000")]) == len(rows)


def test_items_without_a_name_go_by_their_place() -> None:
    document = json.loads(book("tmall-annual-fee", "2022").canonical)
    for tier in document["sales"]["tiers"]:
        tier["share"] = "0.25" if tier["share"] == "0.5" else "0.75"
    told = diff_rulebooks(book("tmall-annual-fee", "2022"), parse_canonical(json.dumps(document)), "en")
    assert {"sales.tiers.0.share: 0.5 → 0.25", "sales.tiers.1.share: 1 → 0.75"} <= set(told)


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
def test_the_schema_refuses_what_the_language_does_not_know(
    was: str, becomes: str, check: jsonschema.Draft202012Validator
) -> None:
    import tomllib

    text = (SHIPPED / "tmall-daily-2025-half-year.toml").read_text("utf-8")
    assert was in text
    document = json.loads(json.dumps(tomllib.loads(text.replace(was, becomes)), default=str))
    assert list(check.iter_errors(document))
