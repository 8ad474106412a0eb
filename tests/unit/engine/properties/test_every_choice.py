"""Every choice of every option of every shipped rulebook: read, written, read again, described, chosen back."""

import pytest

from assessments.engine import Rulebook, describe, parse_canonical
from tests.unit.engine.cast import shipped
from tests.unit.engine.properties.depth import TIMES, Choices, chosen, every_choice, single_choices

WITH_OPTIONS = [each for each in shipped() if each.options]


def named(rulebook: Rulebook) -> str:
    return f"{rulebook.programme} {rulebook.version}"


def asked(rulebook: Rulebook) -> list[Choices]:
    """One option at a time in the suite, every combination when more is asked for."""
    return every_choice(rulebook) if TIMES > 1 else single_choices(rulebook)


@pytest.mark.parametrize("rulebook", WITH_OPTIONS, ids=named)
def test_every_choice_survives_its_canonical_form(rulebook: Rulebook) -> None:
    for choices in asked(rulebook):
        one = chosen(rulebook, choices)
        again = parse_canonical(one.canonical)
        assert (again.digest, again.canonical, again.body, again.options, again.tables, again.references) == (
            one.digest,
            one.canonical,
            one.body,
            one.options,
            one.tables,
            one.references,
        )
        assert parse_canonical(again.canonical).digest == one.digest
        assert {name: one.options[name].chosen().value for name, _ in choices} == dict(choices)


@pytest.mark.parametrize("rulebook", WITH_OPTIONS, ids=named)
def test_every_combination_of_choices_is_another_rulebook_and_the_way_back_is_the_same(rulebook: Rulebook) -> None:
    shipped_choices = {name: option.value for name, option in rulebook.options.items()}
    seen: dict[str, Choices] = {}
    for choices in asked(rulebook):
        one = chosen(rulebook, choices)
        whole = tuple(sorted((shipped_choices | dict(choices)).items()))
        assert seen.setdefault(one.digest, whole) == whole
        assert one.choosing(shipped_choices).digest == rulebook.digest
    assert len(seen) > len(rulebook.options)


@pytest.mark.parametrize("rulebook", WITH_OPTIONS, ids=named)
def test_every_choice_changes_the_rules_and_not_only_the_text(rulebook: Rulebook) -> None:
    """A choice that no rule reads would be a promise that the verdict does not keep."""
    for name, option in rulebook.options.items():
        others = [chosen(rulebook, ((name, choice.value),)) for choice in option.choices]
        assert len({repr(each.body) for each in others}) == len(option.choices), name
        assert all(describe(each, language) for each in others for language in ("zh", "en"))
