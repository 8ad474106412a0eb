"""Small makers of what tests need: stores, lines, figures, files. Call them inside an agency's door."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from assessments.fees.models import FeeAgreement
from assessments.fees.services import estimate_stale, save_agreement
from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.models import Import, SourceArrival
from assessments.metrics.services import run_import
from assessments.metrics.storing import store_days
from assessments.periods.models import Verdict
from assessments.periods.services import Recomputed, recompute_stale
from assessments.rulebooks.services import set_line
from assessments.stores.models import Client, Store
from assessments.stores.services import create_store, touch_stores
from core.outbox.models import Message
from core.people.actors import SYSTEM
from core.people.models import User

# The eighth month of a trial period that began on 1 August 2024; figures exist up to the day before.
TODAY = date(2025, 3, 11)
AT = datetime(2025, 3, 11, 4, tzinfo=UTC)
DAILY, FEE, ANNUAL = "tmall-daily", "tmall-annual-fee", "annual"
# The one category whose fee, sales tiers and score standard the shipped fee rulebook of 2024 names.
CATEGORY = "女装/女士精品"
SCORE, SALES = "comprehensive_experience_score", "sales_amount"
GOOD_YEAR = {f"2024-{month:02}": "4.50" for month in range(8, 13)} | {"2025-01": "4.50", "2025-02": "4.50"}
NOBODY = "00000000-0000-4000-8000-00000000dead"

_numbers = count(900_000_001)


def brand(name: str | None = None) -> Client:
    """The agency's first client (the one that client_admin and client_viewer belong to), or another by name."""
    if name is None:
        return Client.objects.get(name__startswith="brand of")
    return Client.objects.get_or_create(name=name)[0]


def other_brand() -> Client:
    return Client.objects.get(name__startswith="other brand of")


def make_store(name: str = "A store", *, client: Client | None = None, operators: Any = (), **fields: Any) -> Store:
    """A Tmall store that went live in July 2024: its trial period runs from August 2024 to July 2025."""
    fields = {
        "shop_id": str(next(_numbers)),
        "main_category": CATEGORY,
        "go_live_on": date(2024, 7, 15),
        **fields,
    }
    return create_store(name=name, client=client or brand(), operators=operators, **fields)


def set_lines(
    category: str = CATEGORY, *, score_line: str = "4.1", failing_months: str = "3", sales_target: str = "1200000"
) -> None:
    """The numbers that the 2025 annual rulebook leaves to the agency."""
    for table, value in (
        ("score_line", score_line),
        ("failing_months", failing_months),
        ("sales_target", sales_target),
    ):
        set_line(programme=DAILY, track=ANNUAL, table=table, category=category, value=Decimal(value), by=SYSTEM)


def fill_in(programme: str, values: Mapping[str, str]) -> None:
    """The numbers that another programme leaves to the agency."""
    for table, value in values.items():
        set_line(programme=programme, table=table, category=CATEGORY, value=Decimal(value), by=SYSTEM)


def make_upload(*, by: User | None = None, **fields: Any) -> Import:
    """An import that is over, for figures that need one to come from."""
    fields = {"file_name": "by hand.csv", "sha256": "0" * 64, "size": 1, "state": Import.State.DONE, **fields}
    return Import.objects.create(uploaded_by=by or User.objects.get(username="owner"), **fields)


def make_arrival() -> SourceArrival:
    """That a source arrived for the one store there is."""
    return SourceArrival.objects.create(store=Store.objects.get(), source="s", upload=make_upload(), arrived_at=AT)


def write_days(store: Store, figures: Mapping[date, Mapping[str, str | None]]) -> Import:
    """Figures in natural units: day → metric → text, None for "no data"."""
    upload = make_upload()
    values = {
        (store.pk, day): {
            code: None if text is None else BY_CODE[code].to_stored(Decimal(text)) for code, text in metrics.items()
        }
        for day, metrics in figures.items()
    }
    store_days(values=values, upload=upload.pk)
    touch_stores(store_ids=[store.pk])
    return upload


def last_day(month: str) -> date:
    """The last day of "2024-08"."""
    first = date.fromisoformat(f"{month}-01")
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def write_months(
    store: Store, scores: Mapping[str, str | None] = GOOD_YEAR, sales: str | Mapping[str, str] = "50000"
) -> Import:
    """A score on the last day of each month, and the month's sales on the same day."""
    amounts = dict.fromkeys(scores, sales) if isinstance(sales, str) else sales
    return write_days(
        store,
        {last_day(month): {SCORE: score, SALES: amounts.get(month)} for month, score in scores.items()},
    )


def make_judged_store(
    name: str = "A store", *, scores: Mapping[str, str | None] = GOOD_YEAR, sales: str = "50000", **fields: Any
) -> Store:
    """A store with lines, figures and a fee year, computed and estimated as of TODAY. `sales` (¥) are of each month."""
    store = make_store(name, **fields)
    set_lines(store.main_category)
    write_months(store, scores, sales=sales)
    save_agreement(agreement=FeeAgreement(store=store, year=2024))
    compute()
    return store


def compute(today: date = TODAY) -> Recomputed:
    """What the worker does once the bell rings."""
    done = recompute_stale(today=today)
    estimate_stale(today=today)
    return done


def newest(store: Store) -> Verdict:
    """The newest revision of the store's running period."""
    return Verdict.objects.filter(period__store=store, period__is_planned=True).order_by(
        "-period__starts_on", "-revision"
    )[0]


def is_stale(store: Store) -> bool:
    """Whether the store waits for a verdict."""
    store.refresh_from_db()
    return store.computed_revision < store.facts_revision


def read_upload(upload_id: Any) -> Import:
    """What the worker does with a waiting file."""
    return run_import(upload_id=upload_id, at=AT, today=TODAY)


def list_messages(event: str) -> list[Message]:
    return list(Message.objects.filter(event=event).order_by("pk"))


@contextmanager
def undone() -> Iterator[None]:
    """Let something happen, look at it, and let it never have happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def forget_temporary_tables() -> None:
    """What a commit would do: a test holds several doors' work in one transaction, and temporary tables with it."""
    with connection.cursor() as cursor:
        cursor.execute("DISCARD TEMP")


def photograph(schema: str) -> dict[str, str]:
    """Every table of an agency as one digest each, through the agency's own door."""
    from tenants.door import agency_scope

    with agency_scope(schema=schema), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [schema])
        tables = [name for (name,) in cursor.fetchall()]
        digests = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t").format(
                sql.Literal(name), sql.Identifier(schema, name)
            )
            for name in tables
        )
        cursor.execute(digests)
        return dict(cursor.fetchall())
