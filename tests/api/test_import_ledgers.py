"""Ledgers of annual fees as files: fee years are written, rules are compared and never changed."""

from decimal import Decimal
from typing import Any

import pytest

from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.rulebooks.models import CategoryLine
from assessments.stores.models import Store
from tests.api.conftest import code_of, upload, walk
from tests.conftest import Api, House
from tests.factories import CATEGORY, FEE, compute, is_stale

HEADINGS = ("店铺ID", "年度", "已缴年费(元)", "评分标准", "100%档销售额", "应退年费", "已退年费", "退款时间", "备注")
ROW = ("900000001", "2024年", "30,000", "4.6", "", "", "", "", "写给同事")


def told(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[name] for name in ("rows_in", "created", "changed", "unchanged", "rejected"))


def test_a_ledger_writes_fee_years_and_estimates_follow(alpha: House, lead: Api, store: Store, bring: Any) -> None:
    with alpha.scope():
        compute()
    done = bring(lead, (HEADINGS, ROW))
    assert (done["kind"], done["target"], told(done)) == ("fee_ledger", "fee_years", (1, 1, 0, 0, 0))
    assert done["left_out"] == [{"column": "I", "heading": "备注", "personal": True, "cells": 1}]
    with alpha.scope():
        agreement = FeeAgreement.objects.get(store=store, year=2024)
        assert (agreement.prepaid_fen, agreement.refunded_fen) == (3_000_000, None)
        assert is_stale(store)
        compute()
        assert RefundEstimate.objects.filter(agreement=agreement).exists()
    assert told(bring(lead, (HEADINGS, ROW))) == (1, 0, 0, 1, 0)
    with alpha.scope():
        assert not is_stale(store)
    paid = bring(lead, (HEADINGS, (*ROW[:6], "1,234.56", "2025-02-20", "")))
    assert told(paid) == (1, 0, 1, 0, 0)
    answer = lead.get("fee-agreements/", store=str(store.pk)).json()["results"][0]
    assert (answer["refunded"], answer["refunded_on"]) == ("1234.56", "2025-02-20")


def test_a_standard_that_differs_from_the_rules_is_told_and_not_written(
    alpha: House, lead: Api, store: Store, bring: Any
) -> None:
    with alpha.scope():
        before = CategoryLine.objects.count()
    shown = bring(lead, (HEADINGS, (*ROW[:4], "1,000,001", "0.01", "", "", "")))
    assert {note["code"] for note in shown["notices"]} == {"rule_differs"}
    assert all("4.6" in note["zh"] or "1000001" in note["zh"] for note in shown["notices"])
    assert all(CATEGORY in note["en"] for note in shown["notices"])
    with alpha.scope():
        assert CategoryLine.objects.count() == before
        CategoryLine.objects.create(
            programme=FEE, table="score_standard", category=CATEGORY, value=Decimal("4.6"), set_by="lead"
        )
    agreed = bring(lead, (HEADINGS, ROW))
    assert agreed["notices"] == [], "an agency's own line is the rule"


def test_a_refund_that_differs_from_the_estimate_is_told(alpha: House, lead: Api, risky: Store, bring: Any) -> None:
    with alpha.scope():
        estimated = RefundEstimate.objects.latest("revision").refund_fen
    assert estimated == 1_750_000
    shown = bring(lead, (HEADINGS, (risky.shop_id, "2024", "", "", "", "17,500.01", "", "", "")))
    assert told(shown) == (1, 0, 0, 1, 0), "an empty cell leaves the prepaid sum as it is"
    [note] = shown["notices"]
    assert (note["row_number"], note["code"]) == (2, "refund_differs")
    assert "¥17,500.01" in note["zh"]
    assert "¥17,500.00" in note["zh"]
    same = bring(lead, (HEADINGS, (risky.shop_id, "2024", "", "", "", "17500", "", "", "")))
    assert same["notices"] == []


def test_what_the_rules_do_not_say_is_told_as_well(alpha: House, lead: Api, store: Store, bring: Any) -> None:
    with alpha.scope():
        Store.objects.filter(pk=store.pk).update(main_category="杂货")
    unset = bring(lead, (HEADINGS, ROW))
    assert [note["code"] for note in unset["notices"]] == ["rule_not_set"]
    early = bring(lead, (HEADINGS, (ROW[0], "2005", *ROW[2:])))
    assert [note["code"] for note in early["notices"]] == ["no_rules"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("900000009", *ROW[1:]), "unknown_store"),
        ((ROW[0], "today", *ROW[2:]), "not_a_year"),
        ((ROW[0], "", *ROW[2:]), "value_missing"),
        ((*ROW[:2], "30000.001", *ROW[3:]), "too_many_decimals"),
        ((*ROW[:3], "6", *ROW[4:]), "out_of_range"),
    ],
)
def test_a_fee_year_that_cannot_be_is_rejected(
    lead: Api, store: Store, bring: Any, row: tuple[str, ...], code: str
) -> None:
    done = bring(lead, (HEADINGS, row))
    assert told(done) == (1, 0, 0, 0, 1)
    assert [line["code"] for line in walk(lead, f"imports/{done['id']}/rejections/")] == [code]


def test_leaving_needs_its_day_and_its_reason(alpha: House, lead: Api, store: Store, bring: Any) -> None:
    headings = ("店铺ID", "年份", "已缴年费", "申请退店日期", "退店原因")
    for left in (("2024-11-30", ""), ("", "主动退店")):
        done = bring(lead, (headings, ("900000001", "2024", "1", *left)))
        assert [line["code"] for line in walk(lead, f"imports/{done['id']}/rejections/")] == ["exit_incomplete"]
    assert told(bring(lead, (headings, ("900000001", "2024", "1", "2024-11-30", "主动退店"))))[1] == 1
    with alpha.scope():
        assert FeeAgreement.objects.get().exit_reason == "voluntary"


def test_an_operator_writes_no_fee_year_by_file(alpha: House, op: Api, bring: Any) -> None:
    assert code_of(upload(op, (HEADINGS, ROW), kind="fee_ledger")) == (403, "permission_denied")
    found = bring(op, (HEADINGS, ROW))
    assert (found["state"], found["error"]["code"]) == ("failed", "not_allowed")
    with alpha.scope():
        assert not FeeAgreement.objects.exists()
