"""`manage.py rulebooks`: what an operator can learn about rules without a database."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from assessments.rulebooks.services import SHIPPED

HALF_YEAR = SHIPPED / "tmall-daily-2025-half-year.toml"


def run(*words: str) -> str:
    out = StringIO()
    call_command("rulebooks", *words, stdout=out, stderr=out)
    return out.getvalue()


def test_every_shipped_rulebook_is_listed() -> None:
    assert len(run("list").strip().splitlines()) == len(list(SHIPPED.glob("*.toml")))


def test_rules_are_shown_in_words_of_either_language() -> None:
    chinese, english = run("show", str(HALF_YEAR)), run("show", "tmall-daily/2025-half-year", "--language", "en")
    assert "4.1" in chinese
    assert "4.1" in english
    assert "月末分" in chinese
    assert "month-end score" in english


def test_two_versions_are_compared_and_a_version_with_itself_is_equal() -> None:
    assert "4.1" in run("diff", "tmall-daily/2025-annual", "tmall-daily/2025-half-year")
    assert run("diff", str(HALF_YEAR), "tmall-daily/2025-half-year").strip() == ""


def test_a_file_with_mistakes_shows_each_with_its_path(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(HALF_YEAR.read_text("utf-8").replace('comparator = ">="', 'comparator = "=>"', 1), "utf-8")
    out = StringIO()
    with pytest.raises(CommandError, match="1"):
        call_command("rulebooks", "validate", str(HALF_YEAR), str(broken), stdout=out, stderr=out)
    assert f"{HALF_YEAR}: ok" in out.getvalue()
    assert "comparator" in out.getvalue()


def test_a_rulebook_that_is_not_there_is_said_so() -> None:
    with pytest.raises(CommandError, match="nowhere"):
        run("show", "nowhere/2025")


def test_the_schema_for_editors_is_json() -> None:
    assert json.loads(run("schema"))
