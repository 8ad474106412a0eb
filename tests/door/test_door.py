"""The door: one agency, one transaction, one role, and nothing of it left afterwards."""

import threading

import pytest
from django.db import ProgrammingError, connection, transaction

from assessments.stores.models import Client
from tenants.door import DoorAlreadyOpen, NoSuchAgency, agency_scope, current_scope, platform_scope
from tests.conftest import House


def settings_now() -> tuple[str, str]:
    with connection.cursor() as cursor:
        connection.door = "looking"
        cursor.execute("SELECT current_setting('search_path'), current_user")
        connection.door = None
        row = cursor.fetchone()
    return row[0], row[1]


def refused(statement: str) -> None:
    """PostgreSQL itself says no."""
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_inside_the_door_path_and_role_are_the_agencys_and_nothing_else(alpha: House) -> None:
    with agency_scope(schema=alpha.schema), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path'), current_user")
        assert cursor.fetchone() == (alpha.schema, alpha.schema)


def test_after_the_door_path_and_role_are_gone(alpha: House) -> None:
    with agency_scope(schema=alpha.schema):
        pass
    path, role = settings_now()
    assert path == "public"
    assert role != alpha.schema


def test_an_error_inside_leaves_nothing_behind(alpha: House) -> None:
    with pytest.raises(ZeroDivisionError), agency_scope(schema=alpha.schema):
        Client.objects.create(name="never kept")
        raise ZeroDivisionError
    assert settings_now()[0] == "public"
    with agency_scope(schema=alpha.schema):
        assert not Client.objects.filter(name="never kept").exists()


def test_a_savepoint_rolled_back_inside_keeps_path_and_role(alpha: House) -> None:
    with agency_scope(schema=alpha.schema):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Client.objects.create(name="rolled back")
            raise ZeroDivisionError
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (alpha.schema,)
        assert Client.objects.filter(name="brand of alpha").exists()


def test_postgresql_itself_refuses_another_agencys_table(alpha: House, beta: House) -> None:
    with agency_scope(schema=alpha.schema):
        refused(f'SELECT * FROM "{beta.schema}".stores_client')


def test_postgresql_itself_refuses_the_platforms_tables_to_an_agency(alpha: House) -> None:
    with agency_scope(schema=alpha.schema):
        refused("SELECT * FROM public.tenants_agency")


def test_without_a_door_no_agencys_table_can_be_read(alpha: House) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        list(Client.objects.all())
    refused(f'SELECT * FROM "{alpha.schema}".stores_client')


def test_a_door_inside_a_door_is_refused(alpha: House, beta: House) -> None:
    with agency_scope(schema=alpha.schema), pytest.raises(DoorAlreadyOpen), agency_scope(schema=beta.schema):
        pass


def test_an_unknown_agency_is_refused_before_any_body_runs(db: None) -> None:
    ran = []
    for name in ({"domain": "nobody.localhost"}, {"schema": "t_0000000000000000"}, {"slug": "nobody"}):
        with pytest.raises(NoSuchAgency), agency_scope(**name):
            ran.append(name)
    assert ran == []


def test_a_suspended_agency_is_refused_at_the_door(alpha: House) -> None:
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute("UPDATE tenants_agency SET status = 'suspended' WHERE schema_name = %s", [alpha.schema])
    with pytest.raises(NoSuchAgency), agency_scope(schema=alpha.schema):
        pass


def test_a_queryset_built_in_one_agency_cannot_be_read_in_another(alpha: House, beta: House) -> None:
    with agency_scope(schema=alpha.schema):
        lazy = Client.objects.filter(name__startswith="brand of")
    with pytest.raises(ProgrammingError), transaction.atomic():
        list(lazy)


def test_there_is_no_scope_outside_the_door(db: None) -> None:
    with pytest.raises(RuntimeError, match="no door"):
        current_scope()


@pytest.mark.django_db(transaction=False)
def test_threads_keep_to_their_own_agency(houses: dict[str, House], django_db_blocker: object) -> None:
    """django-tenants' `with tenant:` shares one list between threads; the door shares nothing."""
    seen: dict[str, set[str]] = {"alpha": set(), "beta": set()}
    barrier = threading.Barrier(2)

    def look(name: str) -> None:
        for _turn in range(20):
            barrier.wait()
            with agency_scope(schema=houses[name].schema):
                seen[name].update(Client.objects.values_list("name", flat=True))
        connection.close()

    threads = [threading.Thread(target=look, args=(name,)) for name in seen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen["alpha"] == {"brand of alpha", "other brand of alpha"}
    assert seen["beta"] == {"brand of beta", "other brand of beta"}
