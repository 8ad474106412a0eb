"""The engine: facts and a rulebook in, a verdict with its arithmetic out. No Django, no clock, no I/O, no float."""

from assessments.engine.answers.arithmetic import MeanNeed, SumNeed, need_mean, need_sum
from assessments.engine.answers.bounds import GateInterval, Intervals, MissingFile, find_intervals
from assessments.engine.answers.certainty import Certainty, Proof, prove
from assessments.engine.answers.changes import (
    AddTotal,
    Change,
    ChooseOption,
    JudgeOn,
    LeaveOn,
    SetClosing,
    SetLine,
    SetSales,
    SetScore,
)
from assessments.engine.answers.clock import Clock, GateClock, NextFailure, read_clock
from assessments.engine.answers.days import DaysNeed, need_days
from assessments.engine.answers.exits import ExitPlan, ExitSpan, plan_exit
from assessments.engine.answers.fee_bounds import FeeIntervals, MeanInterval, MissingFigure, find_fee_intervals
from assessments.engine.answers.gates import Gate
from assessments.engine.answers.levers import FeeYear, Lever, Levers, find_levers
from assessments.engine.answers.month_ends import CountNeed, MonthEnd
from assessments.engine.answers.plan import Plan, plan
from assessments.engine.answers.possible import Range, Ranges, Reach
from assessments.engine.answers.ratios import RatioNeed, need_ratio
from assessments.engine.answers.refunds import RefundStep, RefundView, ScoreMoney, value_refund
from assessments.engine.answers.telling import tell
from assessments.engine.answers.verdicts import Carried, Verdicts, compare_verdicts
from assessments.engine.answers.what_if import FeeWhatIf, Flip, WhatIf, ask_fee_what_if, ask_what_if
from assessments.engine.answers.windows import WindowMean, WindowRatio, need_window_mean, need_window_ratio
from assessments.engine.billing import bill, charged_days
from assessments.engine.calendar import PlannedPeriod, checkpoint_days, plan_periods, version_on
from assessments.engine.checking_health import rate_health
from assessments.engine.codec import canonical_json, decimal_text, digest_of, facts_from_json, result_from_json
from assessments.engine.deriving import derive_metrics
from assessments.engine.describing.differing import diff_rulebooks
from assessments.engine.describing.prose import describe
from assessments.engine.describing.schema import rulebook_json_schema
from assessments.engine.explaining.explain import explain, say
from assessments.engine.explaining.writing import number, word
from assessments.engine.facts import (
    CategorySales,
    ChatLine,
    CommissionFacts,
    Exit,
    ExitReason,
    Facts,
    FeeFacts,
    HealthFacts,
    MetricFacts,
    MonthValue,
    OrderFact,
    PointsFacts,
    Rating,
    ScoreFacts,
    StoreFacts,
    ViolationFact,
)
from assessments.engine.judging.assessing import assess
from assessments.engine.judging.ladder import climb, reached_standing
from assessments.engine.judging.probation import assess_probation, judge_period
from assessments.engine.language.mistakes import Mistake, RulebookErrors
from assessments.engine.language.reading import Rulebook, parse_canonical, parse_rulebook
from assessments.engine.lines import table_value
from assessments.engine.needing import MetricNeed, Needs, needs
from assessments.engine.outcomes import FeeBasis, MonthState, Outcome, SettlementState, Standing
from assessments.engine.pointing import count_points
from assessments.engine.proof import WrittenRevision, find_changed_inputs, mark_inputs, write_revision
from assessments.engine.results import (
    Assessment,
    Assumption,
    Checkpoint,
    Commission,
    Consequence,
    HealthMeasure,
    HealthResult,
    LadderResult,
    Measure,
    MetricResult,
    MetricsResult,
    MonthVerdict,
    PartScore,
    PointsResult,
    Provenance,
    RankingResult,
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
    "AddTotal",
    "Assessment",
    "Assumption",
    "Carried",
    "CategorySales",
    "Certainty",
    "Change",
    "ChatLine",
    "Checkpoint",
    "ChooseOption",
    "Clock",
    "Commission",
    "CommissionFacts",
    "Consequence",
    "CountNeed",
    "DaysNeed",
    "Exit",
    "ExitPlan",
    "ExitReason",
    "ExitSpan",
    "Facts",
    "FeeBasis",
    "FeeFacts",
    "FeeIntervals",
    "FeeWhatIf",
    "FeeYear",
    "Flip",
    "Gate",
    "GateClock",
    "GateInterval",
    "HealthFacts",
    "HealthMeasure",
    "HealthResult",
    "Intervals",
    "JudgeOn",
    "LadderResult",
    "LeaveOn",
    "Lever",
    "Levers",
    "MeanInterval",
    "MeanNeed",
    "Measure",
    "MetricFacts",
    "MetricNeed",
    "MetricResult",
    "MetricsResult",
    "MissingFigure",
    "MissingFile",
    "Mistake",
    "MonthEnd",
    "MonthState",
    "MonthValue",
    "MonthVerdict",
    "Needs",
    "NextFailure",
    "OrderFact",
    "Outcome",
    "PartScore",
    "Plan",
    "PlannedPeriod",
    "PointsFacts",
    "PointsResult",
    "Proof",
    "Provenance",
    "Range",
    "Ranges",
    "RankingResult",
    "Rating",
    "RatioNeed",
    "Reach",
    "Reason",
    "RefundStep",
    "RefundView",
    "RequirementResult",
    "Result",
    "Rulebook",
    "RulebookErrors",
    "RulebookRef",
    "ScoreCheck",
    "ScoreFacts",
    "ScoreMoney",
    "ScoreResult",
    "SetClosing",
    "SetLine",
    "SetSales",
    "SetScore",
    "Settlement",
    "SettlementState",
    "Standing",
    "Step",
    "StoreFacts",
    "SumLine",
    "SumNeed",
    "Text",
    "Verdicts",
    "ViolationFact",
    "Warned",
    "WhatIf",
    "WindowMean",
    "WindowRatio",
    "WrittenRevision",
    "ask_fee_what_if",
    "ask_what_if",
    "assess",
    "assess_probation",
    "bill",
    "canonical_json",
    "charged_days",
    "checkpoint_days",
    "climb",
    "compare_verdicts",
    "count_points",
    "decimal_text",
    "derive_metrics",
    "describe",
    "diff_rulebooks",
    "digest_of",
    "explain",
    "facts_from_json",
    "find_changed_inputs",
    "find_fee_intervals",
    "find_intervals",
    "find_levers",
    "judge_period",
    "mark_inputs",
    "need_days",
    "need_mean",
    "need_ratio",
    "need_sum",
    "need_window_mean",
    "need_window_ratio",
    "needs",
    "number",
    "parse_canonical",
    "parse_rulebook",
    "plan",
    "plan_exit",
    "plan_periods",
    "prove",
    "rate_health",
    "reached_standing",
    "read_clock",
    "result_from_json",
    "rulebook_json_schema",
    "say",
    "score",
    "settle",
    "table_value",
    "tell",
    "value_refund",
    "version_on",
    "word",
    "write_revision",
]
