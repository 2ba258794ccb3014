"""All public reports of a town, also of periods that overlap, read together by somebody who wants to know who is who."""

import io
import json
import re
import subprocess
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import combinations_with_replacement, permutations
from pathlib import Path

import openpyxl
import pytest

from osallisuus.domain import agreements, feedback
from osallisuus.exports.formats import render
from osallisuus.i18n import LANGUAGES, speaking
from osallisuus.reports import opinions
from osallisuus.reports.blocks import Number, Report, Table, words
from osallisuus.reports.suppression import SUM, Place
from osallisuus.store.database import Database
from tests.domain.conftest import World
from tests.reports import town
from tests.reports.attacker import Told, sums, worked_out
from tests.reports.town import MEMBERS, PANELS, SERIES, TODAY, YEAR, every, made, numbers, tables

PUBLIC = ("panel", "year", "you-said-we-did", "series", "programme", "innokyla")
TEXTS = ("text", "md", "html", "json")
# The whole year and parts of it that overlap: beside each other, one in another, one day, all but one date.
PERIODS = (
    YEAR,
    *((date(2022, 1, 1), day) for day in (date(2022, 2, 24), date(2022, 3, 31), date(2022, 4, 30), date(2022, 6, 30))),
    *((day, date(2022, 12, 31)) for day in (date(2022, 2, 1), date(2022, 3, 1), date(2022, 4, 1), date(2022, 5, 1))),
    (date(2022, 5, 10), date(2022, 5, 10)),
)
# Numbers of people that are of a period, not of a day; who came or answered at a date is counted at no other.
FLOWS = ("sessions.visits", "registered", "attended", "feedback.n", "grades.5", "experts")


def public(db: Database, period: tuple[date, date] = YEAR) -> list[Report]:
    return [report for report in every(db, period=period) if report.audience == "public"]


def value(number: Number) -> int:
    assert number.value is not None
    return round(number.value)


# Members


def told_of_members(db: Database, least: int) -> list[Told]:
    """Return every number of members that the report of the year and those of all panels tell."""
    places = sums(CELLS)
    year = numbers(made(db, "year", report_minimum=least))
    found: dict[Place, Number] = {(SUM, SUM): year["members"]}
    found |= {(panel, SUM): year[f"panels.{panel}.members"] for panel in PANELS}
    roles = {role for _panel, role in CELLS}
    found |= {(SUM, role): year[f"members.{role}"] for role in roles}
    told = [Told(places[place], value(number)) for place, number in found.items() if not number.hidden]
    for panel in PANELS:
        own = numbers(made(db, "panel", panel, report_minimum=least))
        places_ = {(panel, role): own[f"members.{role}"] for role in roles if f"members.{role}" in own and (panel, role) in CELLS}
        told += [
            Told(places[place], value(one)) for place, one in (places_ | {(panel, SUM): own["members"]}).items() if not one.hidden
        ]
    return told


CELLS = {(panel, role): n for panel, by_role in MEMBERS.items() for role, n in by_role.items()}


@pytest.mark.parametrize("least", [3, 5, 7])
def test_the_reports_of_all_panels_together_give_no_small_role_back(rich: Database, least: int) -> None:
    told = told_of_members(rich, least)
    assert len(told) > 8
    truth = {place: sum(CELLS[cell] for cell in parts) for place, parts in sums(CELLS).items()}
    assert all(one.total == sum(CELLS[cell] for cell in one.cells) for one in told)
    assert not [one for one in told if 0 < one.total < least]
    small = {place for place, n in truth.items() if 0 < n < least}
    assert small, "there is nothing to find"
    assert not worked_out(CELLS, told) & small


def test_what_one_report_hides_no_other_tells(rich: Database) -> None:
    year = numbers(made(rich, "year"))
    for panel in PANELS:
        own = numbers(made(rich, "panel", panel))["members"]
        assert (own.hidden, own.value) == (year[f"panels.{panel}.members"].hidden, year[f"panels.{panel}.members"].value)


def test_the_bound_is_the_one_that_is_set(rich: Database) -> None:
    for least in (3, 4, 7, 10):
        for report in [made(rich, "panel", panel, report_minimum=least) for panel in PANELS]:
            people = [row[-1] for row in tables(report)["dates"].rows] if "dates" in tables(report) else []
            assert not [one for one in people if isinstance(one, Number) and one.value and one.value < least]
            assert f"1 to {least - 1}" in report.limits[0]
    three, ten = (numbers(made(rich, "panel", "vantaa", report_minimum=least)) for least in (3, 10))
    assert three["present.vantaa/2"].value == 3
    assert ten["present.vantaa/1"].hidden


