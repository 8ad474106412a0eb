"""The Chinese message catalogue says everything the code says, with the same words as the engine."""

import ast
import gettext
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import override, to_locale
from django.utils.translation.template import templatize

from assessments.engine.explaining.sentences import WORDS
from assessments.periods.models import Outcome, Standing

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("core", "tenants", "assessments", "tasks")
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2)}
IN_TEMPLATES = re.compile(r"\b(?:gettext|_)\(u?(['\"])((?:\\.|(?!\1).)*)\1")
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sd]|\{(\w*)\}")
# The domain's words: one word for one thing, in every place where a person meets it.
DOMAIN = {
    "store": "店铺",
    "client": "客户",
    "agency": "服务商",
    "standing": "店铺状态",
    "verdict": "判定",
    "assessment period": "考核周期",
    "category line": "类目档位线",
    "fee agreement": "年费",
    "refund estimate": "返还估算",
    "violation": "违规",
    "import": "导入",
    "rulebook version": "规则集版本",
    "assignment": "店铺分派",
    "programme": "考核项目",
    "agency owner": "负责人",
    "lead": "主管",
    "operator": "运营",
    "client admin": "客户管理员",
    "client viewer": "客户只读",
}


def _modules() -> Iterator[Path]:
    for floor in FLOORS:
        yield from (path for path in sorted((ROOT / floor).rglob("*.py")) if "migrations" not in path.parts)


def _messages_of_the_code() -> set[str]:
    found: set[str] = set()
    for path in _modules():
        for _line, message, _comments, _context in extract_from_file("python", str(path), keywords=KEYWORDS):
            found.update([message] if isinstance(message, str) else message[:1])
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("templates/**/*.html"):
            found.update(text for _quote, text in IN_TEMPLATES.findall(templatize(path.read_text("utf-8"))))
    return found


def _placeholders(text: str) -> list[str]:
    return sorted(match[0] for match in PLACEHOLDER.finditer(text))


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    path = ROOT / "locale" / to_locale(settings.LANGUAGE_CODE) / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


@pytest.fixture(scope="module")
def chinese(catalogue: Catalog) -> dict[str, str]:
    return {message.id: message.string for message in catalogue if isinstance(message.id, str) and message.id}


def test_every_message_of_the_code_has_a_chinese_sentence(chinese: dict[str, str]) -> None:
    messages = _messages_of_the_code()
    assert len(messages) > 150, "the search for messages finds too little to prove anything"
    assert sorted(message for message in messages if not chinese.get(message, "").strip()) == []


def test_the_catalogue_holds_nothing_that_the_code_no_longer_says(catalogue: Catalog, chinese: dict[str, str]) -> None:
    assert sorted(set(chinese) - _messages_of_the_code()) == []
    assert list(catalogue.obsolete) == []


def test_no_translation_is_a_guess(catalogue: Catalog) -> None:
    assert [message.id for message in catalogue if message.fuzzy and message.id] == []


def test_a_translation_has_the_placeholders_of_its_message(chinese: dict[str, str]) -> None:
    assert any(_placeholders(message) for message in chinese), "there should be something to compare"
    assert {
        message: sentence for message, sentence in chinese.items() if _placeholders(message) != _placeholders(sentence)
    } == {}


def test_the_catalogue_compiles_and_answers(catalogue: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    translations = gettext.GNUTranslations(io.BytesIO(compiled.getvalue()))
    assert translations.gettext("fee agreement") == "年费"
    assert translations.gettext("%(file)s is being taken over.") % {"file": "甲.xls"} == "甲.xls 正在导入。"


def test_the_words_of_the_domain_are_the_agreed_ones(chinese: dict[str, str]) -> None:
    assert {word: chinese.get(word) for word in DOMAIN} == DOMAIN


@pytest.mark.parametrize("choice", [*Standing, *Outcome], ids=lambda choice: f"{type(choice).__name__}.{choice.name}")
def test_a_page_calls_a_standing_as_the_explanation_does(choice: Standing | Outcome, chinese: dict[str, str]) -> None:
    with override("en"):
        message = str(choice.label)
    assert chinese[message] == WORDS[choice.value].zh


def test_messages_are_written_out_where_they_are_asked_for() -> None:
    """A message put together at run time is never found by a translator."""
    loose = []
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in KEYWORDS:
                continue
            if node.args and not (isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)):
                loose.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert loose == []
