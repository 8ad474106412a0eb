"""The kinds of files that can be read. A new kind is one module here and one entry in FORMATS."""

from __future__ import annotations

from typing import Final

from assessments.metrics.reading.formats import (
    dsr,
    fee_ledger,
    orders,
    promotion,
    real_experience,
    refunds,
    service_performance,
    store_list,
    store_scores,
    sycm_store_daily,
    template_store_day,
    violations,
)
from assessments.metrics.reading.formats.base import Format

FORMATS: Final[tuple[Format, ...]] = (
    sycm_store_daily.FORMAT,
    real_experience.FORMAT,
    store_scores.FORMAT,
    template_store_day.FORMAT,
    service_performance.FORMAT,
    orders.FORMAT,
    refunds.FORMAT,
    violations.FORMAT,
    fee_ledger.FORMAT,
    store_list.FORMAT,
    promotion.FORMAT,
    dsr.FORMAT,
)


_BY_KIND: Final = {known.kind: known for known in FORMATS}


def get_format(kind: str) -> Format:
    """The format of a kind; KeyError when there is none."""
    return _BY_KIND[kind]


def find_format(kind: str) -> Format | None:
    """The format of a kind, None when there is none (any more)."""
    return _BY_KIND.get(kind)
