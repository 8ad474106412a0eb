"""Where runtime state lives, for root and for everyone else."""

import os
from pathlib import Path

import pytest

from core.local.messages import LocalError
from core.local.places import PROJECT, Account, check_reach, home, make_home


def test_an_ordinary_user_keeps_state_in_the_project() -> None:
    assert home({}, uid=1000) == PROJECT / ".local"


def test_root_keeps_state_where_nobody_can_reach_it() -> None:
    folder = home({}, uid=0)
    assert folder.parent == Path("/var/lib/kaohe")
    assert len(folder.name) == 12
    assert folder == home({}, uid=0)


@pytest.mark.parametrize("uid", [0, 1000])
def test_the_environment_decides_over_both(uid: int) -> None:
    assert home({"KAOHE_LOCAL_DIR": "/somewhere/else"}, uid=uid) == Path("/somewhere/else")


def test_a_home_of_another_user_is_refused_with_the_way_out(tmp_path: Path) -> None:
    folder = Path("/usr")
    if os.geteuid() == 0:
        folder = tmp_path / "theirs"
        folder.mkdir()
        os.chown(folder, 65534, 65534)
    with pytest.raises(LocalError) as caught:
        make_home(folder)
    assert "KAOHE_LOCAL_DIR" in caught.value.message.zh
    assert "KAOHE_LOCAL_DIR" in caught.value.message.en


def test_a_folder_that_the_servers_account_cannot_enter_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "inside").mkdir(parents=True)
    closed.chmod(0o700)
    with pytest.raises(LocalError) as caught:
        check_reach(closed / "inside", Account(uid=os.getuid() + 1, gid=os.getgid()))
    assert str(closed) in caught.value.message.en
    assert stat_mode(closed) == 0o700


def test_ones_own_account_reaches_everything(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    check_reach(tmp_path, Account())


def stat_mode(path: Path) -> int:
    return path.stat().st_mode & 0o777
