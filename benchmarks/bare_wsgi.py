"""The yardstick under gunicorn: no framework, the same SQL statements over psycopg, the rows as JSON by orjson."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import set_json_loads

PLAN = orjson.loads(Path(os.environ["BENCH_PLAN"]).read_bytes())
set_json_loads(orjson.loads)
connection = psycopg.connect(PLAN["database"], autocommit=True, row_factory=dict_row)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Run the statements that one request of the product runs, in one transaction; answer with the last one's rows."""
    with connection.transaction():
        for statement in PLAN["statements"]:
            rows = connection.execute(statement, prepare=True).fetchall()
    body = orjson.dumps({"results": rows})
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
