"""Commands that name an agency read and write that agency; those that do not, do the same for each by itself."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessments.rulebooks.models import RulebookVersion
from tenants.door import platform_scope
from tenants.models import Agency
from tests.api.test_drafts import NEXT
from tests.conftest import House
from tests.factories import TODAY, photograph
from tests.isolation.twins import CANARIES
from tests.services.test_backtests import limited
from tests.unit.metrics.builders import make_csv

Twins = tuple[House, House]
PLAN = """
users = [{ username = "plan_owner", name = "n", role = "lead", password = "demo-Password-1" }]
clients = [{ key = "a", name = "planned brand" }]
categories = [{ name = "planned category", score_line = 4.1 }]
violations = []
[[stores]]
client = "a"
platform = "tmall"
shop_id = "700000001"
name = "planned store"
shop_type = "旗舰店"
main_category = "planned category"
other_categories = []
go_live_on = 2024-07-15
status = "active"
operators = []
track = "annual"
"""


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.fixture
def plan(tmp_path: Path) -> tuple[str, str]:
    """A plan of one store, and a folder of files with one file in it."""
    for kind in ("sycm", "scores", "template", "real_experience"):
        (tmp_path / kind).mkdir()
    (tmp_path / "scores" / "planned.csv").write_bytes(make_csv([("日期", "店铺ID", "综合体验分")]))
    (tmp_path / "plan.toml").write_text(PLAN, "utf-8")
    return str(tmp_path / "plan.toml"), str(tmp_path)


@pytest.mark.parametrize("name", CANARIES)
def test_the_portfolio_table_shows_the_agency_that_was_named(twins: Twins, name: str) -> None:
    table = run("show_portfolio", "--agency", name)
    other = next(canary for key, canary in CANARIES.items() if key != name)
    assert CANARIES[name] in table
    assert other not in table


def test_the_portfolio_of_no_agency_is_refused(twins: Twins) -> None:
    with pytest.raises(CommandError, match="nobody"):
        run("show_portfolio", "--agency", "nobody")


def test_examples_are_loaded_into_the_agency_that_was_named(alpha: House, beta: House, plan: tuple[str, str]) -> None:
    before, own_before = photograph(beta.schema), photograph(alpha.schema)
    run("load_examples", *plan, "--agency", "alpha")
    changed = {table for table, digest in photograph(alpha.schema).items() if digest != own_before[table]}
    assert changed >= {"stores_store", "stores_client", "metrics_import", "rulebooks_categoryline", "people_user"}
    assert photograph(beta.schema) == before
    loaded = photograph(alpha.schema)
    assert "+0" in run("load_examples", *plan, "--agency", "alpha")
    assert photograph(alpha.schema) == loaded


def test_giving_out_the_shipped_rulebooks_again_changes_no_agency(alpha: House, beta: House) -> None:
    with alpha.scope():
        assert RulebookVersion.objects.exists()
    before = [photograph(house.schema) for house in (alpha, beta)]
    assert run("sync_rulebooks") == ""
    assert [photograph(house.schema) for house in (alpha, beta)] == before


def test_rules_and_lines_by_command_are_the_named_agencys_alone(twins: Twins, tmp_path: Path) -> None:
    alpha, beta = twins
    before = photograph(beta.schema)
    rules = tmp_path / "rules.toml"
    rules.write_text(NEXT, "utf-8")
    name, digest = run("rulebooks", "draft", str(rules), "--reason", "r", "--agency", "alpha", "--by", "lead").split()
    asked = ("rulebooks", "publish", name, "--digest", digest, "--agency", "alpha", "--by")
    with pytest.raises(CommandError):
        run(*asked, "lead")
    with pytest.raises(CommandError):
        run(*asked, "twin")
    assert "2026-01-01" in run(*asked, "owner")
    sheet = tmp_path / "lines.xlsx"
    run("rulebooks", "lines", str(sheet), "--agency", "alpha", "--by", "lead")
    assert "未变 unchanged" in run("rulebooks", "fill", str(sheet), "--agency", "alpha", "--by", "lead")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("项目,数值表,类目,数值\ntmall-daily,none,x,1\n", "utf-8")
    with pytest.raises(CommandError, match="none"):
        run("rulebooks", "fill", str(wrong), "--agency", "alpha", "--by", "lead")
    with alpha.scope():
        assert RulebookVersion.objects.filter(version="2026-annual").exists()
    assert photograph(beta.schema) == before


def test_a_backtest_by_command_prints_the_named_agencys_flips_alone(twins: Twins, tmp_path: Path) -> None:
    _alpha, beta = twins
    with platform_scope():
        Agency.objects.update(business_date=TODAY)
    before = photograph(beta.schema)
    rules = tmp_path / "rules.toml"
    rules.write_text("not rules", "utf-8")
    with pytest.raises(CommandError, match="TOML"):
        run("rulebooks", "draft", str(rules), "--reason", "r", "--agency", "alpha", "--by", "lead")
    rules.write_text(limited(1), "utf-8")
    name, _digest = run("rulebooks", "draft", str(rules), "--reason", "r", "--agency", "alpha", "--by", "lead").split()
    told = run("backtest", name, "--agency", "alpha", "--by", "lead")
    assert f"* {CANARIES['alpha']} store" in told
    assert CANARIES["beta"] not in told
    assert "变差 worse 1" in told
    for person in ("twin", "nobody"):
        with pytest.raises(CommandError):
            run("backtest", name, "--agency", "alpha", "--by", person)
    with pytest.raises(CommandError):
        run("backtest", "tmall-daily/none", "--agency", "alpha", "--by", "lead")
    assert photograph(beta.schema) == before
