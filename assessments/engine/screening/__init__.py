"""Screening: who stands how under a rulebook, for thousands of periods at once, in exact integers.

`assess` tells everything about one period; a backtest or a what-if sweep first asks only whose verdict is another one
under a draft. `load_columns` puts periods with their facts side by side once; `screen` judges them all by any rulebook,
in integers, and gives a `Brief` for each: exactly the outcome, live outcome and standing that `assess` gives. What the
integer form does not hold goes to `assess` case by case, so the answer never differs; `Screened.exact` counts those:
daily scores, periods with incidents where incidents are a requirement, periods that do not begin and end with a month,
numbers with more than six decimals, products beyond 64 bits, and facts out of order.

A period keeps its dates and phase whichever rulebook judges it; the version, digest and checkpoints that it was planned
with play no part in these three answers, in `assess` as here.

This package needs numpy and is therefore not part of `assessments.engine` itself: import it from here, where many
periods are judged. Whoever judges one store loads no numpy.
"""

from assessments.engine.screening.columns import Columns
from assessments.engine.screening.loading import load_columns
from assessments.engine.screening.screen import Brief, Screened, screen

__all__ = ["Brief", "Columns", "Screened", "load_columns", "screen"]
