"""Where there is nothing to tell a report says so in words: no bare tables, no empty pictures, nothing divided by nobody."""

import io
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from osallisuus.domain import memberships
from osallisuus.domain.memberships import Membership
from osallisuus.exports.formats import render
from osallisuus.i18n import LANGUAGES, speaking
from osallisuus.reports import catalogue
from osallisuus.reports.blocks import Figures, Heading, Number, Paragraph, Report, Table, drawn, plain, words
from osallisuus.reports.catalogue import FORMATS
from osallisuus.store import upkeep
from osallisuus.store.database import Database, open_db
from tests.conftest import NOW
from tests.domain.conftest import World
from tests.reports.town import made

# What a program that counts without looking leaves in its words.
_BROKEN = re.compile(r"\b(nan|inf|None|null|NaN%?)\b|-0\b|%s|\{\w+\}")
_EMPTY_YEAR = (date(2019, 1, 1), date(2019, 12, 31))


def nothing(_world: World) -> None:
    """Make nothing at all."""


def bare(world: World) -> None:
    world.panel(at="17:00", minutes=120)
    world.series()


def without_sessions(world: World) -> None:
    bare(world)
    for number in range(6):
        person = world.person(f"Henkilö{number} Esimerkki")
        one = Membership(panel="vantaa", person_id=person.id, role="peer", from_date="2022-01-01")
        world.write(lambda change, one=one: memberships.add(world.db, one, change))


def without_marks(world: World) -> None:
    without_sessions(world)
    world.hold(world.add("vantaa", "2022-02-24T17:00"))
    world.hold(world.add("teematiistait", "2022-02-08T14:00"))


def still_to_come(world: World) -> None:
    without_sessions(world)
    world.add("vantaa", "2022-12-29T17:00")
    world.cancel(world.add("teematiistait", "2022-12-13T14:00"))


STATES: dict[str, Callable[[World], None]] = {
    "nothing": nothing,
    "bare": bare,
    "without_sessions": without_sessions,
    "without_marks": without_marks,
    "still_to_come": still_to_come,
}


@pytest.fixture(scope="module", params=STATES)
def state(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Database]]:
    """Give a database in which there is next to nothing."""
    path: Path = tmp_path_factory.mktemp("empty") / "osallisuus.db"
    upkeep.create(path, now=NOW)
    opened = open_db(path)
    STATES[request.param](World(opened))
    yield request.param, opened
    opened.close()


def reports(db: Database, *, hosts: bool, **more: object) -> list[Report]:
    found = []
    for name, sheet in catalogue.CATALOGUE.items():
        slugs = {"panel": ["vantaa"], "series": ["teematiistait"], "host": ["vantaa", "teematiistait"], "": []}[sheet.about]
        found += [made(db, name, slug, **more) for slug in (slugs if hosts else [])]
        found += [] if sheet.required else [made(db, name, **more)]
    return found


def said(report: Report) -> str:
    """Return all that is read in a report."""
    lines = [report.title, report.subtitle, *report.limits]
    for block in report.blocks:
        match block:
            case Heading() | Paragraph():
                lines.append(block.text)
            case Figures():
                lines += [f"{item.label}: {words(item.value)}" for item in block.items]
            case Table():
                lines += [block.title, block.note, *(" | ".join(map(words, row)) for row in block.rows)]
    return "\n".join(lines)


def parts(report: Report) -> dict[str, list[object]]:
    """Return what stands under each heading, and before the first."""
    found: dict[str, list[object]] = {"": []}
    for block in report.blocks:
        if isinstance(block, Heading):
            found[block.text] = []
        else:
            found[list(found)[-1]].append(block)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("internal", [False, True], ids=["public", "internal"])
