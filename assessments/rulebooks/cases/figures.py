"""The frame of a period case, and its figures: scores, sales, whole series, the newest value."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from assessments.engine import MonthValue, PlannedPeriod, Rulebook
from assessments.engine.calendar import months_between
from assessments.engine.judging.scores import series_part
from assessments.engine.language.assessment import AssessmentBody, MonthlyScore, Total
from assessments.rulebooks.cases.values import CaseMistake, Keys, is_missing_word, last_day, to_decimal, to_month


@dataclass(frozen=True, slots=True)
class Frame:
    """What a period case is about: the rulebook, its rules and the period."""

    book: Rulebook
    body: AssessmentBody
    period: PlannedPeriod

    @property
    def months(self) -> tuple[date, ...]:
        """First days of the period's months."""
        return months_between(self.period.starts_on, self.period.ends_before)

    @property
    def score(self) -> MonthlyScore | None:
        """The monthly score requirement, if the rulebook has one."""
        return next((rule for rule in self.body.requirements if isinstance(rule, MonthlyScore)), None)

    @property
    def total(self) -> Total | None:
        """The total requirement, if the rulebook has one."""
        return next((rule for rule in self.body.requirements if isinstance(rule, Total)), None)


def read_series(frame: Frame, given: Keys) -> tuple[dict[str, tuple[MonthValue, ...]], date | None]:
    """Read scores, sales and whole series; also the last month-end for which a figure is given."""
    found: dict[str, dict[date, MonthValue]] = {}
    ends: list[date] = []
    if "scores" in given and frame.score is not None:
        found |= {part.metric: {} for part in frame.score.series}
    if "sales" in given and frame.total is not None:
        found[frame.total.metric] = {}
    for month, value in _monthly(frame, given, "scores", "score_rest", ends):
        if frame.score is None:
            raise CaseMistake(given.at("scores"), "this rulebook has no monthly score")
        metric = series_part(frame.score, last_day(month)).metric
        found.setdefault(metric, {})[month] = MonthValue(month, closing=value, latest=value, latest_on=last_day(month))
    for month, value in _monthly(frame, given, "sales", "sales_rest", ends) or _spread(frame, given, ends):
        metric = frame.total.metric if frame.total else "sales_amount"
        found.setdefault(metric, {})[month] = MonthValue(month, total=value)
    for metric, table in given.table("series").items():
        for name, row in Keys(table, f"{given.at('series')}.{metric}").left.items():
            whole = _month_value(name, Keys(row, f"{given.at('series')}.{metric}.{name}"))
            found.setdefault(metric, {})[whole.month] = whole
            ends.append(last_day(whole.month))
    _add_latest(frame, given, found)
    ordered = {metric: tuple(months[month] for month in sorted(months)) for metric, months in found.items()}
    return ordered, min(max(ends), frame.period.ends_before - timedelta(days=1)) if ends else None


def _monthly(frame: Frame, given: Keys, key: str, rest_key: str, ends: list[date]) -> list[tuple[date, Decimal]]:
    """Read one number a month: a list from the period's first month on, or month → number; "-" is no data."""
    table, path = given.take(key, {}), given.at(key)
    if isinstance(table, list):
        if len(table) > len(frame.months):
            raise CaseMistake(path, f"{len(table)} numbers, but the period has {len(frame.months)} months")
        table = dict(zip([f"{month:%Y-%m}" for month in frame.months], table, strict=False))
    named = {to_month(name, f"{path}.{name}"): value for name, value in Keys(table, path).left.items()}
    if rest_key in given:
        rest = given.take(rest_key)
        named = dict.fromkeys(frame.months, rest) | named
    ends.extend(last_day(month) for month in named)
    return [
        (month, to_decimal(value, f"{path}.{month:%Y-%m}"))
        for month, value in sorted(named.items())
        if not is_missing_word(value)
    ]


def _spread(frame: Frame, given: Keys, ends: list[date]) -> list[tuple[date, Decimal]]:
    """Spread sales_total evenly over the months up to as_of, so that no month is without business."""
    total = given.decimal("sales_total")
    if total is None:
        return []
    as_of = given.left.get("as_of")
    until = to_month(as_of, given.at("as_of")) if as_of else max(ends, default=frame.months[-1])
    months = [month for month in frame.months if month <= until]
    if not months:
        raise CaseMistake(given.at("as_of"), "lies before the period")
    ends.append(last_day(months[-1]))
    part = (total / len(months)).quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    return [(months[0], total - part * (len(months) - 1)), *((month, part) for month in months[1:])]


def _month_value(name: str, row: Keys) -> MonthValue:
    value = MonthValue(
        month=to_month(name, row.path),
        total=row.decimal("total"),
        closing=row.decimal("closing"),
        latest=row.decimal("latest"),
        latest_on=row.date("latest_on"),
        days=row.whole("days"),
    )
    row.close("total, closing, latest, latest_on, days")
    return value


def _add_latest(frame: Frame, given: Keys, found: dict[str, dict[date, MonthValue]]) -> None:
    if "latest" not in given:
        return
    keys = Keys(given.take("latest"), given.at("latest"))
    on, value = keys.date("on"), keys.decimal("value")
    keys.close("on, value")
    if on is None or value is None or frame.score is None:
        raise CaseMistake(keys.path, "needs on and value, and a rulebook with a monthly score")
    metric = series_part(frame.score, on).metric
    month = found.setdefault(metric, {}).get(on.replace(day=1), MonthValue(on.replace(day=1)))
    found[metric][month.month] = replace(month, latest=value, latest_on=on)


def read_daily(frame: Frame, given: Keys) -> tuple[dict[str, dict[date, Decimal | None]], date | None]:
    """Read days from the period's first on: metric → list of { days, value }; "-" is no data. Also the last day."""
    found: dict[str, dict[date, Decimal | None]] = {}
    last: date | None = None
    for metric, rows in given.table("daily").items():
        on = frame.period.starts_on
        for at, row in enumerate(rows):
            keys = Keys(row, f"{given.at('daily')}.{metric}[{at}]")
            days, value = keys.whole("days", 1) or 1, keys.need("value")
            keys.close("days, value")
            for _ in range(days):
                read = None if is_missing_word(value) else to_decimal(value, keys.at("value"))
                found.setdefault(metric, {})[on] = read
                last, on = on, on + timedelta(days=1)
    return found, last
