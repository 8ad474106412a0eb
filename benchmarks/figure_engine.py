"""The engine alone, in seconds of one core: verdicts, and screening a portfolio against judging it period by period."""

from collections.abc import Callable, Sequence
from itertools import islice, product
from time import process_time

from assessments.engine import PlannedPeriod, Rulebook, StoreFacts, assess, plan, prove, settle
from assessments.engine.screening import Brief, Columns, load_columns, screen
from assessments.rulebooks.cases.books import load_shipped
from benchmarks.portfolio_facts import INCIDENT_EVERY, PERIODS, invent_cases, invent_fee_years
from benchmarks.report import Row, at_least, in_ms, show
from benchmarks.sizes import SLOW_ROUNDS
from benchmarks.stage import Stage
from benchmarks.timing import Case, measure_in_turn

SAMPLE = 100
VARIANTS = 20
Cases = Sequence[tuple[PlannedPeriod, StoreFacts]]


def measure_engine(stage: Stage) -> list[Row]:
    """The rows of the engine. Fails when screening says anything else than the engine."""
    daily = [book for book in load_shipped() if book.programme == "tmall-daily"]
    gate = next(book for book in daily if book.version == "2025-incident-gate")
    draft = next(book for book in daily if book.version == "2025-annual")
    cases = invent_cases(stage.sizes.stores, [book for book in daily if book is not gate])
    return [*_measure_rates(draft, cases), *_measure_screening(draft, gate, cases)]


def _measure_rates(draft: Rulebook, cases: Cases) -> list[Row]:
    fee = next(book for book in load_shipped() if (book.programme, book.version) == ("tmall-annual-fee", "2022"))
    years = invent_fee_years(SAMPLE, fee)
    some = cases[:: max(len(cases) // SAMPLE, 1)][:SAMPLE]
    asked: dict[str, Callable[[], object]] = {
        "assess": lambda: [assess(draft, *case) for case in some],
        "settle": lambda: [settle(fee, year) for year in years],
        "plan": lambda: [plan(draft, *case) for case in some],
        "prove": lambda: [prove(draft, *case) for case in some],
    }
    counts = {name: len(years) if name == "settle" else len(some) for name in asked}
    timed = {name: Case(run) for name, run in asked.items()}
    seconds = measure_in_turn(timed, rounds=SLOW_ROUNDS, clock=process_time)
    return [
        Row(
            f"engine, one core: {name}",
            f"{show(counts[name] / took)} a second",
            note=f"{in_ms(took / counts[name])} each",
        )
        for name, took in seconds.items()
    ]


def _measure_screening(draft: Rulebook, gate: Rulebook, cases: Cases) -> list[Row]:
    columns = load_columns(cases)
    variants = _variants(draft)
    exact, exact_gate = (_count_exact(book, columns) for book in (draft, gate))
    seconds = measure_in_turn(
        {
            "assess": Case(lambda: [assess(draft, *case) for case in cases]),
            "screen": Case(lambda: screen(draft, columns)),
            "gate": Case(lambda: screen(gate, columns)),
            "backtest": Case(lambda: _load_and_screen(variants[:2], cases)),
            "sweep": Case(lambda: _load_and_screen(variants, cases)),
        },
        rounds=SLOW_ROUNDS,
        clock=process_time,
    )
    judged = seconds["assess"]
    return [
        at_least(
            f"screening {len(cases):,} periods ({PERIODS} a store), columns loaded, against assess",
            judged / seconds["screen"],
            30,
            note=f"{in_ms(seconds['screen'])} against {in_ms(judged)}; {exact} told by assess; 0 differ",
        ),
        Row(
            f"… where one store in {INCIDENT_EVERY} goes to assess: an incident gate",
            f"{show(judged / seconds['gate'])}×",
            note=f"{in_ms(seconds['gate'])}; {exact_gate} told by assess; 0 differ",
        ),
        *(
            Row(
                f"… {name} of {many} rulebooks, loading included",
                f"{show(judged * many / seconds[name])}×",
                note=f"{in_ms(seconds[name])}; assess extrapolated from one rulebook",
            )
            for name, many in (("backtest", 2), ("sweep", len(variants)))
        ),
    ]


def _load_and_screen(books: Sequence[Rulebook], cases: Cases) -> None:
    columns = load_columns(cases)
    for book in books:
        screen(book, columns)


def _variants(book: Rulebook) -> list[Rulebook]:
    """Some combinations of the choices of all options."""
    choices = [[choice.value for choice in option.choices] for option in book.options.values()]
    return [
        book.choosing(dict(zip(book.options, chosen, strict=True))) for chosen in islice(product(*choices), VARIANTS)
    ]


def _count_exact(book: Rulebook, columns: Columns) -> int:
    """How many cases the engine itself told, having seen that every brief is what it says."""
    screened = screen(book, columns)
    differ = 0
    for case, brief in zip(columns.cases, screened.briefs, strict=True):
        told = assess(book, *case)
        differ += brief != Brief(told.outcome, told.live, told.standing)
    if differ:
        raise RuntimeError(f"{differ} of {len(columns.cases)} briefs differ under {book.version}")
    return screened.exact
