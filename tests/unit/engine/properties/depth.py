"""How many cases are drawn: KAOHE_PROPERTY_TIMES multiplies what the suite draws, and asks for every option choice."""

import os
from collections.abc import Iterator
from itertools import product
from random import Random

from hypothesis import settings

from assessments.engine import Rulebook

TIMES = int(os.environ.get("KAOHE_PROPERTY_TIMES", "1"))
SEED = 20_261_121
Choices = tuple[tuple[str, object], ...]
_CHOSEN: dict[tuple[str, str], Rulebook] = {}


def examples(usual: int) -> settings:
    """Hypothesis settings for so many examples in the suite."""
    return settings(max_examples=usual * TIMES, deadline=None)


def draws(name: str, usual: int) -> Iterator[Random]:
    """So many sources of chance, each of which can be had again by its name and number."""
    return (Random(f"{SEED} {name} {index}") for index in range(usual * TIMES))


def chosen(rulebook: Rulebook, choices: Choices) -> Rulebook:
    """The rulebook with its options so chosen; read once, because reading takes longer than most of what follows."""
    key = (rulebook.digest, str(choices))
    if key not in _CHOSEN:
        _CHOSEN[key] = rulebook.choosing(dict(choices))
    return _CHOSEN[key]


def single_choices(rulebook: Rulebook) -> list[Choices]:
    """Every choice of every option, one option at a time."""
    return [((name, choice.value),) for name, option in rulebook.options.items() for choice in option.choices]


def every_choice(rulebook: Rulebook) -> list[Choices]:
    """Every combination of the choices of all options."""
    names = list(rulebook.options)
    values = [[choice.value for choice in rulebook.options[name].choices] for name in names]
    return [tuple(zip(names, picked, strict=True)) for picked in product(*values)]


def drawn_choice(rulebook: Rulebook, rng: Random) -> Rulebook:
    """The rulebook with each option drawn."""
    return chosen(
        rulebook, tuple((name, rng.choice(option.choices).value) for name, option in rulebook.options.items())
    )
