"""What the database itself refuses, whoever asks: every constraint is broken once, and past revisions stay."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction

from assessments.backtests.models import Backtest, Flip, ShadowMark, ShadowVerdict
from assessments.backtests.services import follow_shadows, start_backtest, start_shadow
from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.metrics.history_models import ImportSource, Reversal, SourceDays
from assessments.metrics.models import ExpectedFile, Import, ImportFile, StoreDay, StoreDayChange, Violation
from assessments.metrics.reverting import revert_import
from assessments.periods.models import Period, StoreStanding, Verdict
from assessments.rulebooks.drafting import write_draft
from assessments.rulebooks.models import CategoryLine, Enrolment, LineChange, RulebookDraft, RulebookVersion
from assessments.rulebooks.services import SHIPPED
from assessments.stores.models import Assignment, Client, ClientMember, RolledDay, Store, StoreAlias
from core.api.models import SavedAnswer
from core.people.models import ApiToken, User
from core.people.services import issue_token
from tenants.door import platform_scope
from tenants.models import Agency, Domain
from tenants.roles import list_append_only_tables
from tests.conftest import House
from tests.factories import (
    AT,
    DAILY,
    TODAY,
    make_arrival,
    make_judged_store,
    make_upload,
    newest,
    photograph,
    write_days,
)
from tests.isolation.twins import DAY
from tests.services.breaking import again, change

PLATFORM = {Agency, Domain}


def publish_twice() -> None:
    """Two drafts that claim to be the same version."""
    version, (lead, other) = RulebookVersion.objects.all()[0], User.objects.order_by("-username")[:2]
    for number in (1, 2):
        again(
            RulebookDraft, version=f"v{number}", state="published", published=version, written_by=lead, decided_by=other
        )


def enrol() -> None:
    Enrolment.objects.create(store=Store.objects.get(), programme=DAILY, track="half-year")


def line(**fields: Any) -> CategoryLine:
    return CategoryLine.objects.create(
        **{"programme": DAILY, "track": "", "table": "t", "category": "c", "value": 1, **fields}
    )


def pair(make: Callable[[], Any]) -> Callable[[], Any]:
    """The same twice."""
    return lambda: (make(), make())


# Name of the constraint → what breaks it and nothing else.
BREAKS: dict[str, Callable[[], Any]] = {
    "store_once_per_marketplace": lambda: again(Store),
    "store_never_ahead_of_its_facts": lambda: change(Store, computed_revision=99),
    "assignment_once": lambda: again(Assignment),
    "arrival_once": pair(make_arrival),
    "expected_file_once": pair(lambda: ExpectedFile.objects.create(source="s", starts_on=DAY)),
    "store_alias_once": pair(lambda: StoreAlias.objects.create(store=Store.objects.get(), name="n", key="n")),
    "import_counts_add_up": lambda: change(Import, rows_in=7),
    "import_failure_has_a_reason": lambda: change(Import, state="failed", error=None),
    "rolled_day_is_one_row": lambda: RolledDay.objects.create(id=2, rolled_on=TODAY, is_fixed=False, rolled_at=AT),
    "reversal_counts_add_up": lambda: again(Reversal, upload=make_upload(), store_days=7),
    "rulebook_version_once": lambda: again(RulebookVersion, digest="0" * 64),
    "line_once_per_category": pair(line),
    "line_once_per_store": pair(lambda: line(category="", store=Store.objects.get())),
    "line_for_category_or_store": lambda: line(category=""),
    "enrolment_once": pair(enrol),
    "period_once": lambda: again(Period),
    "period_has_days": lambda: change(Period, ends_before="2000-01-01"),
    "verdict_revision_once": lambda: again(Verdict),
    "fee_agreement_once_a_year": lambda: again(FeeAgreement),
    "fee_exit_has_day_and_reason": lambda: change(FeeAgreement, exit_reason="voluntary"),
    "fee_year_is_one": lambda: change(FeeAgreement, year=1),
    "fee_not_negative": lambda: change(FeeAgreement, prepaid_fen=-1),
    "fee_refunded_not_negative": lambda: change(FeeAgreement, refunded_fen=-1),
    "violation_once_by_number": lambda: again(Violation, external_number="V1"),
    "violation_points_not_negative": lambda: change(Violation, points=-1),
    "draft_open_once_per_version": lambda: again(RulebookDraft),
    "draft_published_by_a_second_person": lambda: change(
        RulebookDraft, state="published", published=RulebookVersion.objects.all()[0], decided_by=models.F("written_by")
    ),
    "draft_version_only_when_published": lambda: change(
        RulebookDraft, published=RulebookVersion.objects.all()[0], decided_by=User.objects.exclude(username="lead")[0]
    ),
    "backtest_ends_once": lambda: change(Backtest, state="done"),
    "flip_once": lambda: again(Flip),
    "shadow_mark_once": lambda: again(ShadowMark),
    "shadow_verdict_once": lambda: again(ShadowVerdict),
    "estimate_revision_once": lambda: again(RefundEstimate),
    "user_role_is_known": lambda: change(User, role="king"),
    "saved_answer_once": lambda: again(SavedAnswer),
    "agency_schema_name_is_ours": lambda: change(Agency, schema_name="public"),
}
UNIQUE: dict[tuple[type[models.Model], str], Callable[[], Any]] = {
    (Client, "name"): lambda: again(Client),
    (ClientMember, "user"): lambda: again(ClientMember),
    (RulebookDraft, "published"): publish_twice,
    (RulebookVersion, "digest"): lambda: again(RulebookVersion, version="another"),
    (User, "username"): lambda: again(User),
    (Agency, "slug"): lambda: again(Agency, schema_name="t_00000000"),
    # In bulk, because django-tenants' own save() would refuse it before the database does.
    (Agency, "schema_name"): lambda: Agency.objects.bulk_create(
        [Agency(slug="another", name="n", schema_name=Agency.objects.all()[0].schema_name)]
    ),
    (Domain, "domain"): lambda: again(Domain),
}
OURS = ("tenants", "core.", "assessments.")


@pytest.fixture
def furnished(alpha: House) -> House:
    """One of everything."""
    with alpha.scope():
        store = make_judged_store(operators=[alpha.user("op")])
        write_days(store, {DAY: {"sales_amount": "1"}})
        Violation.objects.create(store=store, occurred_on=DAY, points=1, external_number="V1")
        StoreDayChange.objects.create(store=store, day=DAY, upload=make_upload(), before={})
        revert_import(upload=make_upload(), by=alpha.user("lead"))
        furnish_backtests(store, alpha.user("lead"))
        SavedAnswer.objects.create(user=alpha.user("op"), key="k", request_digest="0" * 64)
    return alpha


def furnish_backtests(store: Store, lead: User) -> None:
    """A backtest with a flip, and a shadow run that was followed."""
    text = (SHIPPED / "tmall-daily-2025-annual.toml").read_text("utf-8").replace('"2025-annual"', '"2026"')
    draft = write_draft(text=text, by=lead, reason="r")
    backtest = start_backtest(draft=draft, by=lead, today=TODAY)
    told = {"before": {}, "after": {}, "direction": "worse", "is_live": False}
    Flip.objects.create(backtest=backtest, store=store, starts_on=DAY, ends_before=TODAY, **told)
    start_shadow(draft=draft, by=lead)
    follow_shadows(today=TODAY)


def list_our_models() -> list[type[models.Model]]:
    models_of = ((model, model._meta.app_config) for model in apps.get_models())
    return [model for model, app in models_of if app and app.name.startswith(OURS)]


def broken_by(act: Callable[[], Any]) -> str:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        act()
    return str(refused.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def test_every_constraint_that_a_model_declares_is_broken_here() -> None:
    declared = {constraint.name for model in list_our_models() for constraint in model._meta.constraints}
    assert declared == set(BREAKS)
    unique = {
        (model, field.name)
        for model in list_our_models()
        for field in model._meta.local_fields
        if field.unique and not field.primary_key
    }
    assert unique == set(UNIQUE)


@pytest.mark.parametrize("name", BREAKS)
def test_the_database_refuses_what_a_constraint_forbids(furnished: House, name: str) -> None:
    scope = platform_scope() if name.startswith("agency_") else furnished.scope()
    with scope:
        assert broken_by(BREAKS[name]) == name


@pytest.mark.parametrize(("model", "field"), UNIQUE, ids=lambda part: getattr(part, "__name__", part))
def test_the_database_refuses_a_second_one_of_what_is_unique(
    furnished: House, model: type[models.Model], field: str
) -> None:
    scope = platform_scope() if model in PLATFORM else furnished.scope()
    with scope:
        name = broken_by(UNIQUE[model, field])
        assert model._meta.get_field(field).column in name


def test_one_row_a_store_and_day_one_file_an_import_one_board_row_a_store(furnished: House) -> None:
    with furnished.scope():
        store = Store.objects.get()
        for act in (
            lambda: StoreDay(store_id=store.pk, day=DAY).save(force_insert=True),
            lambda: StoreStanding(store=store, standing="clear", risk=0, as_of=DAY, document={}, digest="").save(
                force_insert=True
            ),
            pair(lambda: ImportFile.objects.create(upload=Import.objects.all()[0], content=b"")),
        ):
            assert broken_by(act).endswith(("_pkey", "_pk"))


def test_a_secret_is_one_persons(furnished: House) -> None:
    with furnished.scope():
        row, _secret = issue_token(user=furnished.user("op"))
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.bulk_create([ApiToken(digest=row.digest, token_key="x", user=furnished.user("lead"))])


APPEND_ONLY = [
    Flip,
    LineChange,
    RulebookVersion,
    Verdict,
    RefundEstimate,
    StoreDayChange,
    ImportSource,
    SourceDays,
    Reversal,
]


def test_the_tables_that_only_grow_are_these() -> None:
    tables = {model._meta.db_table for model in APPEND_ONLY}
    assert set(list_append_only_tables()) == tables
    assert {model for model in apps.get_models() if getattr(model, "append_only", False)} == set(APPEND_ONLY)


@pytest.mark.parametrize("model", APPEND_ONLY, ids=lambda model: model.__name__)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE", "DROP TABLE {}"],
    ids=lambda text: text.split()[0],
)
def test_a_table_that_only_grows_refuses_to_be_changed_by_postgresql_itself(
    furnished: House, model: type[models.Model], statement: str
) -> None:
    with furnished.scope():
        before = model._default_manager.count()
        assert before > 0
        column = model._meta.pk.column
        refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(model._meta.db_table, column, column))
        assert model._default_manager.count() == before


def test_a_store_with_verdicts_is_not_deleted_with_its_history(furnished: House) -> None:
    before = photograph(furnished.schema)
    with furnished.scope():
        store = Store.objects.get()
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            store.delete()
        assert newest(store)
    assert photograph(furnished.schema) == before
