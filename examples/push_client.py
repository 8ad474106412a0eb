"""Push a CSV of figures to Kaohe, part by part: plain Python, nothing to install.

    KAOHE_TOKEN=kaohe_… python examples/push_client.py http://demo.localhost:8000 figures.csv

The CSV (UTF-8) has the columns `store` (shop id or Kaohe's id) and `day`, and one column per metric, headed by its
code in the catalogue (GET /api/v1/metrics/). A cell is a plain decimal; an empty one is not sent, and `-` is sent as
no data.

Every part goes with an Idempotency-Key made of the run's name and the part's number, so a part that is sent again,
because its answer was lost, takes effect once. To go on with a run that broke off, give its name with --run. Ends with
0 when everything was taken, 1 when rows were rejected, 2 when a part could not be delivered.
"""

import argparse
import csv
import http.client
import json
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib import error, request

PATH = "/api/v1/observations:bulk"
PART = 1_000  # Rows; 5,000 and 5 MB are the most that one push holds.
ATTEMPTS = 6
FIRST_WAIT, LONGEST_WAIT = 1, 60  # Seconds.
AGAIN = frozenset({429, 500, 502, 503, 504})
COUNTS = ("rows_in", "created", "changed", "unchanged", "rejected")


class Undelivered(Exception):  # noqa: N818 - named as people say it
    """A part was refused as a whole, or nobody answered often enough."""


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a CSV as the API takes them: numbers stay text, so that none of their digits is lost."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            cells = {name: (text or "").strip() for name, text in line.items() if name}
            store, day = cells.pop("store", ""), cells.pop("day", "")
            values = {code: None if text == "-" else text for code, text in cells.items() if text}
            yield {"store": store, "day": day, "values": values}


def in_parts(rows: Iterable[dict[str, Any]], size: int = PART) -> Iterator[list[dict[str, Any]]]:
    """Rows in lists of `size`, the last one shorter."""
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def build_request(
    *, server: str, token: str, rows: list[dict[str, Any]], key: str, dry_run: bool = False, host: str = ""
) -> request.Request:
    """One part as a POST of NDJSON. `host` names the agency where its name does not resolve to the server."""
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/x-ndjson",
        "Idempotency-Key": key,
        **({"Host": host} if host else {}),
    }
    url = f"{server.rstrip('/')}{PATH}{'?dry_run=true' if dry_run else ''}"
    return request.Request(url, data=lines.encode(), headers=headers, method="POST")  # noqa: S310 - the caller's server


def open_url(asked: request.Request) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; an answer of 400 and above is an answer like any other."""
    try:
        with request.urlopen(asked, timeout=120) as answer:  # noqa: S310 - the caller's server
            return answer.status, dict(answer.headers), answer.read()
    except error.HTTPError as answer:
        return answer.code, dict(answer.headers), answer.read()


def deliver(
    asked: request.Request,
    *,
    send: Callable[[request.Request], tuple[int, dict[str, str], bytes]] = open_url,
    wait: Callable[[float], None] = time.sleep,
) -> dict[str, Any]:
    """Send until there is an answer to keep; the pause doubles each time, or is what the server asks for."""
    pause, last = FIRST_WAIT, ""
    for attempt in range(ATTEMPTS):
        if attempt:
            wait(min(pause, LONGEST_WAIT))
            pause *= 2
        try:
            status, headers, body = send(asked)
        except (OSError, http.client.HTTPException) as failure:
            last = str(failure)
            continue
        if status == 200:
            answer: dict[str, Any] = json.loads(body)
            return answer
        last = f"{status} {body.decode('utf-8', 'replace')[:500]}"
        if status not in AGAIN:
            break
        asked_for = {name.lower(): text for name, text in headers.items()}.get("retry-after", "")
        pause = int(asked_for) if asked_for.isdecimal() else pause
    raise Undelivered(last)


def push(
    rows: Iterable[dict[str, Any]],
    *,
    server: str,
    token: str,
    run: str,
    host: str = "",
    dry_run: bool = False,
    size: int = PART,
    send: Callable[[request.Request], tuple[int, dict[str, str], bytes]] = open_url,
    wait: Callable[[float], None] = time.sleep,
    say: Callable[[str], None] = print,
) -> dict[str, int]:
    """Push all rows and say what was rejected, by row of the CSV (its headings are row 1). Returns the counts."""
    total = dict.fromkeys(COUNTS, 0)
    for number, part in enumerate(in_parts(rows, size)):
        asked = build_request(server=server, token=token, rows=part, key=f"{run}-{number}", dry_run=dry_run, host=host)
        answer = deliver(asked, send=send, wait=wait)
        total = {name: total[name] + answer[name] for name in COUNTS}
        for found in answer["rejections"]:
            place = f"{number * size + found['row'] + 1}: {found['store']} {found['day']} {found['metric']}"
            say(f"{place} {found['value']}: {found['zh']} / {found['en']}")
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("server", help="for example https://acme.example.com")
    parser.add_argument("csv", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="check and count, and write nothing")
    parser.add_argument("--run", default="", help="name of a run that broke off")
    parser.add_argument("--host", default="", help="the agency's host, where its name does not resolve")
    asked = parser.parse_args()
    run = asked.run or uuid.uuid4().hex
    try:
        total = push(
            read_rows(asked.csv),
            server=asked.server,
            token=os.environ["KAOHE_TOKEN"],
            run=run,
            host=asked.host,
            dry_run=asked.dry_run,
        )
    except Undelivered as failure:
        print(f"{failure}\n--run {run}", file=sys.stderr)
        return 2
    print(", ".join(f"{name} {count}" for name, count in total.items()))
    return 1 if total["rejected"] else 0


if __name__ == "__main__":
    sys.exit(main())
