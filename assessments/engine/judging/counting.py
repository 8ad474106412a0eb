"""Counting failing months: what is known, what could still come, and from which day nothing can change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from assessments.engine.outcomes import MonthState, Outcome
from assessments.engine.results import MonthVerdict

_UNSURE = (MonthState.NO_DATA, MonthState.LINE_NOT_SET)


@dataclass(frozen=True)
class Tally:
    """Months against a limit. `limit` None = not set. With `forgiving`, a month without data does not fail.

    Without slots: counts that several verdicts rest on are counted once and kept.
    """

    months: tuple[MonthVerdict, ...]
    limit: int | None
    consecutive: bool
    forgiving: bool = False

    @cached_property
    def best(self) -> int:
        """Failures when every month that is not known passes."""
        return self._count([month.state is MonthState.FAILED for month in self.months])

    @cached_property
    def worst(self) -> int:
        """Failures so far when every judged month that is not known fails."""
        return self._count([self._may_have_failed(month) for month in self.months])

    @cached_property
    def worst_to_come(self) -> int:
        """Failures at the end of the period when every month that is not known or still to come fails."""
        judged = sum(month.state is not MonthState.PENDING for month in self.months)
        return self._count(self._open_from(judged))

    @property
    def failures(self) -> int:
        """Known failures that still count: all of them, or the run that the last judged month ends."""
        if not self.consecutive or self.is_missed:
            return self.best
        judged = [month.state is MonthState.FAILED for month in self.months if month.state is not MonthState.PENDING]
        return next((at for at, failed in enumerate(reversed(judged)) if not failed), len(judged))

    @property
    def left(self) -> int | None:
        """Failures that are left before the period fails; 0 once it has."""
        if self.limit is None:
            return None
        return 0 if self.is_missed else max(self.limit - self.failures, 0)

    @property
    def is_missed(self) -> bool:
        """Whether the limit is reached whatever the unknown months were."""
        return self.limit is not None and self.best >= self.limit

    @property
    def is_safe(self) -> bool:
        """Whether the limit can no longer be reached."""
        return self.limit is not None and self.worst_to_come < self.limit

    @property
    def has_pending(self) -> bool:
        """Whether a month is still to be judged."""
        return any(month.state is MonthState.PENDING for month in self.months)

    @property
    def outcome(self) -> Outcome:
        """Settled verdict."""
        if self.is_missed:
            return Outcome.MISSED
        if self.has_pending:
            return Outcome.PENDING
        return Outcome.MET if self.is_safe else self._unknown

    @property
    def live(self) -> Outcome:
        """Verdict if the period were judged today, on the months that are over."""
        if self.is_missed:
            return Outcome.MISSED
        states = {month.state for month in self.months}
        if self.limit is None:
            return Outcome.LINE_NOT_SET
        if states <= {MonthState.PENDING}:
            return Outcome.PENDING
        known = states & {MonthState.PASSED, MonthState.FAILED}
        return Outcome.MET if known and self.worst < self.limit else self._unknown

    def decided_on(self, starts_on: date) -> date | None:
        """Return the first day from which the outcome could no longer change, as far as the months are known."""
        if self.limit is None:
            return None
        if self.limit > len(self.months):
            return starts_on
        known, possible, to_come = _Count(self.consecutive), _Count(self.consecutive), len(self.months)
        for month in self.months:
            if month.state is MonthState.PENDING:
                return None
            to_come -= 1
            known.see(month.state is MonthState.FAILED)
            possible.see(self._may_have_failed(month))
            if known.most >= self.limit or possible.most_with(to_come) < self.limit:
                return month.judged_on
        return None

    @property
    def _unknown(self) -> Outcome:
        unset = self.limit is None or any(month.state is MonthState.LINE_NOT_SET for month in self.months)
        return Outcome.LINE_NOT_SET if unset else Outcome.NO_DATA

    def _may_have_failed(self, month: MonthVerdict) -> bool:
        if self.forgiving and month.state is MonthState.NO_DATA:
            return False
        return month.state is MonthState.FAILED or month.state in _UNSURE

    def _open_from(self, start: int) -> list[bool]:
        """Tell of each month whether it may fail, when every month from number `start` on is still open."""
        return [at >= start or self._may_have_failed(month) for at, month in enumerate(self.months)]

    def _count(self, failing: Sequence[bool]) -> int:
        if not self.consecutive:
            return sum(failing)
        return max((len(list(run)) for failed, run in groupby(failing) if failed), default=0)


@dataclass(slots=True)
class _Count:
    """Failing months seen one after another: all of them, or, `consecutive`, the longest run."""

    consecutive: bool
    run: int = 0
    most: int = 0

    def see(self, failed: bool) -> None:
        """Take one more month into the count."""
        self.run = self.run + failed if failed or not self.consecutive else 0
        self.most = max(self.most, self.run)

    def most_with(self, more: int) -> int:
        """Return the count if so many months that come next fail as well."""
        return max(self.most, self.run + more)
