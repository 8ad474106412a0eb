"""Which task follows which event. The whole asynchronous behaviour is this table and tasks/schedule.py."""

from assessments.backtests.events import BacktestWaits, ShadowsWait
from assessments.fees.events import StoresEstimated
from assessments.metrics.events import FileUploaded
from assessments.periods.events import StoresRecomputed
from assessments.stores.events import StoresChanged
from core.outbox.events import Event
from tenants.events import AgencyRequested

WIRING: dict[type[Event], tuple[str, ...]] = {
    AgencyRequested: ("provision_agency",),
    FileUploaded: ("run_import",),
    StoresChanged: ("recompute_stores",),
    StoresRecomputed: ("estimate_refunds",),
    StoresEstimated: ("follow_shadows",),
    ShadowsWait: ("follow_shadows",),
    BacktestWaits: ("run_backtest",),
}
