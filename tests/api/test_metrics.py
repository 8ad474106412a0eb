"""The catalogue, observations and the template over the API."""

import io

import openpyxl
import pytest

from assessments.metrics.catalogue import CATALOGUE
from assessments.stores.models import Store
from tests.api.conftest import code_of
from tests.conftest import Api, House
from tests.factories import write_days

RANGE = {"starts_on": "2025-03-01", "ends_before": "2025-03-04"}


@pytest.fixture
def figures(alpha: House, store: Store) -> str:
    from datetime import date

    with alpha.scope():
        write_days(
            store,
            {
                date(2025, 2, 28): {"sales_amount": "1"},
                date(2025, 3, 1): {
                    "sales_amount": "5652.00",
                    "conversion_rate": "0.0219",
                    "delivery_time": "145512",
                    "comprehensive_experience_score": "4.523456",
                    "visitors": "0",
                },
                date(2025, 3, 3): {"sales_amount": None, "visitors": "12"},
                date(2025, 3, 4): {"sales_amount": "9"},
            },
        )
    return f"stores/{store.pk}/observations/"


def test_the_catalogue_names_every_metric_with_its_unit_in_both_languages(op: Api) -> None:
    rows = {row["code"]: row for row in op.get("metrics/").json()}
    assert list(rows) == [metric.code for metric in CATALOGUE]
    assert rows["sales_amount"] == {
        "code": "sales_amount",
        "zh": "交易成功金额",
        "en": "Successful sales",
        "unit": "yuan",
        "direction": "higher",
        "group": "sales",
        "source": "生意参谋 店铺取数",
    }


def test_observations_are_decimal_strings_in_natural_units_and_no_data_is_null(op: Api, figures: str) -> None:
    days = op.get(figures, **RANGE).json()
    assert [day["day"] for day in days] == ["2025-03-01", "2025-03-03"]
    assert days[0]["values"] == {
        "comprehensive_experience_score": "4.523456",
        "conversion_rate": "0.02190000",
        "delivery_time": "145512.00",
        "sales_amount": "5652.00",
        "visitors": "0",
    }
    assert days[1]["values"]["sales_amount"] is None
    assert days[1]["values"]["visitors"] == "12"


def test_only_the_metrics_asked_for_are_shown_in_the_order_asked(op: Api, figures: str) -> None:
    days = op.get(figures, **RANGE, metrics="visitors,sales_amount,views").json()
    assert [list(day["values"]) for day in days] == [["visitors", "sales_amount", "views"]] * 2
    assert days[0]["values"]["views"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "2025-02-30"}, "starts_on"),
        ({"ends_before": "2025-03-01"}, "ends_before"),
        ({"ends_before": "2030-03-01"}, "ends_before"),
        ({"metrics": "visitors,shoe_size"}, "metrics"),
        ({"metrics": "store_id"}, "metrics"),
        ({"metric": "visitors"}, "metric"),
    ],
)
def test_a_range_or_metric_that_makes_no_sense_is_refused(
    op: Api, figures: str, change: dict[str, str], field: str
) -> None:
    answer = op.get(figures, **{**RANGE, **change})
    assert code_of(answer) == (400, "invalid")
    assert list(answer.json()["fields"]) == [field]


def test_a_range_is_needed(op: Api, figures: str) -> None:
    assert set(op.get(figures).json()["fields"]) == {"starts_on", "ends_before"}


def test_the_template_opens_in_excel_and_offers_ones_stores(op: Api, store: Store) -> None:
    answer = op.get("templates/store-day.xlsx")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert "attachment" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book["店铺"]["A2"].value == "900000001"
    assert book["数据"]["A1"].value == "日期*"
