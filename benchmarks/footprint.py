"""`python -m benchmarks.footprint SLUG STORE`: how much memory a fresh process gains by a full recompute (Linux)."""

import os
import sys
from pathlib import Path
from uuid import UUID


def read_kib(name: str) -> int:
    """A field of this process's status, in KiB."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(name)


def measure_growth(slug: str, store: str, days: int) -> int:
    """Peak resident KiB of a full recompute, above what the recompute of a single store had needed."""
    from benchmarks.filling import correct_newest_day  # noqa: PLC0415 - settings come first
    from benchmarks.recomputing import recompute_all, touch  # noqa: PLC0415
    from benchmarks.sizes import Sizes  # noqa: PLC0415

    touch(slug, stores=[UUID(store)])
    recompute_all(slug)
    before = read_kib("VmHWM")
    correct_newest_day(Sizes(stores=0, days=days), slug)
    touch(slug)
    recompute_all(slug)
    return read_kib("VmHWM") - before


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    django.setup()

    from core.outbox.services import subscribe

    subscribe({}, bell=lambda **_message: None)
    sys.stdout.write(str(measure_growth(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
