"""What happens to backtests and shadow runs."""

from dataclasses import dataclass

from core.outbox.events import Event


@dataclass(frozen=True, slots=True)
class BacktestWaits(Event):
    """A backtest has stores that were not compared yet."""

    backtest: str


@dataclass(frozen=True, slots=True)
class ShadowsWait(Event):
    """Some store of a shadow run was computed anew since it was last compared."""

    stores: int
