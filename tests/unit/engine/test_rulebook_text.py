"""Reading a rulebook: identity, options, and every mistake at once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.engine import RulebookErrors, describe, needs, parse_canonical, parse_rulebook, table_value
from assessments.rulebooks.cases.books import SHIPPED
from tests.unit.engine.cast import book, half_year, shipped

FILES = sorted(SHIPPED.glob("*.toml"))


def _text(name: str = "tmall-daily-2025-half-year.toml") -> str:
    return (SHIPPED / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_rulebook_survives_its_canonical_form(path: Path) -> None:
    read = parse_rulebook(path.read_text(encoding="utf-8"))
    again = parse_canonical(read.canonical)
    assert (again.digest, again.canonical, again.body) == (read.digest, read.canonical, read.body)


def test_shipped_versions_are_told_apart_by_programme_track_and_version() -> None:
    keys = [(each.programme, each.track, each.version) for each in shipped()]
    assert len(set(keys)) == len(keys)
    assert len({each.digest for each in shipped()}) == len(keys)


def test_comments_and_layout_do_not_change_the_digest() -> None:
    assert parse_rulebook("# 说明\n\n" + _text()).digest == half_year().digest


def test_another_number_is_another_rulebook() -> None:
    assert parse_rulebook(_text().replace("fixed = 4.1", "fixed = 4.2")).digest != half_year().digest


def test_a_trailing_zero_is_the_same_number() -> None:
    assert parse_rulebook(_text().replace("fixed = 4.1", "fixed = 4.10")).digest == half_year().digest


def test_choosing_an_option_makes_another_rulebook_and_choosing_back_the_same() -> None:
    chosen = half_year().choosing({"counting": "consecutive"})
    assert chosen.digest != half_year().digest
    assert chosen.choosing({"counting": "cumulative_in_cycle"}).digest == half_year().digest


def test_a_choice_that_the_option_does_not_offer_is_refused() -> None:
    with pytest.raises(RulebookErrors, match="value is not one of the choices"):
        half_year().choosing({"counting": "sometimes"})
    with pytest.raises(RulebookErrors, match="no such option"):
        half_year().choosing({"colour": "red"})


def test_every_mistake_is_told_at_once_with_its_path() -> None:
    broken = (
        _text()
        .replace('version = "2025-half-year"', 'version = "2025 半年"')
        .replace("trial_months = 12", 'trial_months = "a year"\nlunar = true')
        .replace("limit = { fixed = 3 }", 'limit = { fixed = 3, table = "failing_months" }')
        .replace('value = "cumulative_in_cycle"\n', 'value = "sometimes"\n', 1)
    )
    with pytest.raises(RulebookErrors) as caught:
        parse_rulebook(broken)
    paths = {mistake.path for mistake in caught.value.mistakes}
    assert {"rulebook.version", "options.counting"} <= paths
    assert all(mistake.text.zh and mistake.text.en for mistake in caught.value.mistakes)


def test_mistakes_in_the_rules_carry_the_path_of_the_place() -> None:
    broken = _text().replace("trial_months = 12", "trial_months = -1\nlunar = true").replace("{ fixed = 3 }", "{}")
    with pytest.raises(RulebookErrors) as caught:
        parse_rulebook(broken)
    paths = {mistake.path for mistake in caught.value.mistakes}
    assert {"calendar.trial_months", "calendar.lunar", "requirements.score.limit"} <= paths


@pytest.mark.parametrize(
    ("was", "becomes", "path"),
    [
        ('target = { table = "sales_target" }', 'target = { table = "goals" }', "requirements.sales.target.table"),
        ('id = "activity"', 'id = "score"', "requirements.score"),
        ('requirement = "sales"', 'requirement = "score"', "bands.1.requirement"),
        ('counting = { option = "counting" }', 'counting = "consecutive"', "options.counting"),
        ('[sources.C7]', "[sources.C77]", "bands.0.source"),
        ('counting = { option = "counting" }', 'counting = { option = "count" }', "requirements.score.counting"),
    ],
)  # fmt: skip
def test_a_name_that_leads_nowhere_is_a_mistake(was: str, becomes: str, path: str) -> None:
    assert was in _text()
    with pytest.raises(RulebookErrors) as caught:
        parse_rulebook(_text().replace(was, becomes))
    assert path in {mistake.path for mistake in caught.value.mistakes}


@pytest.mark.parametrize(
    "text", ["", "not toml =", "[rulebook]", "rulebook = 3", 'options = 1\n[rulebook]\nkind="fee"']
)
def test_what_is_no_rulebook_gives_mistakes_and_no_other_exception(text: str) -> None:
    with pytest.raises(RulebookErrors) as caught:
        parse_rulebook(text)
    assert caught.value.mistakes


def test_a_table_answers_by_row_then_default_then_not_at_all() -> None:
    daily = book("tmall-daily", "2022-annual")
    assert str(table_value(daily, "trial_share", "男装")) == "0.25"
    assert str(table_value(daily, "trial_share", "女装")) == "0.5"
    assert table_value(daily, "sales_target", "女装") is None
    assert table_value(daily, "no_such_table", "女装") is None


def test_needs_name_every_metric_and_how_it_is_read() -> None:
    daily = {(need.code, need.aggregate) for need in needs(book("tmall-daily", "2022-annual")).metrics}
    assert daily == {
        ("basic_service_score", "closing"),
        ("basic_service_score", "latest"),
        ("comprehensive_experience_score", "closing"),
        ("comprehensive_experience_score", "latest"),
        ("sales_amount", "total"),
    }
    fee = {(need.code, need.aggregate) for need in needs(book("tmall-annual-fee", "2022")).metrics}
    assert fee == {("basic_service_score", "closing"), ("basic_service_score", "daily"), ("sales_amount", "total")}
    run = {(need.code, need.aggregate) for need in needs(book("tmall-trial-run", "2021")).metrics}
    assert run == {("basic_service_score", "daily"), ("sales_amount", "daily")}
    assert needs(book("tmall-daily", "2025-incident-gate")).topics == ("data_security",)
    assert needs(book("tmall-daily", "2025-annual")).topics == ()


def test_a_rulebook_is_for_everybody_unless_it_says_otherwise() -> None:
    by_name = {each.programme for each in shipped() if each.is_joined_by_name}
    assert by_name == {"tmall-renewal", "tmall-trial-run", "tmall-new-store"}
    assert "enrolment" not in book("tmall-daily", "2025-annual").canonical
    assert "only for stores that are enrolled in it" in describe(book("tmall-renewal", "2018-enrolled"), "en")[0]


@pytest.mark.parametrize(
    ("name", "was", "becomes", "path"),
    [
        ("ebay-seller-level-2024", 'measure = "late_rate"', 'measure = "lateness"',
         "ratings.level.rungs.0.needs.2.any.0.measure"),
        ("ebay-seller-level-2024", 'id = "late_rate"', 'id = "defect_rate"', "measures.defect_rate"),
        ("shopee-penalty-points-2019", "at_least = 6", "at_least = 2", "ladders.points"),
        ("tmall-base-fee-2024", "at_most = 1000000", "at_most = 1000", "rebate"),
        ("tmall-base-fee-2024", "share = 0.5", "share = 1.5", "rebate.tiers.1.share"),
        ("tmall-new-store-2022", 'id = "node_2"', 'id = "node_1"', "months.node_1"),
        ("tmall-new-store-2022", 'comparator = ">="\nfirst', 'comparator = "=="\nfirst', "comparator"),
        ("tmall-annual-fee-2024-abolition", "ends_before = 2024-09-01", "ends_before = 2024-09-02", "abolition"),
        ("tmall-experience-metrics-2025", 'kind = "reply_rounds"', 'kind = "replies"',
         "metrics.response_3min_rate"),
        ("tmall-real-experience-score-2026", "at_most = 1, score = 5", "at_most = 1, score = 5, left_out = true",
         "score.parts.real_experience_goods.parts.goods_negative_rate.small_counts.rows.0"),
        ("tmall-renewal-2018", 'requirement = "dsr_service"', 'requirement = "sales"', "bands.1.requirement"),
    ],
)  # fmt: skip
def test_mistakes_of_every_kind_of_rulebook_name_their_place(name: str, was: str, becomes: str, path: str) -> None:
    text = _text(f"{name}.toml")
    assert was in text
    with pytest.raises(RulebookErrors) as caught:
        parse_rulebook(text.replace(was, becomes))
    assert path in {mistake.path for mistake in caught.value.mistakes}


def _places(part: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(part, dict):
        for key, inner in part.items():
            yield (*at, key)
            yield from _places(inner, (*at, key))
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield (*at, number)
            yield from _places(inner, (*at, number))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_rulebook_broken_anywhere_is_read_or_gives_mistakes_and_never_another_exception(data: st.DataObject) -> None:
    whole = json.loads(data.draw(st.sampled_from(shipped())).canonical)
    place = data.draw(st.sampled_from(list(_places(whole))))
    here = whole
    for word in place[:-1]:
        here = here[word]
    broken = data.draw(st.sampled_from(["", "zzz", None, [1], {}, -1, True]))
    if broken == "":
        del here[place[-1]]
    else:
        here[place[-1]] = broken
    try:
        read = parse_canonical(json.dumps(whole))
    except RulebookErrors as error:
        assert error.mistakes
        assert all(mistake.text.zh and mistake.text.en for mistake in error.mistakes)
    else:
        assert describe(read, "zh")
        assert needs(read)


@pytest.mark.parametrize(
    "text",
    [
        *('{"a":' * deep + "1" + "}" * deep for deep in (300, 900, 90_000)),
        *('{"a":' + "[" * deep + "]" * deep + "}" for deep in (300, 900, 90_000)),
        *("a=" + "[" * deep + "]" * deep for deep in (300, 3_000)),
        '{"a":' + "9" * 5_000 + "}",
        "a = " + "9" * 5_000,
        '{"a":NaN}',
        "{",
        half_year().canonical.replace("天猫", "\\u0000", 1),
        half_year().canonical.replace("天猫", "\\ud800", 1),
        half_year().canonical.replace("帮助", "\\u0000", 1),
    ],
    ids=lambda text: f"{text[:12]}… {len(text)}",
)
def test_whatever_a_stranger_wrote_is_told_as_mistakes(text: str) -> None:
    with pytest.raises(RulebookErrors) as told:
        parse_rulebook(text)
    assert all(mistake.text.zh and mistake.text.en for mistake in told.value.mistakes)