# Dates


@pytest.mark.parametrize("period", PERIODS, ids=lambda days: f"{days[0]}-{days[1]}")
def test_sums_over_dates_follow_from_what_is_told_of_each(rich: Database, period: tuple[date, date]) -> None:
    for panel in PANELS:
        found = numbers(made(rich, "panel", panel, period=period))
        seen = [one.value for key, one in found.items() if key.startswith("present.") and one.value is not None]
        if "sessions.average" in found and seen:
            assert found["sessions.average"].value == round(sum(seen) / len(seen), 1)
    for series in SERIES:
        found = numbers(made(rich, "series", series, period=period))
        for key, parts in (("attended", "present."), ("registered", "registered."), ("feedback.n", r"feedback.*\.n")):
            told = [one.value for name, one in found.items() if re.match(rf"{parts}.*", name) and name != key and one.value]
            if key in found and found[key].value is not None:
                assert found[key].value == sum(told), key


def test_small_dates_are_hidden_and_big_ones_are_not(rich: Database) -> None:
    present = numbers(made(rich, "panel", "vantaa"))
    hidden = {key for key, one in present.items() if key.startswith("present.") and one.hidden}
    assert hidden == {"present.vantaa/2", "present.vantaa/5"}
    assert [present[f"present.vantaa/{n}"].value for n in (1, 3, 4, 8)] == [9, 15, 0, None]


def test_a_sum_of_hidden_numbers_only_is_hidden_and_not_nothing(rich: Database) -> None:
    """In February a few were there, in October nobody was marked."""
    months = numbers(made(rich, "year"))
    assert [words(months[f"months.2022-{month}.visits"]) for month in ("02", "04", "05", "10")] == ["..", "0", "..", "–"]


def test_the_share_of_those_who_came_is_that_of_what_is_told(rich: Database) -> None:
    season = numbers(made(rich, "series", "teematiistait"))
    assert season["show-up"].value == (18 + 7 + 31) / (20 + 8 + 42)
    assert [season[f"show-up.teematiistait/{n}"].hidden for n in range(1, 6)] == [False, True, False, True, False]


@pytest.mark.parametrize("flow", FLOWS)
def test_periods_that_overlap_do_not_tell_a_few_people_apart(rich: Database, flow: str) -> None:
    """What two reports tell of two periods, one in the other, is the number of those who are in one of them only."""
    for name, slugs in (("panel", PANELS), ("series", SERIES), ("year", ("",)), ("innokyla", (*PANELS, *SERIES))):
        for slug in slugs:
            found = {period: numbers(made(rich, name, slug, period=period)) for period in PERIODS}
            for wide, narrow in permutations(PERIODS, 2):
                if not wide[0] <= narrow[0] <= narrow[1] <= wide[1]:
                    continue
                for key, one in found[wide].items():
                    other = found[narrow].get(key)
                    if key == flow and other and one.value is not None and other.value is not None:
                        assert not 0 < one.value - other.value < 5, (name, slug, key, wide, narrow)


def test_the_rate_of_a_part_of_a_year_is_not_told(rich: Database) -> None:
    assert numbers(made(rich, "panel", "vantaa"))["sessions.rate"].value == pytest.approx(59 / 105, abs=0.05)
    for period in PERIODS[1:]:
        rate = numbers(made(rich, "panel", "vantaa", period=period)).get("sessions.rate")
        assert rate is None or rate.value is None


# Training


def test_a_course_of_few_and_the_few_without_training_are_hidden(rich: Database) -> None:
    vantaa, kerava = (numbers(made(rich, "panel", panel)) for panel in ("vantaa", "kerava"))
    assert vantaa["courses.1"].value == 8
    assert vantaa["courses.2"].hidden
    assert vantaa["trained"].value == 10  # five are not
    assert kerava["trained"].hidden
    assert numbers(made(rich, "panel", "vantaa", report_minimum=6))["trained"].hidden  # five are too few now


# Feedback


def grades_of(report: Report) -> Mapping[str, list[Number]]:
    """Return, by date, answers, how often each grade was given, mean and index."""
    rows = tables(report)["feedback"].rows
    return {words(row[0])[4:14]: [cell for cell in row[1:] if isinstance(cell, Number)] for row in rows}


