"""The engine: facts and a rulebook in, a verdict with its arithmetic out. No Django, no clock, no I/O, no float."""

from assessments.engine.calendar import PlannedPeriod, checkpoint_days, plan_periods, version_on
from assessments.engine.codec import canonical_json, decimal_text, digest_of, facts_from_json, result_from_json
from assessments.engine.explaining.explain import explain, number, say, word
from assessments.engine.facts import (
    CategorySales,
    Exit,
    ExitReason,
    Facts,
    FeeFacts,
    MonthValue,
    Rating,
    ScoreFacts,
    StoreFacts,
    ViolationFact,
)
from assessments.engine.judging.assessing import assess
from assessments.engine.judging.ladder import climb, reached_standing
from assessments.engine.judging.probation import assess_probation
from assessments.engine.language.mistakes import Mistake, RulebookErrors
from assessments.engine.language.reading import Rulebook, parse_canonical, parse_rulebook
from assessments.engine.lines import table_value
from assessments.engine.needing import MetricNeed, Needs, needs
from assessments.engine.outcomes import FeeBasis, MonthState, Outcome, SettlementState, Standing
from assessments.engine.results import (
    Assessment,
    Assumption,
    Checkpoint,
    Consequence,
    MonthVerdict,
    PartScore,
    Provenance,
    Reason,
    RequirementResult,
    Result,
    RulebookRef,
    ScoreCheck,
    ScoreResult,
    Settlement,
    Step,
    SumLine,
    Warned,
)
from assessments.engine.scoring import score
from assessments.engine.settling.settle import settle
from assessments.engine.text import Text
from assessments.engine.version import ENGINE_VERSION

__all__ = [
    "ENGINE_VERSION",
    "Assessment",
    "Assumption",
    "CategorySales",
    "Checkpoint",
    "Consequence",
    "Exit",
    "ExitReason",
    "Facts",
    "FeeBasis",
    "FeeFacts",
    "MetricNeed",
    "Mistake",
    "MonthState",
    "MonthValue",
    "MonthVerdict",
    "Needs",
    "Outcome",
    "PartScore",
    "PlannedPeriod",
    "Provenance",
    "Rating",
    "Reason",
    "RequirementResult",
    "Result",
    "Rulebook",
    "RulebookErrors",
    "RulebookRef",
    "ScoreCheck",
    "ScoreFacts",
    "ScoreResult",
    "Settlement",
    "SettlementState",
    "Standing",
    "Step",
    "StoreFacts",
    "SumLine",
    "Text",
    "ViolationFact",
    "Warned",
    "assess",
    "assess_probation",
    "canonical_json",
    "checkpoint_days",
    "climb",
    "decimal_text",
    "digest_of",
    "explain",
    "facts_from_json",
    "needs",
    "number",
    "parse_canonical",
    "parse_rulebook",
    "plan_periods",
    "reached_standing",
    "result_from_json",
    "say",
    "score",
    "settle",
    "table_value",
    "version_on",
    "word",
]
