"""What the agencies hold: invented stores, lines and figures, seeded, written set by set."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import connection
from psycopg import sql

from assessments.fees.models import FeeAgreement
from assessments.metrics.catalogue import CATALOGUE, Metric, Unit
from assessments.metrics.models import Import
from assessments.rulebooks.services import set_line
from assessments.stores.models import Client, Store
from benchmarks.portfolio_facts import CATEGORIES, LINES
from benchmarks.sizes import TODAY, Sizes
from benchmarks.stage import LARGE, Stage
from core.people.actors import SYSTEM
from core.people.models import User
from tenants.door import agency_scope

DAILY = "tmall-daily"
# Go-live days spread over the two years before: trial and formal periods, most stores with two that have figures.
GO_LIVE_FROM = date(2022, 6, 1)
GO_LIVE_DAYS = 900
# Stored integers, by unit, below which the invented figures lie.
BELOW = {Unit.YUAN: 1_000_000, Unit.COUNT: 3_000, Unit.RATE: 100_000_000, Unit.SECONDS: 20_000_000}
STORE_DAYS = """
INSERT INTO metrics_storeday (store_id, day, {columns})
SELECT s.id, d.day::date, {values}
  FROM generate_series(%s::date, %s::date, interval '1 day') AS d(day)
 CROSS JOIN (SELECT id, row_number() OVER (ORDER BY shop_id) AS number FROM stores_store) s
 ORDER BY d.day, s.number
"""
HISTORY = ("metrics_importsource", "metrics_sourcedays")
# As if one file a day had brought every store: a line of origin for each store and day.
SOURCES = """
INSERT INTO metrics_importsource (upload_id, sheet, metrics, headings, written_at)
SELECT %s, '', %s, '{}', d.day + interval '1 day' FROM (SELECT DISTINCT day FROM metrics_storeday) d ORDER BY d.day
"""
ORIGINS = """
INSERT INTO metrics_sourcedays (source_id, store_id, days, rows)
SELECT s.id, o.store_id, ARRAY[o.day],
       ARRAY[(row_number() OVER (PARTITION BY o.day ORDER BY o.store_id) + 1)::int]
  FROM metrics_storeday o JOIN metrics_importsource s ON s.written_at = o.day + interval '1 day'
 ORDER BY o.day
"""


def ensure_filled(stage: Stage, slug: str) -> None:
    """Fill the large or the small agency, once a run."""
    if slug not in stage.filled:
        stage.filled.add(slug)
        fill_agency(stage, slug, stores=stage.sizes.stores if slug == LARGE else stage.sizes.tenth)


def fill_agency(stage: Stage, slug: str, *, stores: int) -> None:
    """Stores with fee years, the agency's own lines, and a full row of figures for every store and day."""
    with agency_scope(slug=slug):
        made = make_stores(slug, stores)
        FeeAgreement.objects.bulk_create(FeeAgreement(store=store, year=TODAY.year) for store in made)
        for category in CATEGORIES:
            for table, value in LINES.items():
                set_line(programme=DAILY, table=table, category=category, value=value, by=SYSTEM)
        with connection.cursor() as cursor:
            cursor.execute("SELECT setseed(0.25)")
            cursor.execute(_fill_statement(CATALOGUE), [stage.sizes.first_day, stage.sizes.last_day])
            cursor.execute(SOURCES, [_upload().pk, [metric.code for metric in CATALOGUE]])
            cursor.execute(ORIGINS)
    tidy(stage, slug)


def _upload() -> Import:
    """The import that the invented figures are said to come from."""
    by = User.objects.get(username="owner")
    return Import.objects.create(file_name="bench", sha256="", size=0, state=Import.State.DONE, uploaded_by=by)


def make_stores(slug: str, count: int) -> list[Store]:
    """Stores of one brand, with ids that are the same in every run."""
    brand, _created = Client.objects.get_or_create(name="bench")
    return Store.objects.bulk_create(
        Store(
            id=uuid.uuid5(uuid.NAMESPACE_DNS, f"{slug}.{number}"),
            client=brand,
            shop_id=str(100_000_000 + number),
            name=f"示例店铺 {number}",
            main_category=CATEGORIES[number % len(CATEGORIES)],
            go_live_on=GO_LIVE_FROM + timedelta(days=number * 37 % GO_LIVE_DAYS),
            rolled_on=TODAY,
        )
        for number in range(count)
    )


def tidy(stage: Stage, slug: str) -> None:
    """What autovacuum would have done by the time anybody looks."""
    with stage.connect(slug) as owner:
        for table in (
            *HISTORY,
            "metrics_storeday",
            "stores_store",
            "periods_period",
            "periods_verdict",
            "periods_storestanding",
        ):
            owner.execute(f"VACUUM ANALYZE {table}")


def _fill_statement(metrics: Iterable[Metric]) -> sql.Composed:
    metrics = list(metrics)
    return sql.SQL(STORE_DAYS).format(
        columns=sql.SQL(", ").join(sql.Identifier(metric.code) for metric in metrics),
        values=sql.SQL(", ").join(_invented(metric) for metric in metrics),
    )


def _invented(metric: Metric) -> sql.Composable:
    if metric.unit is Unit.SCORE:
        # Between 3.7 and 4.7 by store, with a daily swing: every standing occurs.
        return sql.SQL("3700000 + s.number * 97 %% 100 * 10000 + (random() * 300000)::int")
    return sql.SQL("(random() * {})::int").format(sql.Literal(BELOW[metric.unit]))


def correct_newest_day(sizes: Sizes, slug: str, *, stores: Sequence[uuid.UUID] | None = None) -> None:
    """Another figure for the newest day of every store (or of these), as a late file would bring it."""
    statement = (
        "UPDATE metrics_storeday SET sales_amount = sales_amount + 100,"
        " comprehensive_experience_score = comprehensive_experience_score + 1 WHERE day = %s"
    )
    with agency_scope(slug=slug), connection.cursor() as cursor:
        if stores is None:
            cursor.execute(statement, [sizes.last_day])
        else:
            cursor.execute(f"{statement} AND store_id = ANY(%s)", [sizes.last_day, list(stores)])
