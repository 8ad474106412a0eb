"""A partial export must not replace a fuller one: counts that can only grow are compared with what is stored."""

from assessments.engine.text import Text
from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.matching import Checked
from assessments.metrics.models import StoreDay
from assessments.metrics.reading.formats import find_format
from assessments.metrics.storing import Key

FULLER = Text(
    zh="{day} 已有更完整的数据（{metric}：已有 {stored}，本文件 {found}），没有覆盖；请检查导出时是否加了筛选条件",
    en="A fuller figure is stored for {day} ({metric}: {stored} stored, {found} in this file), so it was kept."
    " Check whether the export was filtered.",
)


def keep_fuller(*, checked: Checked, kind: str) -> None:
    """Reject the store-days of which the database knows more orders or refunds than the file has."""
    form = find_format(kind)
    shape = None if form is None else form.counted
    if shape is None or not shape.only_grows or not checked.values:
        return
    days = [day for _store, day in checked.values]
    stored_days = StoreDay.objects.filter(
        store_id__in={store for store, _day in checked.values}, day__gte=min(days), day__lte=max(days)
    ).values_list("store_id", "day", *shape.only_grows)
    for store_id, day, *stored in stored_days:
        values = checked.values.get((store_id, day), {})
        for code, known in zip(shape.only_grows, stored, strict=True):
            found = values.get(code)
            if known is not None and found is not None and found < known:
                _keep(checked, (store_id, day), code, known, found)
                break


def _keep(checked: Checked, key: Key, code: str, known: int, found: int) -> None:
    facts = {"day": key[1], "stored": known, "found": found}
    reason = Text(
        zh=FULLER.zh.format(metric=BY_CODE[code].zh, **facts), en=FULLER.en.format(metric=BY_CODE[code].en, **facts)
    )
    del checked.values[key], checked.rows_of[key]
    for row in checked.origins.rows.pop(key):
        checked.reject(row, "fuller_stored", reason)
