"""Imports run one way: cli → mail → imports, exports → reports → domain → store → leaves; each library stays in its room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "osallisuus"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "locales" not in path.parts)
RANKS = {"cli": 6, "mail": 5, "imports": 4, "exports": 4, "reports": 3, "domain": 2, "store": 1}
# Inside the domain, what hangs on something comes after it.
NOUNS = (
    *("hosts", "descriptions", "people", "roles", "targets", "memberships", "events", "calendars", "planning"),
    *("trainings", "agreements", "anonymity", "requirements", "attendance", "scopes", "proposals", "progress"),
    *("arrivals", "agendas", "dialogue", "rundowns"),
    *("publications", "questions", "memos", "departures", "debts"),
    *("talks", "speakers", "programmes", "materials", "resources", "notes"),
    *("registrations", "feedback", "releases"),
    *("messages", "answers", "replies", "audiences", "schedules", "notices", "letters"),
    *("checklists", "readiness", "seasons", "pages", "tasks"),
)
# Which rooms may know a library; anything else in the standard library or listed nowhere is free.
ROOMS = {
    "typer": ("cli",),
    "rich": ("cli",),
    "sqlite3": ("store", "cli/doctor.py"),
    "sqlite_utils": ("store",),
    "icalendar": ("exports/calendars.py", "imports/replies.py"),
    "jinja2": ("exports",),
    "markupsafe": ("exports",),
    "markdown_it": ("exports/prose.py",),
    "holidays": ("dates.py",),
    "dateutil": ("recurrence.py",),
    "python_calamine": ("imports",),
    "xlsxwriter": ("exports",),
    "typst": ("exports/formats/paper.py",),
    "smtplib": ("mail/delivery.py",),
    "email": ("mail", "imports/replies.py"),
    "caldav": ("mail/caldav.py",),
    "keyring": ("mail/accounts.py",),
    "click": (),
}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rank(parts: tuple[str, ...]) -> int:
    if parts[:1] == ("__main__",):
        return 7
    return RANKS.get(parts[0], 0) if parts else 0


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_downwards(path: Path) -> None:
    own = rank(path.relative_to(PACKAGE).with_suffix("").parts)
    for name in imports(path):
        parts = tuple(name.split("."))
        if parts[0] == "osallisuus":
            assert rank(parts[1:]) <= own, f"{name} is above {path.relative_to(PACKAGE)}"


def test_nouns_know_only_those_before_them() -> None:
    for path in (PACKAGE / "domain").glob("[a-z]*.py"):
        for name in imports(path):
            parts = name.split(".")
            if parts[:2] == ["osallisuus", "domain"] and len(parts) > 2:
                assert NOUNS.index(parts[2]) < NOUNS.index(path.stem), f"{path.stem} imports {parts[2]}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    where = path.relative_to(PACKAGE).as_posix()
    for name in imports(path):
        rooms = ROOMS.get(name.split(".")[0])
        assert rooms is None or any(where == room or where.startswith(f"{room}/") for room in rooms), f"{where} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_rooms_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400, "past 400 lines there is usually a second idea inside"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and not {"cli", "schema"} & set(path.parts):  # options; SQL
            assert (node.end_lineno or 0) - node.lineno <= 45, f"{node.name} is long"
