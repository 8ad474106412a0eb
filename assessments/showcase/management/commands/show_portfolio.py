"""Print an agency's portfolio as a table; with --wait, when the worker has computed everything."""

import time
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from assessments.metrics.models import Import
from assessments.periods.models import StoreStanding
from assessments.showcase.board import build_table
from assessments.stores.models import Store
from assessments.stores.queries import count_stale
from tenants.door import NoSuchAgency, agency_scope

POLL_SECONDS = 0.5
WIDEST = 400


class Command(BaseCommand):
    help = "Print the portfolio of an agency, the riskiest store first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", default="demo")
        parser.add_argument("--wait", type=int, default=0, help="seconds to wait for the worker")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.wait_for_worker(options["agency"], options["wait"])
            with agency_scope(slug=options["agency"]):
                rows = list(StoreStanding.objects.order_by("-risk", "store__name"))
        except NoSuchAgency:
            raise CommandError(f"没有服务商 {options['agency']} / no agency {options['agency']}") from None
        table = build_table(rows)
        # As wide as the table needs: a cut figure is worse than a line that wraps.
        console = Console(file=cast(IO[str], self.stdout), width=WIDEST)
        console.width = console.measure(table).maximum
        console.print(table)

    def wait_for_worker(self, slug: str, seconds: int) -> None:
        """Follow the rows, not the queue: done is when no import waits and no store is stale."""
        deadline = time.monotonic() + seconds
        said = ""
        while True:
            with agency_scope(slug=slug):
                waiting = Import.objects.filter(state=Import.State.QUEUED).count()
                imports, stale, stores = Import.objects.count(), count_stale(), Store.objects.count()
            line = f"导入 imports {imports - waiting}/{imports} · 店铺 stores {stores - stale}/{stores}"
            if line != said and seconds:
                self.stderr.write(line)
                said = line
            if not waiting and not stale:
                return
            if time.monotonic() > deadline:
                if seconds:
                    raise CommandError(f"{seconds} 秒内未算完 / not finished in {seconds} s: {line}")
                return
            time.sleep(POLL_SECONDS)
