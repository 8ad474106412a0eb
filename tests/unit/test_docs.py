"""What the documents name exists: files, commands, routes, codes, variables; and both READMEs say the same."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from assessments.metrics.reading.formats import FORMATS
from assessments.urls import router

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").glob("*.md")])
ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
VARIABLE = re.compile(r"""["'](KAOHE_[A-Z_]+|(?:OWNER_)?DATABASE_URL|BROKER_URL)["']""")
ID = "00000000-0000-4000-8000-000000000000"
# Marks that one process of ours sets for another: nobody sets them by hand.
INTERNAL = {"KAOHE_SUPERVISOR", "KAOHE_TEST_SERVERS"}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _prose(text: str) -> str:
    return FENCE.sub("", text)


def _commands(text: str) -> Iterator[str]:
    """Everything that a reader would type: lines of shell blocks and code spans."""
    for language, block in FENCE.findall(text):
        if language == "sh":
            yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", _prose(text))


def _without_comments(block: str) -> str:
    return re.sub(r"\s+#\s.*$", "", block, flags=re.MULTILINE).strip()


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = []
    for target in LINK.findall(_prose(path.read_text("utf-8"))):
        file, _, fragment = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        found = (path.parent / file) if file else path
        if not found.exists() or (fragment and fragment not in _anchors(found.read_text("utf-8"))):
            broken.append(target)
    assert broken == []


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+\s+(.*)$", _prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_every_command_exists(path: Path) -> None:
    known = set(get_commands())
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    missing = []
    for line in _commands(path.read_text("utf-8")):
        missing += [f"manage.py {name}" for name in re.findall(r"manage\.py (\w+)", line) if name not in known]
        missing += [f"make {name}" for name in re.findall(r"(?:^|\s)make ([a-z][a-z-]*)", line) if name not in targets]
    assert missing == []


def test_the_two_readmes_have_the_same_sections_and_the_same_blocks() -> None:
    english, chinese = ENGLISH.read_text("utf-8"), CHINESE.read_text("utf-8")
    levels = [
        [len(marks) for marks in re.findall(r"^(#+) ", _prose(text), re.MULTILINE)] for text in (english, chinese)
    ]
    assert levels[0] == levels[1]
    assert len(levels[0]) > 8
    blocks = [
        [(language, _without_comments(block)) for language, block in FENCE.findall(text)] for text in (english, chinese)
    ]
    assert blocks[0] == blocks[1]
    assert [language for language, _block in blocks[0]].count("sh") > 5


def test_the_readme_knows_every_document() -> None:
    for readme in (ENGLISH, CHINESE):
        linked = set(LINK.findall(readme.read_text("utf-8")))
        assert {_name(path) for path in (ROOT / "docs").glob("*.md")} - linked == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_every_api_path_in_an_example_is_a_route(path: Path) -> None:
    text = path.read_text("utf-8")
    paths = re.findall(r"\$API(/[^\s\"']*)|/api/v1(/[^\s\"'>)`]*)", "\n".join([*_commands(text), text]))
    unknown = []
    for found in {first or second for first, second in paths}:
        route = re.sub(r"\$[A-Z]+|\{id\}", ID, found.partition("?")[0])
        try:
            resolve(f"/api/v1{route}", urlconf="core.urls")
        except Resolver404:
            if route not in {"/", "/…"}:
                unknown.append(found)
    assert unknown == []


def test_the_api_page_lists_every_route() -> None:
    table = (ROOT / "docs" / "api.md").read_text("utf-8")
    assert [prefix for prefix, _view, _name in router.registry if f"| `{prefix}/`" not in table] == []


@pytest.mark.parametrize(("prefix", "view"), [(prefix, view) for prefix, view, _name in router.registry])
def test_the_api_page_lists_the_filters_of_a_route(prefix: str, view: type) -> None:
    table = (ROOT / "docs" / "api.md").read_text("utf-8")
    [row] = [line for line in table.splitlines() if line.startswith(f"| `{prefix}/`")]
    filters = row.rsplit("|", 2)[1]
    declared = getattr(view, "filterset_class", None)
    names = declared.base_filters if declared else getattr(view, "filterset_fields", [])
    assert sorted(re.findall(r"`(\w+)`", filters)) == sorted(names)


def _trees() -> Iterator[ast.Module]:
    for floor in ("assessments", "core", "tenants", "tasks"):
        for path in sorted((ROOT / floor).rglob("*.py")):
            yield ast.parse(path.read_text("utf-8"))


def _codes(*names: str) -> set[str]:
    """The codes given to calls of these names: their first argument, or what `reject` and `Rejection` call a code."""
    found = set()
    for tree in _trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", getattr(node.func, "attr", "")) not in names:
                continue
            is_reject = getattr(node.func, "attr", "") == "reject"
            words = [
                *node.args[is_reject : is_reject + 1],
                *(word.value for word in node.keywords if word.arg == "code"),
            ]
            found |= {word.value for word in words if isinstance(word, ast.Constant) and isinstance(word.value, str)}
    return found


def _refusals() -> set[str]:
    """ServiceError and every class made from it."""
    names = {"ServiceError"}
    classes = [node for tree in _trees() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while fresh := {made.name for made in classes if {getattr(base, "id", "") for base in made.bases} & names} - names:
        names |= fresh
    return names


def _documented(page: str, heading: str) -> set[str]:
    section = (ROOT / "docs" / page).read_text("utf-8").split(f"\n### {heading}\n")[1].partition("\n#")[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


def test_the_imports_page_has_every_reason_to_refuse_a_file() -> None:
    assert _documented("imports.md", "A file is refused") == _codes("UnreadableFile") | {"gave_up"}


def test_the_imports_page_has_every_reason_to_reject_a_row() -> None:
    assert _documented("imports.md", "A row is rejected") == _codes("CellProblem", "reject", "Rejection")


def test_the_imports_page_has_every_kind_of_file() -> None:
    page = (ROOT / "docs" / "imports.md").read_text("utf-8")
    assert [form.kind for form in FORMATS if f"| `{form.kind}` |" not in page] == []


def test_the_api_page_has_every_code_of_a_refusal() -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    codes = _codes(*_refusals())
    assert len(codes) > 4
    assert [code for code in sorted(codes) if f"`{code}`" not in page] == []


def test_the_operations_page_has_every_variable() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    read = {
        name
        for folder in ("core", "tenants", "assessments", "tasks")
        for path in (ROOT / folder).rglob("*.py")
        for name in VARIABLE.findall(path.read_text("utf-8"))
    }
    assert len(read) > 10
    assert sorted(name for name in read - INTERNAL if f"| `{name}` |" not in page) == []


def test_the_operations_page_has_no_variable_that_nobody_reads() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    sources = [*(ROOT / "core").rglob("*.py"), ROOT / "Makefile", ROOT / "compose.yaml", ROOT / "Dockerfile"]
    everything = "\n".join(path.read_text("utf-8") for path in sources)
    named = re.findall(r"^\| `([A-Z][A-Z_]+)` \|", page, re.MULTILINE)
    assert named
    assert [name for name in named if not re.search(rf"\b{name}\b", everything)] == []
