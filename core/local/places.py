"""Where runtime state lives, and as whom the embedded servers run."""

import hashlib
import os
import pwd
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.local.messages import LocalError, Message

PROJECT = Path(__file__).resolve().parent.parent.parent
SYSTEM_STATE = Path("/var/lib/kaohe")


@dataclass(frozen=True, slots=True)
class Account:
    """The user a server runs as. None in `uid`: the user who starts it."""

    uid: int | None = None
    gid: int | None = None

    def spawn_options(self) -> dict[str, object]:
        """Keyword arguments for subprocess that take on this account and nothing of root's groups."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> Path:
        """Hand a file or folder that we made to this account."""
        if self.uid is not None:
            os.chown(path, self.uid, self.gid if self.gid is not None else -1)
        return path


def home(environ: Mapping[str, str] = os.environ, uid: int | None = None) -> Path:
    """The folder of this project's servers, passwords and logs. It need not exist yet.

    KAOHE_LOCAL_DIR if set; `.local` in the project for an ordinary user; for root a folder under /var/lib of
    the project's own, because PostgreSQL must then run as `nobody`, who can often not reach the project.
    """
    named = environ.get("KAOHE_LOCAL_DIR")
    if named:
        return Path(named).absolute()
    if (os.geteuid() if uid is None else uid) != 0:
        return PROJECT / ".local"
    return SYSTEM_STATE / hashlib.sha256(str(PROJECT).encode()).hexdigest()[:12]


def make_home(path: Path) -> Path:
    """Create the home folder (and only it: no permission of an existing folder is touched). Raises LocalError."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o755)
    except OSError as error:
        raise LocalError(
            Message(
                zh=f"无法创建目录 {path}（{error.strerror}）：请用 KAOHE_LOCAL_DIR 指定一个可写的目录。",
                en=f"Cannot create {path} ({error.strerror}): name a writable folder in KAOHE_LOCAL_DIR.",
            )
        ) from error
    if not os.access(path, os.W_OK) or path.stat().st_uid != os.geteuid():
        raise LocalError(
            Message(
                zh=f"目录 {path} 属于别的用户：请用 KAOHE_LOCAL_DIR 指定自己的目录。",
                en=f"{path} belongs to another user: name a folder of your own in KAOHE_LOCAL_DIR.",
            )
        )
    return path


def server_account() -> Account:
    """Root's servers run as `nobody`: PostgreSQL refuses to run as root. Everyone else's run as themselves."""
    if os.geteuid() != 0:
        return Account()
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise LocalError(
            Message(
                zh="PostgreSQL 不能以 root 运行，而本机没有 nobody 用户：请换普通用户运行，或设置 DATABASE_URL。",
                en="PostgreSQL cannot run as root and this machine has no user `nobody`: "
                "run as an ordinary user, or set DATABASE_URL.",
            )
        ) from error
    return Account(nobody.pw_uid, nobody.pw_gid)


def check_reach(path: Path, account: Account) -> None:
    """Raise LocalError when `account` cannot walk down to `path` (root's own folders are often closed)."""
    if account.uid is None:
        return
    for folder in (path, *path.parents):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH and folder.stat().st_uid != account.uid:
            raise LocalError(
                Message(
                    zh=f"用户 nobody 进不了 {folder}，而以 root 运行时数据库由它启动："
                    "请把 KAOHE_LOCAL_DIR 设到别处（如 /var/lib/kaohe）。",
                    en=f"The user `nobody`, who runs the database when you are root, cannot enter {folder}: "
                    "set KAOHE_LOCAL_DIR to another place, such as /var/lib/kaohe.",
                )
            )
