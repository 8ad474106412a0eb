"""Cases of kind "settlement": a fee year."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessments.engine import (
    CategorySales,
    Exit,
    FeeBasis,
    FeeFacts,
    MonthValue,
    Rulebook,
    Settlement,
    settle,
)
from assessments.engine.calendar import months_between
from assessments.engine.language.fee import FeeBody
from assessments.rulebooks.cases.books import Books
from assessments.rulebooks.cases.commission import read_exit, settlement_answers
from assessments.rulebooks.cases.points import read_violations
from assessments.rulebooks.cases.values import (
    CaseMistake,
    Keys,
    is_missing_word,
    last_day,
    to_date,
    to_decimal,
    to_month,
)
from assessments.rulebooks.cases.values import to_number as read_number


def run_settlement(books: Books, given: Keys) -> tuple[Settlement, dict[str, Any]]:
    """Settle the fee year that a case describes."""
    year = given.whole("year")
    if year is None:
        year = _year_of(given)
    book = books.on(date(year, 1, 1), "annual")
    if not isinstance(book.body, FeeBody):
        raise CaseMistake("rulebook", f"{book.version} is not a fee rulebook")
    basis = given.text("basis", "as_recorded")
    if basis not in {each.value for each in FeeBasis}:
        raise CaseMistake(given.at("basis"), f"one of {', '.join(each.value for each in FeeBasis)}")
    facts = _facts(book, book.body, given, year)
    given.close()
    result = settle(book, facts, FeeBasis(basis))
    return result, settlement_answers(result)


def _year_of(given: Keys) -> int:
    leaving = given.left.get("exit")
    if isinstance(leaving, Mapping) and "applied_on" in leaving:
        return to_date(leaving["applied_on"], given.at("exit.applied_on")).year
    raise CaseMistake(given.at("year"), "is needed")


def _facts(book: Rulebook, body: FeeBody, given: Keys, year: int) -> FeeFacts:
    leaving = read_exit(given)
    entered_on = given.date("entered_on")
    go_live_on = given.date("go_live_on") or entered_on or date(year - 2, 1, 1)
    activated_on = given.date("activated_on") or entered_on
    as_of = given.date("as_of") or _default_as_of(body, leaving, year)
    metrics = body.score.metrics if body.score else ()
    first = go_live_on.replace(day=1) if go_live_on.year == year else date(year, 1, 1)
    series, unscored = _series(given, metrics, first, year)
    series |= _sales_by_month(given, body, year)
    categories = _categories(given)
    return FeeFacts(
        store="case",
        year=year,
        as_of=as_of,
        categories=categories,
        main_category=given.take("main_category"),
        activated_on=activated_on,
        go_live_on=go_live_on,
        prepaid=given.decimal("prepaid"),
        sales=given.decimal("sales"),
        sales_complete=bool(given.take("sales_complete", True)),
        series=series,
        score_on=_score_on(given, metrics),
        means=_means(given, metrics),
        no_score_months=unscored,
        violations=read_violations(given, date(year, 1, 1)),
        exit=leaving,
        lines=_lines(given, categories),
    )


def _default_as_of(body: FeeBody, leaving: Exit | None, year: int) -> date:
    """31 December, or the day of exit; where the fee was abolished, the last day before that."""
    end = date(year, 12, 31)
    if body.abolition is not None and body.abolition.ends_before.year == year and leaving is None:
        return body.abolition.ends_before - timedelta(days=1)
    return end if leaving is None else max(leaving.effective_on or leaving.applied_on, leaving.applied_on)


def _categories(given: Keys) -> tuple[CategorySales, ...]:
    if "category" in given:
        return (CategorySales(given.text("category")),)
    found = []
    for at, row in enumerate(given.rows("categories")):
        path = f"{given.at('categories')}[{at}]"
        keys = Keys({"name": row} if isinstance(row, str) else row, path)
        found.append(CategorySales(keys.text("name"), keys.decimal("sales")))
        keys.close("name, sales")
    if not found:
        raise CaseMistake(given.at("category"), "category or categories is needed")
    return tuple(found)


def _series(
    given: Keys, metrics: tuple[str, ...], first: date, year: int
) -> tuple[dict[str, tuple[MonthValue, ...]], tuple[date, ...]]:
    """Read month-end scores: a list from the first operating month on, or month → score, for all or for one metric."""
    scores = given.take("scores", {})
    tables = dict.fromkeys(metrics, scores)
    if isinstance(scores, Mapping) and scores and all(name in metrics for name in scores):
        tables = dict(scores)
    series = {}
    unscored: set[date] = set()
    for metric, table in tables.items():
        path = given.at("scores")
        if isinstance(table, list):
            months = months_between(first, date(year + 1, 1, 1))
            if len(table) > len(months):
                raise CaseMistake(path, f"{len(table)} scores, but only {len(months)} operating months")
            table = {f"{month:%Y-%m}": value for month, value in zip(months, table, strict=False)}  # noqa: PLW2901
        values = []
        for name, value in sorted(Keys(table, path).left.items()):
            month = to_month(name, f"{path}.{name}")
            if is_missing_word(value):
                unscored.add(month)
                continue
            score = to_decimal(value, f"{path}.{name}")
            values.append(MonthValue(month=month, closing=score, latest=score, latest_on=last_day(month)))
        series[metric] = tuple(values)
    return series, tuple(sorted(unscored))


def _sales_by_month(given: Keys, body: FeeBody, year: int) -> dict[str, tuple[MonthValue, ...]]:
    """Read sales month by month: a list from January on, or month → ¥."""
    table, path = given.take("sales_by_month", {}), given.at("sales_by_month")
    if isinstance(table, list):
        table = {f"{year}-{at:02d}": value for at, value in enumerate(table, start=1)}
    months = {to_month(name, f"{path}.{name}"): value for name, value in Keys(table, path).left.items()}
    values = tuple(
        MonthValue(month, total=to_decimal(value, f"{path}.{month:%Y-%m}")) for month, value in sorted(months.items())
    )
    return {body.sales.metric: values} if values else {}


def _score_on(given: Keys, metrics: tuple[str, ...]) -> dict[str, dict[date, Decimal | None]]:
    path = given.at("score_on")
    days = {
        to_date(day, f"{path}.{day}"): None if is_missing_word(value) else to_decimal(value, f"{path}.{day}")
        for day, value in given.table("score_on").items()
    }
    return dict.fromkeys(metrics, days)


def _means(given: Keys, metrics: tuple[str, ...]) -> dict[str, Fraction]:
    path = given.at("score_means")
    means = {name: read_number(value, f"{path}.{name}") for name, value in given.table("score_means").items()}
    for name in means:
        if name not in metrics:
            raise CaseMistake(f"{path}.{name}", f"this rulebook reads {', '.join(metrics)}")
    if "score_mean" in given:
        mean = read_number(given.take("score_mean"), given.at("score_mean"))
        means |= dict.fromkeys(metrics, mean)
    if "score_sum" in given:
        total = read_number(given.take("score_sum"), given.at("score_sum"))
        count = given.whole("score_count")
        if not count:
            raise CaseMistake(given.at("score_count"), "is needed beside score_sum")
        means |= dict.fromkeys(metrics, total / count)
    return means


def _lines(given: Keys, categories: tuple[CategorySales, ...]) -> dict[str, dict[str, Decimal]]:
    """Read category → table → number; a table of plain numbers holds for every category."""
    lines: dict[str, dict[str, Decimal]] = {}
    path = given.at("lines")
    for name, value in given.table("lines").items():
        if isinstance(value, Mapping):
            inner = {table: to_decimal(each, f"{path}.{name}.{table}") for table, each in value.items()}
            lines[name] = lines.get(name, {}) | inner
        else:
            for each in categories:
                lines.setdefault(each.category, {})[name] = to_decimal(value, f"{path}.{name}")
    return lines
