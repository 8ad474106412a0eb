"""Reading a rulebook: identity, options, and every mistake at once."""

from pathlib import Path

import pytest

from assessments.engine import RulebookErrors, needs, parse_canonical, parse_rulebook, table_value
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
    run = needs(book("tmall-trial-run", "2021"))
    assert run.days == (30, 90, 150, 180, 210)
