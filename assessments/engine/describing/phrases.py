"""The small phrases that descriptions are made of: numbers, tables, comparators, lists."""

from collections.abc import Iterable
from decimal import Decimal

from assessments.engine.explaining.writing import number, word
from assessments.engine.language.common import Amount
from assessments.engine.language.reading import Rulebook
from assessments.engine.text import Text

SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}
# How a count that fails on reaching (or passing) a limit is kept: below it (or not above it).
KEPT_BELOW = {">=": "<", ">": "≤"}


def same(text: str) -> Text:
    """Return what reads the same in both languages."""
    return Text(zh=text, en=text)


def amount(rulebook: Rulebook, value: Amount, *, as_share: bool = False) -> Text:
    """Write a number of a rule, or name the table that holds it."""
    if value.fixed is not None:
        return same(share(value.fixed) if as_share else number(value.fixed))
    whole = rulebook.tables.get(value.table or "")
    if whole is None:
        return same(value.table or "")
    return Text(zh=f"表「{whole.name.zh}」", en=f'table "{whole.name.en}"')


def share(value: Decimal) -> str:
    """Write a fraction as a percentage."""
    return f"{number(value * 100)}%"


def named(code: str) -> Text:
    """Write an outcome, level or phase as people call it."""
    return Text(zh=word(code, "zh"), en=word(code, "en"))


def joined(parts: Iterable[Text], zh: str = "、", en: str = ", ") -> Text:
    """Join phrases."""
    every = list(parts)
    return Text(zh=zh.join(part.zh for part in every), en=en.join(part.en for part in every))
