"""The worked examples of the documents give what they say."""

import doctest
from pathlib import Path

import pytest

from assessments.engine import describe, parse_rulebook

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(("name", "at_least"), [("answers.md", 30), ("scoring.md", 40)])
def test_the_examples_of_the_document_give_what_it_says(
    monkeypatch: pytest.MonkeyPatch, name: str, at_least: int
) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / "docs" / name), module_relative=False, encoding="utf-8")
    assert result.failed == 0
    assert result.attempted > at_least


def test_the_rulebook_that_the_document_writes_from_a_blank_file_is_one() -> None:
    part = (ROOT / "docs" / "rulebooks.md").read_text("utf-8").partition("# Part 3")[2]
    text = part.partition("```toml\n")[2].partition("```")[0]
    rulebook = parse_rulebook(text)
    assert (rulebook.programme, rulebook.version) == ("tmall-daily", "2027-annual")
    told = " ".join(describe(rulebook, "en"))
    assert "> 4.2" in told
