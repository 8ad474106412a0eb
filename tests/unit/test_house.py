"""The rules of the house that no linter knows: sizes, first lines, names, and what no file may hold."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("core", "tenants", "assessments", "tasks")
MODULE_LINES, FUNCTION_LINES = 300, 40
# Each is one table or one pass that reads better whole; nothing is added here without a reason.
LONG_FUNCTIONS = {
    "assessments/fees/gathering.py:gather_fee_facts",
    "assessments/periods/portfolio.py:build_document",
}
BANNED_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "process",
    "handle",
    "handlers",
    "data",
    "info",
    "misc",
}
# Built here from parts, so that this file does not hold what it looks for.
NEVER = {
    "unfinished": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b"),
    "a place on somebody's machine": re.compile(r"/(?:home|Users)" + r"/[a-z]|/ro" + r"ot/|/wo" + r"rk/|/tm" + r"p/v/"),
    "a package index": re.compile(
        r"(?:extra-)?index-" + r"url\s*=?\s*\S*http|https?://[\w.:-]*/(?:sim" + r"ple|py" + r"pi)\b"
    ),
}
BY_PRODUCTS = {
    ".git",
    ".venv",
    ".local",
    ".env",
    "build",
    "mutants",
    "static-collected",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
}
CLOCKS = {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}


@cache
def _files() -> tuple[Path, ...]:
    """Every file of the project, committed or about to be; never what git ignores."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        ).stdout.splitlines()
    except FileNotFoundError:
        listed = []
    # Without git (an unpacked archive, another user's checkout) the tree itself is the list, its by-products left out.
    names = listed or [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*")]
    kept = [name for name in names if not BY_PRODUCTS & set(Path(name).parts) and not name.endswith((".mo", ".pyc"))]
    return tuple(sorted(ROOT / name for name in kept if (ROOT / name).is_file()))


def _modules(*floors: str) -> Iterator[tuple[str, ast.Module, str]]:
    for path in _files():
        name = path.relative_to(ROOT)
        if path.suffix == ".py" and "migrations" not in name.parts and (not floors or name.parts[0] in floors):
            text = path.read_text("utf-8")
            yield name.as_posix(), ast.parse(text), text


def _functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_there_is_a_house_to_look_at() -> None:
    assert len(list(_modules(*PRODUCT))) > 100


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    assert {name: lines for name, _tree, text in _modules() if (lines := text.count("\n")) > MODULE_LINES} == {}


def test_no_function_is_longer_than_forty_lines() -> None:
    long = {
        f"{name}:{function}"
        for name, tree, _text in _modules(*PRODUCT)
        for function, lines in _functions(tree)
        if lines > FUNCTION_LINES
    }
    assert long - LONG_FUNCTIONS == set()


def test_the_list_of_long_functions_names_only_long_functions() -> None:
    lengths = {
        f"{name}:{function}": lines for name, tree, _text in _modules(*PRODUCT) for function, lines in _functions(tree)
    }
    assert {name for name in LONG_FUNCTIONS if lengths.get(name, 0) <= FUNCTION_LINES} == set()


def test_every_module_begins_by_saying_what_lives_in_it() -> None:
    assert [name for name, tree, _text in _modules() if tree.body and not ast.get_docstring(tree)] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name for name, _tree, _text in _modules() if Path(name).stem in BANNED_NAMES] == []
    assert [name for name, _tree, _text in _modules() if BANNED_NAMES & set(Path(name).parent.parts)] == []


def test_nothing_that_counts_is_a_binary_float() -> None:
    """Money, scores and rates are int, Decimal and Fraction. The terminal's table is no arithmetic."""
    found = []
    for name, tree, _text in _modules("assessments"):
        if name.startswith("assessments/showcase/"):
            continue
        for node in ast.walk(tree):
            is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
            if is_literal or is_call:
                found.append(f"{name}:{node.lineno}")  # type: ignore[attr-defined]
    assert found == []


def test_rooms_are_told_the_time_and_never_ask_for_it() -> None:
    found = []
    for name, tree, _text in _modules("assessments", "tenants"):
        if "/management/" in name:
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
                continue
            if (node.value.id, node.attr) in CLOCKS:
                found.append(f"{name}:{node.lineno}")
    assert found == []


def test_models_have_no_hidden_order_and_no_hidden_work() -> None:
    found = []
    for name, tree, _text in _modules(*PRODUCT):
        if Path(name).stem != "models" and "/models/" not in name:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == "Meta":
                names = [
                    target.id
                    for part in node.body
                    if isinstance(part, ast.Assign)
                    for target in part.targets
                    if isinstance(target, ast.Name)
                ]
                found += [f"{name}:{node.lineno} ordering"] if "ordering" in names else []
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}:
                found.append(f"{name}:{node.lineno} {node.name}()")
    assert found == []


def test_no_file_holds_what_belongs_to_one_machine_or_is_not_finished() -> None:
    found = []
    for path in _files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for what, pattern in NEVER.items():
            for match in pattern.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                found.append(f"{path.relative_to(ROOT)}:{line}: {what}: {match[0]!r}")
    assert found == []
