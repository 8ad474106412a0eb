"""Mistakes of a rulebook: where, and what, in both languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from assessments.engine.text import Text

_ZH = {
    "missing": "缺少这个字段",
    "extra_forbidden": "规则语言没有这个字段",
    "literal_error": "不是允许的取值",
    "decimal_parsing": "不是数字",
    "decimal_type": "不是数字",
    "int_parsing": "不是整数",
    "int_type": "不是整数",
    "int_from_float": "不是整数",
    "date_from_datetime_parsing": "不是日期",
    "date_parsing": "不是日期",
    "date_type": "不是日期",
    "string_type": "应为文字",
    "string_pattern_mismatch": "写法不符合要求",
    "string_too_short": "不能为空",
    "too_short": "至少要有一项",
    "union_tag_invalid": "没有这个种类",
    "union_tag_not_found": "缺少 kind",
    "greater_than_equal": "数值过小",
    "greater_than": "数值过小",
    "less_than_equal": "数值过大",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "model_type": "应为一个表",
    "tuple_type": "应为一个列表",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the dotted path of the place (list items by id or index), and what is wrong there."""

    path: str
    text: Text


class RulebookErrors(Exception):  # noqa: N818  (it carries every mistake of a rulebook, not one error)
    """Raised once for a rulebook, with every mistake found in it."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("; ".join(f"{mistake.path}: {mistake.text.en}" for mistake in mistakes))
        self.mistakes = mistakes


def from_pydantic(error: ValidationError, prefix: str, part: Any) -> Iterator[Mistake]:
    """Turn pydantic's errors into mistakes whose paths are those of the written document."""
    for each in error.errors(include_url=False):
        message = each["msg"].removeprefix("Value error, ")
        zh = _ZH.get(each["type"], "")
        path = ".".join(word for word in (prefix, *_path(each["loc"], part)) if word)
        yield Mistake(path, Text(zh=f"{zh}（{message}）" if zh else message, en=message))


def _path(loc: tuple[int | str, ...], part: Any) -> Iterator[str]:
    """Follow a location through the document, leaving out the union tags that pydantic puts in between."""
    here = part
    for at, word in enumerate(loc):
        if isinstance(here, dict) and (word in here or at == len(loc) - 1):
            yield str(word)
            here = here.get(word)
        elif isinstance(here, list) and isinstance(word, int) and word < len(here):
            here = here[word]
            yield str(here["id"]) if isinstance(here, dict) and "id" in here else str(word)
        elif not isinstance(here, dict):
            yield str(word)
