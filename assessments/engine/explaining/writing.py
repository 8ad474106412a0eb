"""How words and numbers are written for a person."""

from decimal import Decimal
from fractions import Fraction

from assessments.engine.codec import decimal_text
from assessments.engine.explaining.sentences import WORDS

_PLACES = 6


def word(name: str, language: str) -> str:
    """Return the name of an outcome, standing, state, phase or confidence."""
    return WORDS[name].in_(language) if name in WORDS else name


def number(value: int | Decimal | Fraction) -> str:
    """Write a number exactly where it ends, else to six places after "≈"; thousands are grouped."""
    exact = Fraction(value)
    rest = exact.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1:
        places = 0
        while (exact * 10**places).denominator != 1:
            places += 1
        return _grouped(Decimal((exact * 10**places).numerator).scaleb(-places))
    return "≈" + _grouped(Decimal(round(exact * 10**_PLACES)).scaleb(-_PLACES))


def _grouped(value: Decimal) -> str:
    return f"{Decimal(decimal_text(value)):,f}"
