"""Imports: the product's whole path, reading process included, against a raw COPY of the same rows."""

from uuid import UUID

from django.utils import timezone
from psycopg import sql

from assessments.metrics.models import Import
from assessments.metrics.reading.sandbox import parse_in_child
from assessments.metrics.services import run_import, upload_file
from benchmarks.filling import make_stores
from benchmarks.intake_files import DAYS, METRICS, invent_figures, write_copy, write_csv, write_xlsx
from benchmarks.report import Row, at_most, in_ms, show
from benchmarks.sizes import SLOW_ROUNDS, TODAY
from benchmarks.stage import INTAKE, Stage
from benchmarks.timing import Case, measure_in_turn
from core.people.models import User
from tenants.door import agency_scope

MOST_ROWS = 20_000


class Intake:
    """One agency that files are imported into, and the file that waits."""

    def __init__(self, stage: Stage) -> None:
        self.owner = stage.connect(INTAKE)
        with agency_scope(slug=INTAKE):
            stores = make_stores(INTAKE, max(min(MOST_ROWS, stage.sizes.stores * 50) // DAYS, 1))
        figures = invent_figures(stores)
        self.rows = len(figures)
        self.csv, self.xlsx, self.copied = write_csv(figures), write_xlsx(figures), write_copy(figures)
        self.owner.execute("CREATE TABLE beside.copied (LIKE metrics_storeday INCLUDING ALL)")
        self.waiting: UUID | None = None

    def empty(self) -> None:
        """Forget every figure; VACUUM, so that each round finds the same table."""
        self.owner.execute(
            "TRUNCATE metrics_storeday, metrics_storedaychange, metrics_importsource, metrics_sourcedays, beside.copied"
        )
        self.owner.execute("VACUUM ANALYZE metrics_storeday")

    def upload(self, content: bytes, name: str) -> None:
        with agency_scope(slug=INTAKE):
            by = User.objects.get(username="owner")
            self.waiting = upload_file(content=content, file_name=name, by=by, dry_run=False).pk

    def take_over(self) -> None:
        assert self.waiting is not None
        with agency_scope(slug=INTAKE):
            done = run_import(upload_id=self.waiting, at=timezone.now(), today=TODAY)
        if done.state != Import.State.DONE or done.rejected:
            raise RuntimeError(f"the import is {done.state}: {done.error}, {done.rejected} rejected")

    def copy_raw(self) -> None:
        columns = sql.SQL(", ").join(sql.Identifier(code) for code in ("store_id", "day", *(m.code for m in METRICS)))
        with self.owner.cursor().copy(sql.SQL("COPY beside.copied ({}) FROM STDIN").format(columns)) as copy:
            copy.write(self.copied)

    def prepare_fresh(self, content: bytes, name: str) -> None:
        self.empty()
        self.upload(content, name)


def measure_imports(stage: Stage) -> list[Row]:
    """The rows of the imports."""
    intake = Intake(stage)
    seconds = measure_in_turn(
        {
            "copy": Case(intake.copy_raw, before=intake.empty),
            "csv": Case(intake.take_over, before=lambda: intake.prepare_fresh(intake.csv, "fresh.csv")),
            "again": Case(intake.take_over, before=lambda: intake.upload(intake.csv, "again.csv")),
            "xlsx": Case(intake.take_over, before=lambda: intake.prepare_fresh(intake.xlsx, "fresh.xlsx")),
            "reading csv": Case(lambda: parse_in_child(intake.csv, "fresh.csv")),
            "reading xlsx": Case(lambda: parse_in_child(intake.xlsx, "fresh.xlsx")),
        },
        rounds=SLOW_ROUNDS,
    )
    intake.owner.close()
    copy, observations = seconds["copy"], intake.rows * len(METRICS)

    def note(name: str, reading: str) -> str:
        rate = show(observations / seconds[name])
        return f"{in_ms(seconds[name])}, {rate} observations/s; {in_ms(seconds[reading])} of it in the reading process"

    what = f"{observations:,} observations in {intake.rows:,} rows"
    return [
        at_most(
            f"validated CSV import, {what}, against raw COPY",
            seconds["csv"] / copy,
            4.5,
            note=f"{note('csv', 'reading csv')}; COPY {in_ms(copy)}",
        ),
        at_most("… the same file again", seconds["again"] / copy, 2, note=note("again", "reading csv")),
        at_most("XLSX import, against raw COPY", seconds["xlsx"] / copy, 7, note=note("xlsx", "reading xlsx")),
    ]
