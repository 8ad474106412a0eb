"""The words that verdicts are given in."""

from enum import StrEnum


class Outcome(StrEnum):
    """The verdict on a period or on one requirement of it."""

    MET = "met"
    MISSED = "missed"
    PENDING = "pending"
    NO_DATA = "no_data"
    LINE_NOT_SET = "line_not_set"
    EXEMPT = "exempt"


class MonthState(StrEnum):
    """The verdict on one month of a score requirement."""

    PASSED = "passed"
    FAILED = "failed"
    NO_DATA = "no_data"
    PENDING = "pending"
    LINE_NOT_SET = "line_not_set"


class Standing(StrEnum):
    """How a store stands. UNKNOWN is grey: a store whose figures are missing is never CLEAR."""

    CLEAR = "clear"
    UNKNOWN = "unknown"
    WATCH = "watch"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    FAILED = "failed"
    SUPERVISED = "supervised"
    REMOVED = "removed"


class SettlementState(StrEnum):
    """How far a settlement can be trusted: final, an estimate, or stopped by something that only a person can give."""

    SETTLED = "settled"
    ESTIMATE = "estimate"
    QUESTION = "question"
    NO_DATA = "no_data"
    LINE_NOT_SET = "line_not_set"


class FeeBasis(StrEnum):
    """What a settlement assumes about the rest of the year."""

    AS_RECORDED = "as_recorded"
    LEAVE_TODAY = "leave_today"
    STAY = "stay"
