"""Feedback from the outside: results with their numbers, hidden while there are few, and never who gave them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import Program

DATE = "teematiistait/2022-09-13"


@pytest.fixture
def held(season: Program) -> Program:
    """Give the season after its second date."""
    season.now = datetime(2022, 10, 12, 6, tzinfo=UTC)
    for number in (1, 2):
        season(f"webinar held teematiistait/{number}")
    return season


def rate(program: Program, occasion: str, *answers: tuple[int, int]) -> None:
    for rating, recommend in answers:
        program(f"feedback add {occasion} --rating {rating} --recommend {recommend}")


def file(program: Program, text: str) -> Path:
    path = program.folder / "vastaukset.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_results_are_hidden_until_there_are_enough(held: Program) -> None:
    added = held("feedback", "add", DATE, "--rating", "5", "--recommend", "9", "--text", "Selkeät esimerkit.")
    assert added.out == f"Added feedback 1; {DATE} has 1 answer.\n"
    rate(held, DATE, (4, 10), (4, 8), (3, 0))
    assert held(f"feedback show {DATE}").out == f"{DATE}: 4 answers\n  Results are shown from 5 answers on.\n"
    hidden = held.json(f"feedback show {DATE}")["feedback"]
    assert hidden == {
        "occasion": "teematiistait/1", "n": 4, "minimum": 5, "hidden": True, "rating": None, "recommend": None, "index": None,
        "texts": [], "written": 1, "dates": 1, "left_out": 1,
    }  # fmt: skip
    rate(held, DATE, (4, 10))
    assert held("feedback show teematiistait/1").out == (
        f"{DATE}: 5 answers\n"
        "  Grade 4 of 5 (5 answers); 5: 1, 4: 3, 3: 1\n"
        "  Recommendation 7.4 of 10 (5 answers); 10: 2, 9: 1, 8: 1, 0: 1\n"
        "  Recommendation index +40 (5 answers)\n"
        "  – Selkeät esimerkit.\n"
    )
    shown = held.json(f"feedback show {DATE}")["feedback"]
    assert (shown["n"], shown["hidden"], shown["index"], shown["texts"]) == (5, False, 40, ["Selkeät esimerkit."])
    assert shown["rating"] == {"n": 5, "mean": 4.0, "distribution": {"1": 0, "2": 0, "3": 1, "4": 3, "5": 1}}
    assert shown["recommend"]["n"] == 5


def test_the_least_number_can_be_set_but_not_below_three(held: Program) -> None:
    rate(held, DATE, (5, 10), (5, 6), (5, 6))
    assert held.json(f"feedback show {DATE}")["feedback"]["hidden"]
    held("config set feedback_minimum 3")
    assert "  Recommendation index -33 (3 answers)\n" in held(f"feedback show {DATE}").out
    held("config set feedback_minimum 4")
    assert held.json(f"feedback show {DATE}")["feedback"]["minimum"] == 4
    assert held(f"feedback show {DATE}").out == f"{DATE}: 3 answers\n  Results are shown from 4 answers on.\n"
    for value in ("2", "0", "1001", "viisi"):
        assert held.json(f"config set feedback_minimum {value}", status=2)["error"]["code"] == "usage"


def test_a_question_that_few_answered_is_hidden_beside_one_that_many_did(held: Program) -> None:
    for _n in range(5):
        held(f"feedback add {DATE} --rating 4")
    held(f"feedback add {DATE} --recommend 0")
    assert held(f"feedback show {DATE}").out == f"{DATE}: 6 answers\n  Grade 4 of 5 (5 answers); 4: 5\n"
    document = held.json(f"feedback show {DATE}")["feedback"]
    assert (document["recommend"], document["index"], document["hidden"]) == (None, None, False)


def test_a_series_is_summed_without_the_dates_of_few(held: Program) -> None:
    assert held("feedback show teematiistait").out == "All together: no feedback yet.\n"
    rate(held, DATE, *[(5, 9)] * 5)
    rate(held, "teematiistait/2", (1, 0), (1, 0))
    shown = held("feedback show teematiistait")
    assert shown.out == (
        f"{DATE}: 5 answers\n"
        "  Grade 5 of 5 (5 answers); 5: 5\n"
        "  Recommendation 9 of 10 (5 answers); 9: 5\n"
        "  Recommendation index +100 (5 answers)\n"
        "teematiistait/2022-10-11: 2 answers\n"
        "  Results are shown from 5 answers on.\n"
        "All together: 7 answers\n"
        "  Grade 5 of 5 (5 answers); 5: 5\n"
        "  Recommendation 9 of 10 (5 answers); 9: 5\n"
        "  Recommendation index +100 (5 answers)\n"
    )
    assert shown.err == (
        "1 date has too few answers to be in all the sums: its results would be the difference.\n"
    )  # fmt: skip
    document = held.json("feedback show teematiistait")["feedback"]
    assert (document["host"], document["n"], document["dates"], document["left_out"]) == ("teematiistait", 7, 2, 1)
    assert document["rating"]["n"] == 5
    assert [(one["occasion"], one["n"], one["hidden"]) for one in document["by_date"]] == [
        (DATE, 5, False), ("teematiistait/2022-10-11", 2, True),
    ]  # fmt: skip


def test_a_date_without_feedback_says_so(held: Program) -> None:
    assert held(f"feedback show {DATE}").out == f"{DATE}: no feedback yet.\n"
    assert held.json(f"feedback show {DATE}")["feedback"] == {
        "occasion": "teematiistait/1", "n": 0, "minimum": 5, "hidden": False, "rating": None, "recommend": None, "index": None,
        "texts": [], "written": 0, "dates": 0, "left_out": 0,
    }  # fmt: skip
    assert held.json("feedback show teematiistait")["feedback"]["by_date"] == []


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("add", DATE), 2, "usage"),
        (("add", DATE, "--text", " "), 2, "usage"),
        (("add", DATE, "--rating", "0"), 2, "usage"),
        (("add", DATE, "--rating", "6"), 2, "usage"),
        (("add", DATE, "--recommend", "11"), 2, "usage"),
        (("add", DATE, "--rating", "hyvä"), 2, "usage"),
        (("add", DATE, "--rating", "5", "--language", "de"), 2, "usage"),
        (("add", "teematiistait", "--rating", "5"), 2, "usage"),
        (("add", "teematiistait/3", "--rating", "5"), 4, "is_cancelled"),
        (("show", "ilman"), 3, "not_found"),
        (("show", "teematiistait/9"), 3, "not_found"),
        (("remove", "1"), 2, "needs_yes"),
        (("remove", "9", "--yes"), 3, "not_found"),
    ],
)
def test_what_does_not_go_is_told_and_changes_nothing(held: Program, words: tuple[str, ...], status: int, code: str) -> None:
    held("webinar cancel teematiistait/3")
    rate(held, DATE, (5, 9))
    before = held.database.read_bytes()
    assert held.json("feedback", *words, status=status)["error"]["code"] == code
    assert held.database.read_bytes() == before


def test_a_date_to_come_has_no_feedback_yet(held: Program) -> None:
    assert held.json("feedback add teematiistait/2022-11-08 --rating 5", status=4)["error"]["code"] == "in_future"


def test_two_who_answer_alike_are_two_and_one_entered_by_mistake_is_removed(held: Program) -> None:
    assert held.json(f"feedback add {DATE} --rating 5")["feedback"] == {"id": 1, "occasion": DATE, "n": 1}
    assert held(f"feedback add {DATE} --rating 5").out == f"Added feedback 2; {DATE} has 2 answers.\n"
    held("feedback", "add", DATE, "--text", "Salainen sana")
    assert held("feedback remove 3 --yes").out == "Removed: 3.\n"
    assert b"Salainen" not in held.database.read_bytes()
    assert held.json(f"feedback show {DATE}")["feedback"]["n"] == 2
    assert held.json("feedback remove 2 --yes")["feedback"] == {"id": 2, "removed": True}


def test_free_words_are_kept_out_of_the_log(held: Program) -> None:
    held("feedback", "add", DATE, "--text", "Salasana")
    assert "Salasana" not in held("log", "--json").out


FORMS = (
    "ID;Nimi;Arvosana;Suosittelisitko?;Avoin palaute;Vastauksen kieli\n"
    "1;Aino Esimerkki;5;10;Selkeää;suomi\n2;Eero Malli;4;9;;ruotsi\n3;;3;;Pitkä;\n4;;;;;\n5;;5;8;;\n6;;4;7;;\n"
)


def test_a_survey_is_imported_without_names_once(held: Program) -> None:
    path = file(held, FORMS)
    before = held.database.read_bytes()
    assert held("feedback", "import", DATE, str(path), "--dry-run").out == (
        f"{path}: 5 answers. Nothing was written (--dry-run).\n"
    )  # fmt: skip
    assert held.database.read_bytes() == before
    assert held.json("feedback", "import", DATE, str(path))["import"] == {
        "file": str(path), "occasion": DATE, "added": 5, "ids": [1, 2, 3, 4, 5], "dry_run": False,
    }  # fmt: skip
    assert b"Malli" not in held.database.read_bytes()
    before = held.database.read_bytes()
    again = held("feedback", "import", DATE, str(path), status=4)
    assert again.err == (
        f"{DATE} has 5 answers already.\nIf this is another file and not the same one again, add --again.\n"
    )  # fmt: skip
    assert held.json("feedback", "import", DATE, str(path), "--dry-run", status=4)["error"]["code"] == "answers_there"
    assert held.database.read_bytes() == before
    shown = held.json(f"feedback show {DATE}")["feedback"]
    assert (shown["n"], shown["rating"]["mean"], shown["recommend"], shown["texts"]) == (5, 4.2, None, ["Pitkä", "Selkeää"])
    held("feedback", "import", DATE, str(path), "--again")
    assert held.json(f"feedback show {DATE}")["feedback"]["n"] == 10


def test_a_faulty_survey_adds_nothing(held: Program) -> None:
    path = file(held, "Arvosana\n5\n9\n")
    before = held.database.read_bytes()
    held.json("feedback", "import", DATE, str(path), status=7)
    assert held.database.read_bytes() == before
