"""The worked examples of the documents give what they say."""

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(("name", "at_least"), [("answers.md", 30), ("scoring.md", 40)])
def test_the_examples_of_the_document_give_what_it_says(
    monkeypatch: pytest.MonkeyPatch, name: str, at_least: int
) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / "docs" / name), module_relative=False, encoding="utf-8")
    assert result.failed == 0
    assert result.attempted > at_least
