"""COPY into a temporary table: how many rows reach PostgreSQL in one statement."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from psycopg import sql


def copy_to_temp(
    *,
    name: str,
    like: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    joined_by: Sequence[str] | None = None,
) -> int:
    """Make a temporary table with these columns of table `like`, to be joined. Returns the number of its rows.

    The table ends with the transaction; an earlier one of the same name in it is dropped. Where the columns that it is
    `joined_by` are named, the planner learns of them alone, which spares a wide table most of ANALYZE.
    """
    count = _copy(name, like, columns, rows)
    planned = sql.SQL(", ").join(map(sql.Identifier, joined_by or columns))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {} ({})").format(sql.Identifier(name), planned))
    return count


def _copy(name: str, like: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier("pg_temp", name)))
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                sql.Identifier(name), names, sql.Identifier(like)
            )
        )
        count = 0
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), names)) as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
    return count


def append_rows(*, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows to the end of a table whose `created_at` becomes this transaction's time. Returns their number.

    JSON goes in as text: PostgreSQL reads it once, and nothing is built from it here.
    """
    incoming = f"incoming_{table}"
    count = _copy(incoming, table, columns, rows)
    statement = "INSERT INTO {table} ({columns}, created_at) SELECT {columns}, now() FROM {incoming}"
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(statement).format(
                table=sql.Identifier(table),
                columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
                incoming=sql.Identifier("pg_temp", incoming),
            )
        )
    return count