def test_it_says_so_in_words(state: tuple[str, Database], language: str, internal: bool) -> None:
    name, db = state
    for report in reports(db, hosts=name != "nothing", language=language, internal=internal):
        with speaking(language):
            text = said(report)
            assert report.blocks, report.name
            assert not _BROKEN.search(text), (report.name, _BROKEN.search(text))
            for block in report.blocks:
                assert not (isinstance(block, Table) and not block.rows), (report.name, block)
                assert not (isinstance(block, Paragraph) and not block.text.strip()), report.name
                assert not (isinstance(block, Figures) and not block.items), report.name
            for heading, under in list(parts(report).items())[1:]:
                assert under or has_smaller(report, heading), (report.name, heading)


def has_smaller(report: Report, heading: str) -> bool:
    """Tell whether smaller headings stand right under a heading."""
    headings = [block for block in report.blocks if isinstance(block, Heading)]
    place = next(n for n, block in enumerate(headings) if block.text == heading)
    return place + 1 < len(headings) and headings[place + 1].level > headings[place].level


def test_a_year_in_which_nothing_was(state: tuple[str, Database]) -> None:
    name, db = state
    for report in reports(db, hosts=name != "nothing", period=_EMPTY_YEAR):
        text = said(report)
        assert not _BROKEN.search(text)
        assert not [block for block in report.blocks if isinstance(block, Table) and not block.rows], report.name
        if report.name in ("panel", "year", "series"):
            assert not [
                number.key for _label, number in report.numbers() if number.value and number.key not in ("panels", "size")
            ], report.name


@pytest.mark.parametrize("format", ["text", "md", "html", "json"])
def test_it_is_the_same_in_words_in_every_format(state: tuple[str, Database], format: str) -> None:
    name, db = state
    for report in reports(db, hosts=name != "nothing", language="fi"):
        text = render(report, format).decode()
        assert report.title in text
        assert not _BROKEN.search(re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)) or format == "json"
        for block in report.blocks:
            if isinstance(block, Paragraph):
                assert block.text.splitlines()[0][:40] in re.sub(r"\\(?=\W)", "", text).replace("&#39;", "'"), report.name
        if not any(isinstance(block, Table) and drawn(block) for block in report.blocks):
            assert "<svg" not in text, report.name


def test_nothing_is_drawn_where_nobody_was_counted(state: tuple[str, Database]) -> None:
    name, db = state
    for report in reports(db, hosts=name != "nothing"):
        for block in report.blocks:
            if isinstance(block, Table) and drawn(block):
                assert any(isinstance(mark.number, Number) and mark.number.value for mark in drawn(block)), report.name


def test_a_workbook_has_every_part(state: tuple[str, Database]) -> None:
    name, db = state
    for report in reports(db, hosts=name != "nothing"):
        book = openpyxl.load_workbook(io.BytesIO(render(report, "xlsx")))
        cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert report.title in cells
        assert not [cell for cell in cells if _BROKEN.search(cell)]
        for sheet in book:
            assert sheet.max_row > 1, (report.name, sheet.title)
            for chart in sheet._charts:  # openpyxl tells of charts nowhere else
                assert any(isinstance(block, Table) and drawn(block) for block in report.blocks), (report.name, chart)


def test_a_paper_has_the_words(state: tuple[str, Database], tmp_path: Path) -> None:
    name, db = state
    for report in reports(db, hosts=name != "nothing", language="fi"):
        if report.name not in ("panel", "year", "series", "attendance"):
            continue
        file = tmp_path / "report.pdf"
        file.write_bytes(render(report, "pdf"))
        text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True, text=True).stdout
        flat = " ".join(text.split())
        for block in report.blocks:
            if isinstance(block, Paragraph):
                assert block.text.split()[0] in flat
        assert not _BROKEN.search(flat)


def test_a_fresh_database_has_a_sentence_in_each_report_of_everything(db: Database) -> None:
    for language in LANGUAGES:
        for report in reports(db, hosts=False, language=language):
            if report.name == "art30":
                continue
            assert any(isinstance(block, Paragraph) and block.text.endswith(".") for block in report.blocks), report.name
            assert not [block for block in report.blocks if isinstance(block, Table)], report.name
            assert plain(report)["blocks"]
    assert FORMATS == ("text", "md", "html", "xlsx", "pdf", "json")
