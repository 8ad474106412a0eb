"""The same file again, while nothing that its outcome depends on has changed: answered without reading it.

An import leaves a fingerprint of all that its outcome rests on: what was asked, the business date, the code that reads,
every store that its uploader may see, each with its facts' revision, and what else names stores and kinds. Whatever
changes a store-day raises that revision (stores/services.py::touch_stores). The same bytes under the same fingerprint
were read, matched and compared with these very figures before: every row would be found unchanged again.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.db.models import Q

from assessments.metrics.models import Import, OnConflict, RememberedKind
from assessments.metrics.reading.days import find_days
from assessments.stores.models import StoreAlias
from assessments.stores.queries import visible_to

_ROOM = Path(__file__).resolve().parent
# Beside what lies here, cells depend on the parser of workbooks.
_PARSER = "python-calamine"


def take_fingerprint(*, upload: Import, kind: str, today: date) -> str:
    """The fingerprint of an import as things stand now. `kind` is what was asked for, not what was recognised."""
    stores = visible_to(upload.uploaded_by).order_by("pk")
    seen: Iterable[tuple[object, ...]] = stores.values_list("pk", "shop_id", "name", "facts_revision")
    # A day in the file's name may be the day of its figures; nothing else of the name is read.
    asked = (kind, upload.default_store_id, upload.on_conflict, find_days(upload.file_name), today, _code())
    # Other names of stores, and what people said that files with certain headings are.
    aliases = StoreAlias.objects.filter(store__in=stores).order_by("pk").values_list("key", "store_id")
    kinds = RememberedKind.objects.order_by("pk").values_list("pk", "kind")
    return hashlib.sha256(repr((asked, list(seen), list(aliases), list(kinds))).encode()).hexdigest()


def find_same(*, upload: Import, fingerprint: str) -> Import | None:
    """An import of the same bytes that is taken over, refused and kept nothing, and left things as they are now."""
    same = Q(
        sha256=upload.sha256, size=upload.size, state=Import.State.DONE, rejected=0, kept=0, fingerprint=fingerprint
    )
    return Import.objects.filter(same).exclude(pk=upload.pk).first()


def copy_outcome(*, upload: Import, known: Import) -> None:
    """What reading the file would find: the same rows, none of them new."""
    for name in ("kind", "encoding", "rows_in", "summary_rows", "left_out", "notices", "fingerprint"):
        setattr(upload, name, getattr(known, name))
    upload.unchanged = known.rows_in
    upload.created = upload.changed = upload.kept = upload.rejected = upload.stores = 0
    # Whoever looks for conflicts finds none: what the file says is what is stored.
    upload.conflicts = 0 if upload.dry_run or upload.on_conflict == OnConflict.KEEP else None
    upload.error = None


@cache
def _code() -> str:
    """This room's source, as this process loaded it: another release may read the same bytes otherwise."""
    digest = hashlib.sha256(version(_PARSER).encode())
    for path in sorted(_ROOM.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
