"""What sums, means, ratios and rolling windows need, in every state: answers about plain numbers."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from assessments.engine import need_mean, need_ratio, need_window_mean, need_window_ratio
from assessments.engine.answers.possible import Range
from assessments.engine.answers.telling import Answer
from assessments.engine.language.common import Comparator

Asked = Callable[[], Answer]
FIVE = Range(Decimal(0), Decimal(5))


def need_answers() -> dict[str, Asked]:
    """Every answer of this module by its name."""
    return _means() | _ratios() | _windows()


def _means() -> dict[str, Asked]:
    cases: dict[str, tuple[list[str], int, int]] = {
        "open": (["4", "5"], 2, 1),
        "clinched": (["5"] * 9, 1, 0),
        "eliminated": (["0"] * 9, 1, 0),
        "unknown": (["4"], 0, 1),
    }
    return {
        f"mean {name}": partial(
            need_mean,
            metric="m",
            target=Decimal("4.4"),
            comparator=">=",
            values=[Decimal(value) for value in values],
            to_come=ahead,
            unknown=unknown,
            possible=FIVE,
        )
        for name, (values, ahead, unknown) in cases.items()
    }


def _ratios() -> dict[str, Asked]:
    cases: list[tuple[int, int, int | None, Comparator]] = [
        (14, 900, 400, "<="),
        (0, 900, 1, "<"),
        (90, 900, 10, "<="),
        (22, 900, None, "<="),
        (0, 0, 0, "<="),
    ]
    return {
        f"ratio {counted} of {orders}, {more} more": partial(
            need_ratio,
            metric="m",
            counted=counted,
            orders=orders,
            threshold=Decimal("0.02"),
            comparator=comparator,
            more_at_most=more,
        )
        for counted, orders, more, comparator in cases
    }


def _windows() -> dict[str, Asked]:
    mean = partial(
        need_window_mean,
        metric="m",
        values={date(2026, 3, day): Decimal(4) for day in range(1, 19)},
        days=30,
        judged_on=date(2026, 3, 30),
        as_of=date(2026, 3, 18),
        target=Decimal("4.4"),
        comparator=">=",
        possible=FIVE,
    )
    ratio = partial(
        need_window_ratio,
        metric="m",
        counts={date(2026, 3, 1): (1, 100)},
        days=30,
        judged_on=date(2026, 3, 30),
        as_of=date(2026, 3, 18),
        threshold=Decimal("0.02"),
        comparator="<=",
        more_at_most=100,
    )
    return {"window mean": mean, "window ratio": ratio}
