"""The worked examples of the document give what it says."""

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]


def test_the_examples_of_the_document_give_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / "docs" / "answers.md"), module_relative=False, encoding="utf-8")
    assert result.failed == 0
    assert result.attempted > 30
