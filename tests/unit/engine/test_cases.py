"""The golden cases, and the runner that reads them."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from assessments.rulebooks.cases import Report, check_paths

GOLDEN = Path(__file__).resolve().parents[2] / "cases"
DOCS = Path(__file__).resolve().parents[3] / "docs" / "rulebooks.md"
WORKED = """
A1 A2 A4 A6 A7 A9 A10 B1 B2 B4 B5 B6 B9 B11 B12 C1 C2 C4 C5 C6 C7 C9 C10 D1 D2 D3 D4 D5 D8 D9 D10 D11 D12 D14 D15 D16
E1 E2 E4 E5 E6 E7 E9 E10 E11 E12 E13 E14 E16 E17 E18 E20 E22 E23 F1 F2 F3 F4 F6 F7 G1 G2 G3 G4 G5 G6 G7 G8
"""
INFERRED = [
    ("A4", "score_rounding"),
    ("B6", "entry_in_january"),
    ("B12", "first_of_january"),
    ("C9", "fee_rounding"),
    ("E9", "score_comparator"),
]
GOOD = """
id = "x"
kind = "calendar"
rulebook = "tmall-daily"
given = { go_live_on = 2023-07-08 }
expect = { trial = { starts_on = 2023-08-01 } }
"""


def _check(folder: Path, text: str) -> Report:
    (folder / "case.toml").write_text(text, encoding="utf-8")
    return check_paths([folder])


def test_every_golden_case_passes() -> None:
    report = check_paths([GOLDEN])
    assert report.failures == []
    assert report.passed > 100


def _golden() -> dict[str, dict[str, Any]]:
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(GOLDEN.glob("*.toml"))]
    return {case["id"]: case for each in files for case in each.get("cases", [each])}


def test_every_worked_case_is_a_golden_one() -> None:
    """G10, the same row imported twice with another value, needs a database: tests/metrics/test_storing.py."""
    assert set(WORKED.split()) - set(_golden()) == set()


@pytest.mark.parametrize(("case", "option"), INFERRED)
def test_a_case_that_rests_on_an_inference_is_there_in_more_than_one_setting(case: str, option: str) -> None:
    golden = _golden()[case]
    settings = [golden.get("options", {}), *(variant.get("options", {}) for variant in golden["variants"])]
    # A case that does not name the option is judged by the choice that ships.
    assert len({str(setting.get(option, "as shipped")) for setting in settings}) >= 2


def test_every_example_of_the_documentation_passes(tmp_path: Path) -> None:
    blocks = DOCS.read_text(encoding="utf-8").split("# Part 2: cases")[-1].split("# Part 3")[0].split("```toml\n")[1:]
    report = _check(tmp_path, "\n".join(block.split("```")[0] for block in blocks))
    assert report.failures == []
    assert report.passed >= 9


def test_a_right_answer_passes_and_a_wrong_one_fails_with_its_arithmetic(tmp_path: Path) -> None:
    assert _check(tmp_path, GOOD).last_line == "1 passed, 0 failed"
    report = _check(tmp_path, GOOD.replace("2023-08-01", "2023-08-02"))
    assert report.last_line == "0 passed, 1 failed"
    assert report.failures[0].differences == ("expect.trial.starts_on: expected 2023-08-02, got 2023-08-01",)
    assert any("2023-08-01" in line for line in report.failures[0].arithmetic)


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("go_live_on", "go_life_on", "given.go_live_on: is needed"),
        ('kind = "calendar"', 'kind = "calender"', "kind: one of"),
        ('"tmall-daily"', '"tmall-dayly"', "rulebook: there is no rulebook 'tmall-dayly'"),
        ("2023-07-08", '"2023-07-32"', "given.go_live_on: '2023-07-32' is not a date"),
        ("starts_on =", "start_on =", "expect.trial.start_on: unknown key"),
        ("expect = { trial = { starts_on = 2023-08-01 } }", "", "expect: is needed"),
        ("expect =", "options = { moon = true }\nexpect =", ""),
        ("expect =", "wishes = 1\nexpect =", "unknown key: wishes"),
        ("given =", "given == ", "cannot be read"),
    ],
)
def test_a_malformed_case_is_a_failure_that_names_its_place(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    report = _check(tmp_path, GOOD.replace(was, becomes))
    if not said:
        assert report.last_line == "1 passed, 0 failed"  # a programme's versions take the options that they have
        return
    assert report.last_line == "0 passed, 1 failed"
    assert said in report.failures[0].differences[0]
    assert report.failures[0].file.endswith("case.toml")


def test_one_malformed_case_does_not_hide_the_others(tmp_path: Path) -> None:
    listed = "\n".join("[[cases]]" + text for text in (GOOD, GOOD.replace("calendar", "oracle"), GOOD))
    assert _check(tmp_path, listed).last_line == "2 passed, 1 failed"


def test_a_path_without_cases_fails(tmp_path: Path) -> None:
    assert check_paths([tmp_path / "nothing"]).last_line == "0 passed, 1 failed"


def test_a_rulebook_beside_the_cases_may_be_used_by_its_file_name(tmp_path: Path) -> None:
    shipped = GOLDEN.parents[1] / "assessments" / "rulebooks" / "shipped" / "tmall-daily-2025-half-year.toml"
    text = shipped.read_text(encoding="utf-8").replace("fixed = 4.1", "fixed = 4.2")
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    case = """
kind = "period"
rulebook = "own.toml"
given = { scores = [4.1, 4.1, 4.2] }
expect = { failures = 2 }
"""
    assert _check(tmp_path, case).last_line == "1 passed, 0 failed"


def test_a_case_compares_exactly_unless_it_says_about(tmp_path: Path) -> None:
    case = """
kind = "score"
rulebook = "tmall-real-experience-score"
[given]
values = { real_experience_logistics = 4, real_experience_service = 5 }
lines = { weight_goods = 35, weight_logistics = 25, weight_service = 40 }
[expect]
value = VALUE
"""
    verdicts = {
        value: _check(tmp_path, case.replace("VALUE", value)).failed
        for value in ('"≈4.6154"', '"≈4.62"', '"3/0.65"', "4.6154", '"≈4.61"')
    }
    assert verdicts == {'"≈4.6154"': 0, '"≈4.62"': 0, '"3/0.65"': 0, "4.6154": 1, '"≈4.61"': 1}