def test_too_little_feedback_is_not_told(rich: Database) -> None:
    found = grades_of(made(rich, "series", "teematiistait"))
    assert all(one.hidden for one in found["2022-02-08"])  # two answered
    assert [one.hidden for one in found["2022-03-08"]] == [False, *[True] * 5, False, False]
    assert [one.value for one in found["2022-01-11"][:6]] == [19, 0, 0, 5, 6, 8]
    stricter = grades_of(made(rich, "series", "teematiistait", feedback_minimum=20))
    assert stricter["2022-01-11"][6].hidden
    assert stricter["2022-05-10"][6].hidden  # 21 answers with a mean of 5.0, but not all 5: one gave 4


def test_sums_of_feedback_leave_out_the_dates_of_few(rich: Database) -> None:
    found = made(rich, "series", "teematiistait")
    own = numbers(found)
    assert [own[f"grades.{grade}"].value for grade in range(1, 6)] == [0, 0, 5, 6, 8]
    # of the means that are told: 4.2 of nineteen in January and 4.4 of five in March; February and May are not
    assert own["feedback.mean"].value == round((19 * 4.2 + 5 * 4.4) / 24, 1)
    assert len(limits := [one for one in found.limits if "at least 5" in one]) == 1, limits


def test_mean_and_answers_do_not_tell_grades_that_are_hidden(rich: Database) -> None:
    """Nobody finds the one way in which so many could have given grades with this mean."""
    for day, (answers, *grades, mean, _index) in grades_of(made(rich, "series", "teematiistait")).items():
        if mean.value is None or not all(one.hidden for one in grades) or value(answers) > 30:
            continue
        ways = [
            given
            for given in combinations_with_replacement(range(1, 6), value(answers))
            if round(sum(given) / len(given) + 1e-9, 1) == mean.value and any(0 < given.count(grade) < 5 for grade in given)
        ]
        assert len(ways) > 1, (day, ways)


# Names


def names(db: Database) -> list[str]:
    """Return all that tells who somebody is, of members, guests and those who asked; speakers have agreed to be named."""
    people = db.rows("SELECT name, email, phone FROM people WHERE name NOT LIKE 'Puhuja%'")
    guests = db.rows("SELECT name, email, '' AS phone FROM registrations")
    askers = [row["asker"] for row in db.rows("SELECT asker FROM questions WHERE asker <> ''")]
    return sorted({cell for row in (*people, *guests) for cell in tuple(row) if cell} | {*askers})


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_public_report_names_anybody(rich: Database, language: str) -> None:
    known = names(rich)
    assert len(known) > 150
    for name, slug in ABOUT:
        report = made(rich, name, slug, language=language)
        assert report.audience == "public"
        for kind in TEXTS:
            text = render(report, kind).decode()
            assert not [one for one in known if one in text], (name, slug, kind)
            assert not re.search(r"Aino|Kert[tu]|Esimer|yksityinen|0407|040 7", text), (name, slug, kind)


ABOUT = (
    *((name, slug) for name in ("panel", "innokyla", "you-said-we-did") for slug in PANELS),
    *((name, slug) for name in ("series", "programme", "innokyla") for slug in SERIES),
    *((name, "") for name in ("year", "you-said-we-did")),
)


def test_every_public_report_is_looked_at(rich: Database) -> None:
    assert {name for name, _slug in ABOUT} == {report.name for report in public(rich)} == set(PUBLIC)


def test_who_allows_it_is_named_until_they_take_it_back(changing: World) -> None:
    def said(today: date = TODAY) -> str:
        return "".join(render(made(changing.db, name, slug, today=today), "text").decode() for name, slug in ABOUT)

    assert "Aino" not in said()
    aino = town.consent(changing, "Aino Esimerkki")
    assert "Aino Esimerkille soitettava" in said()
    assert "Kertu" not in said()
    assert "Aino Esimerk" not in said(date(2022, 1, 1))  # the day before it was given
    taken = date(2022, 12, 1)
    changing.write(lambda change: agreements.withdraw(changing.db, aino, "name-publication", taken, change))
    assert "Aino" not in said()
    assert "Aino Esimerkille soitettava" in said(taken - timedelta(days=1))


NAMED = "Ainon asia"


@pytest.mark.parametrize(
    ("report", "statement"),
    [
        ("panel", "UPDATE proposals SET theme = :text"),
        ("panel", "UPDATE events SET title = :text"),
        ("panel", "UPDATE trainings SET course = :text"),
        ("you-said-we-did", "UPDATE proposals SET sent_to = :text WHERE sent_to <> ''"),
    ],
    ids=["theme", "title", "course", "sent_to"],
)
def test_a_name_in_another_text_of_a_panel_is_left_out(changing: World, report: str, statement: str) -> None:
    changing.db.execute(statement, {"text": NAMED})
    for kind in TEXTS:
        assert "Aino" not in render(made(changing.db, report, "vantaa"), kind).decode()


