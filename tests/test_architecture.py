"""The house rules that no linter knows: who commits, what the rooms may touch, how large things grow."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "app").rglob("*.py"))
EDGE = {"views", "api", "cli", "jobs"}
BELOW_VIEWS = {"rules", "operations", "queries", "models", "policies", "listeners", "events"}
WEB = {"request", "session", "current_user", "flash", "redirect", "render_template", "abort", "g"}
WEB_PACKAGES = {"flask", "flask_login", "flask_wtf", "wtforms", "werkzeug"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "services"}
OPEN = {"models", "queries", "operations"}
# Demo data is what people would have done under the real rules, so it asks them.
OPEN_ROOMS = {"demo": OPEN | {"rules", "types"}}
# Where a lower slice lets a higher one register what it knows.
REGISTRIES = {"app.learning.checks", "app.quizzing.cycles"}
# core is below the rooms: the outbox drains in transactions of its own, error pages roll back.
COMMITS_IN_CORE = {"cli.py", "outbox.py"}


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT / "app").with_suffix("").parts
    return next((part for part in parts[1:] if part in EDGE | BELOW_VIEWS), parts[-1])


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in nodes(path) if isinstance(node, ast.FunctionDef))


def length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def commits_outside_the_edge(path: Path) -> list[str]:
    if room_of(path) in EDGE or (path.parent.name == "core" and path.name in COMMITS_IN_CORE):
        return []
    return [
        where(path, node.lineno)
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


def web_below_views(path: Path) -> list[str]:
    if room_of(path) not in BELOW_VIEWS or path.parent.name == "core":
        return []
    return [
        where(path, node.lineno)
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").split(".")[0] in WEB_PACKAGES
        and {alias.name for alias in node.names} & WEB
    ]


def hidden_imports(path: Path) -> list[str]:
    return [
        where(path, inner.lineno)
        for function in functions(path)
        for inner in ast.walk(function)
        if isinstance(inner, ast.ImportFrom) and (inner.module or "").split(".")[0] == "app"
    ]


def past_the_front_door(path: Path) -> list[str]:
    """Imports from another slice's rooms that are its own affair."""
    own = path.relative_to(ROOT / "app").parts[0]
    everybodys, open_rooms = {own, "core", "events", "config"}, OPEN_ROOMS.get(own, OPEN)
    rows = []
    for node in nodes(path):
        module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        if not module.startswith("app.") or module in REGISTRIES:
            continue
        named = [f"{module}.{alias.name}".split(".")[1:3] for alias in node.names]
        rows += [where(path, node.lineno) for slice_, room in named if not (slice_ in everybodys or room in open_rooms)]
    return rows


def oversized(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").count("\n")
    bound = 30 if room_of(path) in {"views", "api"} else 50
    rows = [f"{path.relative_to(ROOT)}: {lines} lines"] if lines > 400 else []
    for function in functions(path):
        decorators = len(function.decorator_list)
        if length(function) - decorators > bound:
            rows.append(f"{where(path, function.lineno)}: {function.name} has {length(function)} lines ({bound})")
    return rows


CHECKS = (commits_outside_the_edge, web_below_views, hidden_imports, past_the_front_door, oversized)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_is_kept(check):
    assert [row for path in FILES for row in check(path)] == []


def test_no_room_has_a_vague_name():
    assert [str(path) for path in FILES if path.stem in VAGUE] == []


def test_every_slice_tells_what_it_is_in_one_sentence():
    for package in sorted((ROOT / "app").glob("*/__init__.py")):
        docstring = ast.get_docstring(ast.parse(package.read_text(encoding="utf-8")))
        assert docstring, f"{package.relative_to(ROOT)} has no docstring"
        assert "\n\n" not in docstring, f"{package.relative_to(ROOT)} says more than a sentence"


BREACHES = {
    commits_outside_the_edge: "def save(db):\n    db.session.commit()\n",
    web_below_views: "from flask import request\n",
    hidden_imports: "def load():\n    from app.core import db\n",
    past_the_front_door: "from app.other import rules\n",
    oversized: "def long():\n" + "    x = 1\n" * 60,
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_each_check_can_fail(check, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.test_architecture.ROOT", tmp_path)
    breach = tmp_path / "app" / "slice" / "operations.py"
    breach.parent.mkdir(parents=True)
    breach.write_text(BREACHES[check])
    assert check(breach) != []


def test_nothing_names_the_place_where_it_was_built():
    """The project speaks of itself alone: its files carry no path of a workshop."""
    words = ("/" + "work/", "../" + "shared")
    texts = [p for p in ROOT.rglob("*") if p.is_file() and p.suffix in {".py", ".md", ".html", ".yaml", ".toml", ".js"}]
    kept = [p for p in texts if not {".venv", ".git", "instance", "node_modules"} & set(p.relative_to(ROOT).parts)]
    assert [str(p) for p in kept if any(word in p.read_text(encoding="utf-8") for word in words)] == []
