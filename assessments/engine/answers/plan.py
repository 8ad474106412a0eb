"""The must-be plan: what each remaining day and month-end of a period must look like for the store to pass."""

from dataclasses import dataclass
from datetime import date, timedelta

from assessments.engine.answers.due_gates import list_every_gate
from assessments.engine.answers.gates import Gate
from assessments.engine.answers.possible import DEFAULT_RANGES, Ranges, Reach, all_must_hold
from assessments.engine.calendar import PlannedPeriod
from assessments.engine.facts import StoreFacts
from assessments.engine.judging.probation import judge_period
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import Outcome
from assessments.engine.results import Operands, RulebookRef, Step


@dataclass(frozen=True, slots=True)
class Plan:
    """What is left of a period. All gates must hold: `decided_by` names those that are lost, when any is."""

    rulebook: RulebookRef
    store: str
    phase: str
    number: int
    starts_on: date
    ends_before: date
    as_of: date
    reach: Reach
    days_left: int
    gates: tuple[Gate, ...]
    decided_by: tuple[str, ...]
    ranges: Ranges
    steps: tuple[Step, ...] = ()

    @property
    def parts(self) -> tuple[Gate, ...]:
        """The gates, for telling."""
        return self.gates


def plan(rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, ranges: Ranges = DEFAULT_RANGES) -> Plan:
    """Plan the rest of a period from its figures up to `as_of`, within the ranges.

    Raises ValueError only when the rulebook judges no periods.
    """
    verdict = judge_period(rulebook, period, facts)
    is_exempt = verdict.outcome is Outcome.EXEMPT
    gates = () if is_exempt else list_every_gate(rulebook, period, facts, verdict, ranges)
    reach = Reach.EXEMPT if is_exempt else all_must_hold(gate.reach for gate in gates)
    last_day = period.ends_before - timedelta(days=1)
    from_day = max(facts.as_of + timedelta(days=1), period.starts_on)
    days_left = max((last_day - from_day).days + 1, 0)
    lost = tuple(gate.id for gate in gates if gate.reach is Reach.ELIMINATED)
    values: Operands = {
        "as_of": facts.as_of,
        "until": last_day,
        "days": days_left,
        "gates": tuple(gate.name for gate in gates if gate.reach is reach),
    }
    return Plan(
        rulebook=rulebook.ref,
        store=facts.store,
        phase=period.phase,
        number=period.number,
        starts_on=period.starts_on,
        ends_before=period.ends_before,
        as_of=facts.as_of,
        reach=reach,
        days_left=days_left,
        gates=gates,
        decided_by=lost,
        ranges=ranges,
        steps=(Step("requirements", f"plan_{reach.value}", values),),
    )
