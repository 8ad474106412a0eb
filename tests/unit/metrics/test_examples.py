"""The example files are what the plan says, and the import reads them."""

from __future__ import annotations

import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assessments.metrics.reading.parse import parse_file
from assessments.metrics.reading.results import ParsedFile, UnreadableFile

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
sys.path.insert(0, str(EXAMPLES))

from make_examples import iter_files, read_plan  # noqa: E402


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    return read_plan()


@pytest.fixture(scope="module")
def files(plan: dict[str, Any]) -> dict[str, bytes]:
    return dict(iter_files(plan))


@pytest.fixture(scope="module")
def parsed(files: dict[str, bytes]) -> dict[str, ParsedFile]:
    sound = {path: content for path, content in files.items() if not path.startswith("broken/")}
    return {path: parse_file(content, path.rpartition("/")[2]) for path, content in sound.items()}


def test_every_sound_file_is_recognised_and_read_without_a_rejection(parsed: dict[str, ParsedFile]) -> None:
    kinds = {"sycm": "sycm_store_daily", "scores": "store_scores", "template": "template_store_day"}
    for path, found in parsed.items():
        folder = path.partition("/")[0]
        if folder == "exports":
            assert found.kind == ("order_export" if path.endswith(".csv") else "refund_export")
        else:
            assert found.kind == kinds.get(folder, "real_experience")
        assert found.rejections == ()
        assert found.rows
    assert {found.container for found in parsed.values()} == {"xls", "xlsx", "csv"}
    assert {found.encoding for found in parsed.values()} == {"", "gb18030"}


def test_monthly_sales_add_up_to_the_plan_exactly(plan: dict[str, Any], parsed: dict[str, ParsedFile]) -> None:
    sold: dict[tuple[str, str], int] = defaultdict(int)
    for path, found in parsed.items():
        if path.startswith(("sycm/", "template/")):
            for row in found.rows:
                sold[row.store.shop_id, f"{row.day:%Y-%m}"] += row.values["sales_amount"] or 0
    months = ["2023-12", *(f"2024-{month:02d}" for month in range(1, 13)), "2025-01"]
    for store in plan["stores"]:
        gaps = {f"{first:%Y-%m}" for first, last in store["figures"].get("gaps", []) if (last - first).days > 27}
        for month, sales in zip(months, store["figures"]["sales"], strict=True):
            if month not in gaps:
                assert sold[store["shop_id"], month] == Decimal(sales) * 100, (store["name"], month)


def test_month_end_scores_are_the_ones_of_the_plan(plan: dict[str, Any], parsed: dict[str, ParsedFile]) -> None:
    scores = {
        (row.store.shop_id, row.day): row.values["comprehensive_experience_score"]
        for path, found in parsed.items()
        if path.startswith("scores/")
        for row in found.rows
    }
    hair = next(store for store in plan["stores"] if store["shop_id"] == "900000002")
    closing = [scores[key] for key in sorted(scores) if key[0] == "900000002" and key[1].year == 2024]
    assert closing[30] == Decimal(hair["figures"]["scores"][1]) * 10**6
    ends = [Decimal(text) for text in hair["figures"]["scores"][1:13]]
    assert sum(ends) / 12 < Decimal("4.16") <= (sum(ends) / 12).quantize(Decimal("0.01"))


def test_the_two_sources_of_a_rating_never_disagree(parsed: dict[str, ParsedFile]) -> None:
    seen: dict[tuple[str, Any, str], int | None] = {}
    for found in parsed.values():
        for row in found.rows:
            for code, value in row.values.items():
                assert seen.setdefault((row.store.shop_id, row.day, code), value) == value


def test_the_same_plan_gives_the_same_bytes(plan: dict[str, Any], files: dict[str, bytes]) -> None:
    assert dict(iter_files(plan)) == files


def test_each_broken_file_fails_in_its_own_way(files: dict[str, bytes]) -> None:
    codes = {}
    for path, content in files.items():
        if path.startswith("broken/"):
            name = path.rpartition("/")[2]
            try:
                codes[name] = sorted({one.code for one in parse_file(content, name).rejections})
            except UnreadableFile as problem:
                codes[name] = [problem.code]
    assert codes == {
        "坏单元格.csv": [
            "bad_separators",
            "exponent",
            "id_damaged",
            "not_a_day",
            "out_of_range",
            "store_missing",
            "too_many_decimals",
            "unit_missing",
        ],
        "错列.csv": ["column_shift"],
        "同日两行不一致.csv": ["repeated"],
        "截断的日报.xls": ["damaged"],
        "其实是xls的报表.csv": [],
        "认不出的表.csv": ["unsure"],
        "引号没有配对.csv": ["csv_syntax"],
        "无法解码.csv": ["undecodable"],
        "网页表格.xls": ["markup"],
    }


def test_the_plan_holds_every_state_and_says_that_it_is_invented(plan: dict[str, Any]) -> None:
    assert len(plan["stores"]) == 24
    assert all(store["name"].endswith("（示例）") for store in plan["stores"])
    assert {user["role"] for user in plan["users"]} == {
        "platform_admin",
        "owner",
        "lead",
        "operator",
        "client_admin",
        "client_viewer",
    }
    assert all(user["password"].startswith("demo-") for user in plan["users"])
    categories = {category["name"] for category in plan["categories"]}
    clients = {client["key"] for client in plan["clients"]}
    operators = {user["username"] for user in plan["users"]}
    for store in plan["stores"]:
        assert {store["main_category"], *store["other_categories"]} <= categories
        assert store["client"] in clients
        assert set(store["operators"]) <= operators
        assert len(store["figures"]["scores"]) == len(store["figures"]["sales"]) == 14
