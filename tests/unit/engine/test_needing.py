"""What a rulebook of each kind reads: metrics and how, the tables that the agency may fill in."""

import pytest

from assessments.engine import needs
from tests.unit.engine.cast import book

SCORE = "basic_service_score"


@pytest.mark.parametrize(
    ("name", "metrics", "tables"),
    [
        (
            "tmall-daily/2019-annual",
            [(SCORE, "closing"), (SCORE, "latest"), ("sales_amount", "total")],
            ["failing_months", "sales_target", "score_line", "trial_share"],
        ),
        (
            "tmall-annual-fee/2022",
            [(SCORE, "closing"), (SCORE, "daily"), ("sales_amount", "total")],
            ["annual_fee", "sales_full", "sales_half", "score_standard"],
        ),
        (
            "tmall-new-store/2022",
            [(SCORE, "closing"), ("sales_amount", "total")],
            ["month_target_1", "month_target_2", "month_target_3", "score_line"],
        ),
        (
            "tmall-trial-run/2021",
            [(SCORE, "daily"), ("sales_amount", "daily")],
            ["last_days_target", *(f"node_target_{at}" for at in range(1, 5)), "score_line"],
        ),
        ("tmall-dsr/2018", [(f"dsr_{item}", "value") for item in ("description", "logistics", "service")], []),
        ("aliexpress-annual-fee/2019", [("sales_amount", "total")], ["annual_fee", "sales_full", "sales_half"]),
        ("tmall-base-fee/2024", [], []),
    ],
)
def test_exactly_what_the_rules_read_is_asked_for(name: str, metrics: list[tuple[str, str]], tables: list[str]) -> None:
    programme, _, version = name.partition("/")
    found = needs(book(programme, version))
    assert [(each.code, each.aggregate) for each in found.metrics] == metrics
    assert list(found.tables) == tables


def test_inner_parts_and_the_values_of_bonuses_are_read_too() -> None:
    codes = {each.code for each in needs(book("tmall-real-experience-score", "2025")).metrics}
    assert {"real_experience_service", "refund_time", "satisfaction_rate"} <= codes
    earned = {each.code for each in needs(book("tmall-comprehensive-experience-score", "2023")).metrics}
    assert "featured_service_share" in earned
    assert "featured_service_bonus" not in earned
    assert {each.aggregate for each in needs(book("tmall-comprehensive-experience-score", "2023")).metrics} == {"value"}
