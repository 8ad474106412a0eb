"""The catalogue is one list without contradictions."""

from collections import Counter
from decimal import Decimal

import pytest

from assessments.metrics.catalogue import BY_CODE, CATALOGUE, GROUPS, INT4_MAX, Unit, get_metric
from assessments.metrics.reading.formats import FORMATS
from assessments.metrics.reading.headings import read_heading


def test_codes_and_headings_are_unique() -> None:
    assert len(BY_CODE) == len(CATALOGUE)
    names = Counter(name.lower() for metric in CATALOGUE for name in {metric.zh, *metric.aliases})
    assert [name for name, count in names.items() if count > 1] == []


def test_every_metric_has_a_known_group_and_both_names() -> None:
    for metric in CATALOGUE:
        assert metric.group in GROUPS
        assert metric.zh and metric.en and metric.source
        assert metric.code == metric.code.lower() and metric.code.isidentifier()


def test_every_own_heading_is_read_back_as_its_metric_with_a_unit() -> None:
    wide = FORMATS[0]
    for metric in CATALOGUE:
        found = wide.find_metric(read_heading(0, metric.heading))
        assert found is metric, metric.heading


@pytest.mark.parametrize(
    ("code", "natural", "stored"),
    [
        ("paid_amount", "5652.00", 565200),
        ("comprehensive_experience_score", "4.0999", 4099900),
        ("conversion_rate", "0.0219", 2190000),
        ("delivery_time", "145512", 14551200),
        ("visitors", "25000", 25000),
    ],
)
def test_natural_values_and_stored_integers_convert_both_ways(code: str, natural: str, stored: int) -> None:
    metric = get_metric(code)
    assert metric.to_stored(Decimal(natural)) == stored
    assert metric.from_stored(stored) == Decimal(natural)


def test_a_value_that_does_not_fit_its_column_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        get_metric("visitors").to_stored(Decimal(INT4_MAX + 1))
    with pytest.raises(ValueError, match="decimals"):
        get_metric("visitors").to_stored(Decimal("1.5"))


def test_every_ceiling_fits_its_column() -> None:
    for metric in CATALOGUE:
        if metric.ceiling is not None:
            assert metric.is_big or metric.to_stored(metric.ceiling) <= INT4_MAX
        assert metric.is_big or metric.unit is not Unit.YUAN or metric.code in ("average_order_value", "visitor_value")
