"""What must hold of the production set-up. It is read here, not run."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from core.local.places import PROJECT, home
from core.local.processes import product_processes
from core.local.servers import temporary_servers
from core.local.setting_up import SETUP_STEPS

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (PROJECT / "Dockerfile").read_text("utf-8")
ROOTS = ("", "0", "root", "0:0", "root:root")


def test_every_program_of_the_product_is_a_service_with_the_same_queue_and_login() -> None:
    for name, program in product_processes(port=8000, home=home()).items():
        words = SERVICES[name].get("command", re.findall(r'"([^"]+)"', DOCKERFILE.rpartition("CMD")[2]))
        assert words[0] in program.command
        for option in ("-Q", "--concurrency", "-A", "--pool"):
            if option in program.command:
                expected = program.command[program.command.index(option) + 1]
                assert words[words.index(option) + 1] == expected, (name, option)
        assert ("kaohe_owner" in SERVICES[name]["environment"]["DATABASE_URL"]) == program.as_owner


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_runs_as_root_or_may_become_more(name: str) -> None:
    service = SERVICES[name]
    assert str(service.get("user", "")) not in ROOTS
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_has_a_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_migration_is_a_step_of_its_own_with_the_owners_login() -> None:
    migrate = SERVICES["migrate"]
    assert migrate["restart"] == "no"
    for step in SETUP_STEPS:
        assert f"manage.py {step[0]}" in migrate["command"][-1]
    assert migrate["environment"]["DATABASE_URL"] != SERVICES["web"]["environment"]["DATABASE_URL"]
    for name in ("web", "worker", "provision", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_what_faces_the_network_never_holds_the_owners_password() -> None:
    for name in ("web", "worker", "beat"):
        assert "OWNER" not in str(SERVICES[name]["environment"])
        assert "env_file" not in SERVICES[name]


def test_only_the_web_server_is_published_and_only_on_loopback() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert list(published) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in published["web"])
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("database", "broker"):
        assert SERVICES[name]["networks"] == ["inside"]


def test_what_must_survive_lies_on_a_volume() -> None:
    assert SERVICES["database"]["volumes"] == ["database:/var/lib/postgresql"]
    assert SERVICES["broker"]["volumes"] == ["broker:/data"]
    assert set(COMPOSE["volumes"]) == {"database", "broker"}


def test_every_secret_is_asked_for_and_none_has_a_default() -> None:
    text = (PROJECT / "compose.yaml").read_text("utf-8")
    asked = set(re.findall(r"\$\{(\w*(?:PASSWORD|SECRET)\w*)([^}]*)\}", text))
    assert asked
    assert all(rest.startswith(":?") for _, rest in asked)
    example = (PROJECT / ".env.example").read_text("utf-8")
    for name, _ in asked:
        assert re.search(rf"^{name}=$", example, re.MULTILINE), name


def test_the_example_environment_names_every_variable() -> None:
    text = (PROJECT / "compose.yaml").read_text("utf-8")
    example = set(re.findall(r"^(\w+)=", (PROJECT / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", text)) == example


def test_the_image_is_built_from_hashes_and_runs_as_an_ordinary_user() -> None:
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    assert len(stages) == 2
    assert "--require-hashes" in stages[0]
    assert "collectstatic" in stages[0]
    user = re.findall(r"^USER (\S+)", stages[1], re.MULTILINE)
    assert user
    assert user[-1] not in ROOTS
    assert user[-1] == SERVICES["web"]["user"]
    assert "HEALTHCHECK" in stages[1]


def test_the_image_runs_a_python_that_the_project_allows() -> None:
    wanted = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    minor = re.findall(r"python:3\.(\d+)-slim", DOCKERFILE)
    assert len(set(minor)) == 1
    assert int(minor[0]) >= int(wanted.removeprefix(">=3."))


def test_no_password_file_or_cache_gets_into_the_image() -> None:
    lines = (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in lines
    assert not [line for line in lines if line.startswith("!") and (".env" in line or ".local" in line)]


def test_the_first_start_makes_the_logins_that_the_services_use(tmp_path: Path) -> None:
    statements = COMPOSE["configs"]["roles"]["content"].split("<<'SQL'\n")[1].split("SQL")[0]
    statements = re.sub(r":'(\w+)'", r"'\1'", statements)
    with temporary_servers(tmp_path) as servers:
        # A server of its own, but its roles and database are there already: make room for the script's.
        with psycopg.connect(servers.admin_url, autocommit=True) as connection:
            for statement in ("DROP DATABASE kaohe", "DROP ROLE kaohe_app", "DROP ROLE kaohe_owner"):
                connection.execute(statement)  # type: ignore[arg-type]
            connection.execute("CREATE DATABASE kaohe")
            for statement in statements.strip().splitlines():
                connection.execute(statement)  # type: ignore[arg-type]
        port = servers.admin_url.rpartition(":")[2].split("/")[0]
        owner_url = f"postgres://kaohe_owner:owner_password@127.0.0.1:{port}/kaohe"
        app_url = f"postgres://kaohe_app:app_password@127.0.0.1:{port}/kaohe"
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute("CREATE ROLE t_one NOLOGIN")
            owner.execute("GRANT t_one TO kaohe_app")
            owner.execute("SET ROLE t_one")
        with psycopg.connect(app_url, autocommit=True) as app:
            app.execute("SET ROLE t_one")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("CREATE SCHEMA mine")


def test_the_brokers_start_line_writes_a_configuration(tmp_path: Path) -> None:
    line = SERVICES["broker"]["command"][2].split(" && exec")[0].replace("$$", "$").replace("/tmp", str(tmp_path))
    subprocess.run(["sh", "-c", line], env={"VALKEY_PASSWORD": "abc"}, check=True)
    written = (tmp_path / "valkey.conf").read_text()
    assert "requirepass abc\n" in written
    assert "maxmemory-policy noeviction\n" in written