# Internal


def test_an_internal_report_tells_every_number_and_says_that_it_is_internal(rich: Database) -> None:
    said = {"fi": "Sisäinen", "sv": "Internt", "en": "Internal"}
    for language, word in said.items():
        for name, slug in ABOUT:
            report = made(rich, name, slug, internal=True, language=language)
            feedback = re.compile(r"^feedback\.")  # the least number of answers holds for everybody
            assert not [key for key, one in numbers(report).items() if one.hidden and not feedback.match(key)]
            for kind in ("text", "md", "html"):
                assert word.lower() in render(report, kind).decode()[:20_000].lower(), (name, kind, language)
            assert json.loads(render(report, "json"))["report"]["audience"] == "internal"
            with speaking(language):
                assert word.lower() not in render(made(rich, name, slug, language=language), "text").decode().lower()


@pytest.mark.parametrize("internal", [False, True], ids=["public", "internal"])
def test_workbooks_and_papers_say_the_same(rich: Database, tmp_path: Path, internal: bool) -> None:
    known = names(rich)
    for name, slug in (("panel", "vantaa"), ("series", "teematiistait"), ("year", "")):
        report = made(rich, name, slug, internal=internal)
        (tmp_path / "report.pdf").write_bytes(render(report, "pdf"))
        paper = subprocess.run(["pdftotext", "-layout", tmp_path / "report.pdf", "-"], capture_output=True, check=True, text=True)
        book = openpyxl.load_workbook(io.BytesIO(render(report, "xlsx")))
        cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
        for text in ("\n".join(cells), paper.stdout):
            assert not [one for one in known if one in text]
            assert ("Internal: not to be published." in text) is internal
            assert (".." in re.sub(r"\.{3,}", "", text)) is not internal or name == "series"  # too little feedback is for nobody


def test_an_internal_report_tells_what_a_public_one_hides(rich: Database) -> None:
    inside = numbers(made(rich, "panel", "vantaa", internal=True))
    assert inside["present.vantaa/2"].value == 3
    assert {role: inside[f"members.{role}"].value for role in MEMBERS["vantaa"]} == MEMBERS["vantaa"]
    assert inside["courses.2"].value == 2


def test_hidden_numbers_are_in_no_format(rich: Database) -> None:
    """A number that is hidden is not in the document either, nor in the picture of a table."""
    for name, slug in ABOUT:
        report = made(rich, name, slug)
        assert all(one.value is None for one in numbers(report).values() if one.hidden)
        for table in (block for block in report.blocks if isinstance(block, Table)):
            keys = [cell.key for row in table.rows for cell in row if isinstance(cell, Number) and cell.hidden]
            document = json.loads(render(report, "json"))["report"]
            own = next(block for block in document["blocks"] if block.get("key") == table.key)
            rows = [*own["rows"], *([own["total"]] if own["total"] else [])]
            assert sum(len(row["hidden"]) for row in rows) == len(keys)
            assert all(row[column] is None for row in rows for column in row["hidden"])


@pytest.mark.parametrize(
    ("n", "mean", "away"),
    [
        (21, 5.0, True),  # one of 21 gave 4
        (10, 4.9, True),
        (10, 4.8, False),  # two gave 4, or one gave 3
        (41, 5.0, False),  # one or two gave 4
        (10, 1.1, True),
        (10, 3.0, False),
    ],
)
def test_a_mean_from_which_the_grades_follow_is_known(n: int, mean: float, *, away: bool) -> None:
    assert opinions.given_away(n, mean) is away


def test_an_index_from_which_the_groups_follow_is_known() -> None:
    """An index is hidden exactly where only one number of promoters, passives and detractors gives it, and one of them is one."""
    for n in range(3, 45):
        ways: dict[int, list[tuple[int, int, int]]] = {}
        for more in range(n + 1):
            for less in range(n + 1 - more):
                rest = n - more - less
                ways.setdefault(feedback.index({10: more, 8: rest, 0: less}), []).append((more, rest, less))
        for index, found in ways.items():
            alone = len(found) == 1 and 1 in found[0]
            assert opinions.groups_given_away(n, index) is alone, (n, index, found)
