"""The tasks: each makes one service call."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from assessments.backtests.services import fail_backtest, run_batch
from assessments.backtests.services import follow_shadows as follow_all_shadows
from assessments.engine.text import Text
from assessments.fees.services import estimate_stale
from assessments.metrics.services import fail_import
from assessments.metrics.services import run_import as run_one_import
from assessments.periods.services import recompute_stale
from tasks.base import on_message, serve_next
from tasks.celery import app
from tasks.schedule import NEXT_TURN
from tasks.sweeping import sweep_agency, sweep_platform
from tasks.watching import watched
from tenants.door import Scope, active_agencies
from tenants.services import provision_agency as provision_one_agency

log = logging.getLogger(__name__)

GAVE_UP = Text(
    zh="处理多次失败，已放弃。请重新上传；若再次出现，请联系平台。",
    en="Reading it failed several times and was given up. Upload it again; if it recurs, contact the platform.",
)

BACKTEST_GIVEN_UP = Text(
    zh="回测多次失败，已放弃。请重新回测；若再次出现，请联系平台。",
    en="The backtest failed several times and was given up. Start it again; if it recurs, contact the platform.",
)


def give_up_import(*, now: datetime, upload: str, **_newer: Any) -> None:
    """An upload must not wait for ever for work that was set aside."""
    fail_import(upload_id=UUID(upload), reason=GAVE_UP, at=now)


@on_message(give_up=give_up_import)
def run_import(*, scope: Scope, now: datetime, upload: str, **_newer: Any) -> None:
    """FileUploaded: read the file."""
    with watched(schema=scope.schema_name, upload_id=UUID(upload)) as progress:
        run_one_import(upload_id=UUID(upload), at=now, today=scope.today(now), progress=progress)


@on_message()
def recompute_stores(*, scope: Scope, now: datetime, **_newer: Any) -> None:
    """StoresChanged: compute one batch of whatever is stale now."""
    recompute_stale(today=scope.today(now))


@on_message()
def estimate_refunds(*, scope: Scope, now: datetime, **_newer: Any) -> None:
    """StoresRecomputed: estimate one batch of whatever is behind now."""
    estimate_stale(today=scope.today(now))


@on_message()
def follow_shadows(*, scope: Scope, now: datetime, **_newer: Any) -> None:
    """StoresEstimated, ShadowsWait: compare one batch of every shadow run with what is live."""
    follow_all_shadows(today=scope.today(now))


def give_up_backtest(*, now: datetime, backtest: str, **_newer: Any) -> None:
    """A backtest must not run for ever on work that was set aside."""
    fail_backtest(backtest_id=UUID(backtest), reason=BACKTEST_GIVEN_UP, at=now)


@on_message(give_up=give_up_backtest)
def run_backtest(*, scope: Scope, now: datetime, backtest: str, **_newer: Any) -> None:
    """BacktestWaits: compare the next stores."""
    run_batch(backtest_id=UUID(backtest), at=now)


@on_message(opens_own_doors=True)
def provision_agency(*, schema: str, owner: str, password_hash: str, **_newer: Any) -> None:
    """AgencyRequested: make schema, role, tables and first owner. Runs on the `provision` queue only."""
    provision_one_agency(schema=schema, owner=owner, password_hash=password_hash)


@app.task(name="sweep")
def sweep() -> None:
    """Every half minute, over all agencies: what was lost is found again."""
    now = timezone.now()
    sweep_platform(now=now)
    for schema in active_agencies():
        try:
            sweep_agency(schema=schema, now=now)
        except Exception:
            # One agency's trouble must not keep the others from being swept.
            log.exception("sweeping %s failed", schema)


@app.task(name=NEXT_TURN)
def next_turn() -> None:
    """Rung by a worker that is done with its message: whoever waits longest is next."""
    serve_next()
