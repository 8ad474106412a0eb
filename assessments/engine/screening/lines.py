"""A rulebook's numbers for every case: written in the rule, the store's own, the category's row, or the default."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from assessments.engine.language.common import Amount
from assessments.engine.language.reading import Rulebook
from assessments.engine.lines import table_value
from assessments.engine.screening.columns import Block
from assessments.engine.screening.scaled import SCALE, Flags, Ints, Scaled, all_whole_units, trimmed

_NOTHING = Decimal(0)


def find_number(rulebook: Rulebook, amount: Amount, block: Block) -> tuple[Scaled, Flags]:
    """Return the number that an amount stands for in each case, as `Lines.find` does, and where it is not held."""
    if amount.table is None:
        return _spread([amount.fixed], np.zeros(len(block.places), np.int64))
    numbers = [table_value(rulebook, amount.table, category) for category in block.categories]
    own, is_odd = _spread(numbers, block.category)
    given = block.overrides.get(amount.table)
    if given is None:
        return own, is_odd
    units = np.where(given.is_set, given.units * 10 ** (SCALE - given.scale), own.units * 10 ** (SCALE - own.scale))
    return trimmed(units, given.is_set | own.is_set), is_odd & ~given.is_set


def _spread(numbers: Sequence[Decimal | None], which: Ints) -> tuple[Scaled, Flags]:
    units, is_held = all_whole_units([number or _NOTHING for number in numbers])
    own = trimmed(units, np.array([number is not None for number in numbers], np.bool_))
    return Scaled(own.units[which], own.is_set[which], own.scale), ~is_held[which]
