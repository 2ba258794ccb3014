"""The whole life of a question from the outside, and that nobody hears who asked."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Program

FIRST = "teematiistait/1"
QUESTION = {
    "id": 1, "occasion": FIRST, "theme": "", "text": "Milloin?", "answer": "", "language": "", "asker": "",
    "asked_on": "2022-08-22", "assigned_to": None, "answered_on": None, "approved_on": None, "published_on": None,
    "merged_into": None, "dropped_on": None, "state": "open", "age": 0,
}  # fmt: skip


@pytest.fixture
def webinar(season: Program) -> Program:
    """Give the season, a session, and Sanna Exempel to answer."""
    season("session add vantaa --on 2022-09-29 --at 17:00 --minutes 120")
    season("person", "add", "Sanna Exempel")
    return season


@pytest.fixture
def asked(webinar: Program) -> Program:
    """Give questions 1 to 3 at the first webinar and 4 at the session."""
    for occasion, text in ((FIRST, "Milloin?"), (FIRST, "Koska?"), (FIRST, "Miksi?"), ("vantaa/1", "Missä?")):
        webinar("question", "add", occasion, text)
    return webinar


def twice(program: Program, *words: str) -> Any:
    """Run a command twice; the second time gives the same document and changes nothing."""
    words = tuple(words[0].split()) if len(words) == 1 else words
    first = program.json(*words)
    file = program.database.read_bytes()
    assert program.json(*words) == first
    assert program.database.read_bytes() == file
    return first


def on(program: Program, month: int, day: int) -> None:
    program.now = datetime(2022, month, day, 6, tzinfo=UTC)


def state(program: Program, number: int = 1) -> str:
    found = {one["id"]: one["state"] for one in program.json("question list --all")["questions"]}
    return found[number]


def numbers(program: Program, words: str = "") -> list[int]:
    return [one["id"] for one in program.json(f"question list {words}".strip())["questions"]]


def test_a_question_goes_its_way_and_each_step_can_be_said_twice(webinar: Program) -> None:
    add = ("question", "add", FIRST, "Milloin?", "--theme", "palkkiot", "--language", "fi", "--asker", "Eero Malli")
    told = QUESTION | {"theme": "palkkiot", "language": "fi", "asker": "Eero Malli"}
    assert twice(webinar, *add)["question"] == told
    steps: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
        (("assign", "1", "sanna"), {"assigned_to": 2, "state": "assigned"}),
        (("answer", "1", "Tammikuussa."), {"answer": "Tammikuussa.", "answered_on": "2022-08-22", "state": "answered"}),
        (("approve", "1"), {"approved_on": "2022-08-22", "state": "approved"}),
        (("publish", "1", "--on", "2022-08-22"), {"published_on": "2022-08-22", "state": "published"}),
        (("unpublish", "1"), {"published_on": None, "state": "approved"}),
        (("drop", "1"), {"dropped_on": "2022-08-22", "state": "dropped"}),
        (("reopen", "1"), {"dropped_on": None, "state": "approved"}),
        (("edit", "1", "--asker", ""), {"asker": ""}),
        (("assign", "1", "nobody"), {"assigned_to": None}),
        (("answer", "1", ""), {"answer": "", "answered_on": None, "approved_on": None, "state": "open"}),
    )
    for words, changes in steps:
        told |= changes
        assert twice(webinar, "question", *words)["question"] == told
    log = webinar("log --json").out
    assert not any(word in log for word in ("Milloin", "Tammikuussa", "palkkiot", "Malli", "Sanna"))


def test_each_step_says_what_it_did(asked: Program) -> None:
    as_asked = "Question 1 is as asked already.\n"
    for words, said in (
        (("assign", "1", "sanna"), "Question 1 waits for Sanna Exempel.\n"),
        (("answer", "1", "Kyllä."), "Answered question 1.\n"),
        (("approve", "1"), "Approved question 1.\n"),
        (("edit", "1", "--theme", "palkkiot"), "Changed question 1.\n"),
        (("assign", "1", "nobody"), "Question 1 waits for nobody in particular.\n"),
        (("drop", "1"), "Dropped question 1.\n"),
        (("reopen", "1"), "Question 1 is back.\n"),
    ):
        assert asked("question", *words).out == said
        assert asked("question", *words).out == as_asked
    assert asked("question publish 1").out == "Published: 1.\n"
    assert asked("question publish 1").out == "Published already: 1.\n"
    assert asked("question", "answer", "1", "").out == "Question 1 has no answer any more.\n"
    assert asked("question merge 1 2").out == "Question 1 is merged into 2.\n"
    assert asked("question merge 1 2").out == as_asked
    assert asked("question remove 1 --yes").out == "Removed: 1.\n"
    assert asked("question add teematiistait/1 Koska?").out == "That is question 2 already.\n"


def test_what_is_asked_again_otherwise_is_left_as_it_is(asked: Program) -> None:
    again = asked("question add teematiistait/1 Milloin? --theme muu")
    assert (again.out, again.err) == (
        "That is question 1 already.\n",
        "It was left as it is. Change it with: osallisuus question edit 1.\n",
    )
    assert asked("question add teematiistait/1 Milloin?").err == ""


def test_several_go_together_or_none(asked: Program) -> None:
    for number in (1, 2):
        asked(f"question answer {number} {number}")
    both = asked.json("question approve 1 2 1")["questions"]
    assert [(one["id"], one["state"]) for one in both] == [(1, "approved"), (2, "approved")]
    assert asked("question approve 1 2").out == "Question 1 is as asked already.\nQuestion 2 is as asked already.\n"
    before = asked.database.read_bytes()
    for verb in ("approve", "publish"):
        assert asked.json(f"question {verb} 1 2 3", status=4)["error"]["code"] == "unanswered"
    asked("question drop 1 99", status=3)
    asked("question remove 1 99 --yes", status=3)
    assert asked.database.read_bytes() == before
    assert asked("question publish 1 2").out == "Published: 1, 2.\n"
    assert asked.json("question drop 1 2")["questions"][1]["state"] == "dropped"
    assert asked.json("question reopen 1 2")["questions"][0]["state"] == "approved"


def test_another_answer_is_no_longer_published_and_that_is_said(asked: Program) -> None:
    asked("question answer 1 Kyllä.")
    asked("question publish 1")
    same = asked("question answer 1 Kyllä.")
    assert (same.out, same.err, state(asked)) == ("Question 1 is as asked already.\n", "", "published")
    other = asked("question answer 1 Ei.")
    assert (other.out, other.err, state(asked)) == (
        "Answered question 1.\n",
        "It is no longer published. If it is to be: osallisuus question publish 1; then build the site again.\n",
        "answered",
    )
    assert asked("question answer 1 Ehkä.").err == ""


@pytest.mark.parametrize("words", ["question edit 1 --text Mistä?", "question merge 1 2", "question drop 1"])
def test_whatever_takes_a_question_off_the_page_says_so(asked: Program, words: str) -> None:
    for number in (1, 2):
        asked(f"question answer {number} Kyllä.")
    asked("question publish 1 2")
    said = asked(words).err
    assert state(asked) != "published"
    assert "no longer published" in said.casefold() or "osallisuus site build" in said


def test_words_that_differ_in_spaces_only_stay_published(asked: Program) -> None:
    asked("question answer 1 Kyllä.")
    asked("question publish 1")
    assert asked("question", "edit", "1", "--text", "Milloin? ").out == "Question 1 is as asked already.\n"
    assert state(asked) == "published"


def test_one_stands_for_another_and_comes_back(asked: Program) -> None:
    asked("question answer 2 Tammikuussa.")
    assert twice(asked, "question merge 1 2")["question"]["state"] == "merged"
    assert numbers(asked) == [2, 3, 4]
    assert numbers(asked, "--all") == [1, 2, 3, 4]
    for words, code in (
        ("question answer 1 Kyllä.", "is_merged"),
        ("question publish 1", "is_merged"),
        ("question drop 1", "is_merged"),
        ("question merge 3 1", "is_merged"),
        ("question remove 2 --yes", "in_use"),
    ):
        assert asked.json(words, status=4)["error"]["code"] == code
    assert asked("question reopen 1").out == "Question 1 is back.\n"
    assert asked("question merge 2 1", status=4).err == (
        "Question 2 has the answer, and 1 has none.\n"
        "Merge it the other way round: osallisuus question merge 1 2.\n"
    )  # fmt: skip
    assert asked.json("question merge 1 4", status=4)["error"]["code"] == "refused"
    assert asked.json("question merge 1 1", status=4)["error"]["code"] == "refused"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [1, 2, 3, 7, 4]),
        ("--all", [1, 2, 3, 5, 6, 7, 4]),
        ("--open", [3, 4]),
        ("--unpublished", [2, 3, 7, 4]),
        ("--open --unpublished", [3, 4]),
        ("--to sanna", [3, 7]),
        ("--to sanna --open", [3]),
        ("--to aino", []),
        ("--open --all", [3, 4]),
        ("teematiistait/1", [1, 2, 3, 7]),
        ("teematiistait/1 --all", [1, 2, 3, 5, 6, 7]),
        ("vantaa/1 --open", [4]),
        ("teematiistait/2", []),
    ],
)
def test_lists_are_of_what_was_asked_for(asked: Program, words: str, found: list[int]) -> None:
    # 1 published, 2 answered, 3 to be answered by Sanna, 4 open, 5 merged, 6 dropped, 7 approved and Sanna's
    for text in ("Viisi?", "Kuusi?", "Seitsemän?"):
        asked("question", "add", FIRST, text)
    for step in (
        "answer 1 Kyllä.", "publish 1", "answer 2 Kyllä.", "assign 3 sanna", "merge 5 1", "drop 6", "answer 7 Kyllä.",
        "approve 7", "assign 7 sanna",
    ):  # fmt: skip
        asked(f"question {step}")
    assert numbers(asked, words) == found


def test_a_list_tells_how_long_a_question_has_waited(asked: Program) -> None:
    on(asked, 8, 23)
    asked("question", "add", FIRST, "Uusi?")
    asked("question assign 2 sanna")
    asked("question answer 3 Kyllä.")
    on(asked, 8, 24)
    assert asked(f"question list {FIRST}").out == (
        "Number\tDate\tState\tAge\tTo answer\tTheme\tQuestion\tAnswer\n"
        "1\tteematiistait/1\topen\t2 days\t\t\tMilloin?\t\n"
        "2\tteematiistait/1\tassigned\t2 days\tSanna Exempel\t\tKoska?\t\n"
        "3\tteematiistait/1\tanswered\t\t\t\tMiksi?\tKyllä.\n"
        "5\tteematiistait/1\topen\t1 day\t\t\tUusi?\t\n"
    )
    # a clock that was set back makes nothing younger than today
    on(asked, 8, 1)
    assert {one["age"] for one in asked.json("question list")["questions"]} == {0}


def test_empty_lists_say_so(webinar: Program) -> None:
    assert webinar("question list").err == "There are no questions.\n"
    assert webinar("question list --open").err == "Every question has an answer.\n"


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("question add teematiistait/9 Kuka?", 3, "not_found"),
        ("question add missing/1 Kuka?", 3, "not_found"),
        ("question add teematiistait/1", 2, "usage"),
        ("question add teematiistait/1 Kuka? --language de", 2, "usage"),
        ("question add teematiistait/1 010101-123N", 4, "identity_code"),
        ("question edit 1 --asker 010101-123N", 4, "identity_code"),
        ("question answer 1 010101-123N", 4, "identity_code"),
        ("question edit 9 --theme x", 3, "not_found"),
        ("question answer 9 x", 3, "not_found"),
        ("question answer 1", 2, "usage"),
        ("question approve 1", 4, "unanswered"),
        ("question approve", 2, "usage"),
        ("question publish 1", 4, "unanswered"),
        ("question publish 9", 3, "not_found"),
        ("question publish 1 --on never", 2, "usage"),
        ("question assign 1 missing", 3, "not_found"),
        ("question assign 9 sanna", 3, "not_found"),
        ("question merge 1 9", 3, "not_found"),
        ("question merge 1 x", 2, "usage"),
        ("question merge 1 0", 2, "usage"),
        ("question merge 1 99999999999999999999", 2, "usage"),
        ("question drop 9", 3, "not_found"),
        ("question drop 0", 2, "usage"),
        ("question reopen 9", 3, "not_found"),
        ("question remove 1", 2, "needs_yes"),
        ("question remove 9 --yes", 3, "not_found"),
        ("question list --to missing", 3, "not_found"),
        ("question list teematiistait/9", 3, "not_found"),
    ],
)
def test_what_does_not_go_is_told_and_changes_nothing(asked: Program, words: str, status: int, code: str) -> None:
    before = asked.database.read_bytes()
    error = asked.json(words, status=status)["error"]
    assert (error["code"], bool(error["message"])) == (code, True)
    assert asked.database.read_bytes() == before


def test_a_name_with_odd_characters_can_be_asked_to_answer(asked: Program) -> None:
    asked("person", "add", "Aino {id} Esimerkki")
    assert asked("question", "assign", "1", "3").out == "Question 1 waits for Aino {id} Esimerkki.\n"


def test_two_who_fit_are_listed(asked: Program) -> None:
    asked("person", "add", "Sanna Malli")
    ran = asked("question assign 1 sanna", status=3)
    assert "  2  Sanna Exempel\n  3  Sanna Malli\n" in ran.err
    assert state(asked) == "open"


def test_nothing_is_published_with_a_day_to_come(asked: Program) -> None:
    asked("question answer 1 Kyllä.")
    assert asked.json("question publish 1 --on 2030-01-01", status=4)["error"]["code"] == "in_future"


def test_names_in_what_is_published_are_pointed_out(asked: Program) -> None:
    asked("question", "answer", "1", "Aino Esimerkki ja Sanna Exempel vastaavat.")
    assert asked("question publish 1").err == (
        "People are named in it: Aino Esimerkki, Sanna Exempel. Read it again before the site is built.\n"
    )
    assert asked("question publish 1").err == ""
    asked("talk", "add", FIRST, "Tieto", "--speaker", "Aino Esimerkki")
    asked("talk speaker 1 aino --may-publish yes")
    asked("question unpublish 1")
    assert "named in it: Sanna Exempel." in asked("question publish 1").err


# Who asked


def test_nobody_hears_who_asked(webinar: Program, tmp_path: Path) -> None:
    for occasion in (FIRST, "vantaa/1"):
        webinar("question", "add", occasion, "Milloin?", "--asker", "Kysyvä Kansalainen")
    for number in (1, 2):
        webinar(f"question answer {number} Tammikuussa.")
    webinar("question publish 1 2")
    on(webinar, 10, 1)
    for occasion in (FIRST, "vantaa/1"):
        webinar(f"{'webinar' if occasion == FIRST else 'session'} held {occasion}")
    webinar("site build teematiistait julkinen")
    public = [path for path in (tmp_path / "julkinen").rglob("*") if path.is_file()]
    assert any(b"Tammikuussa" in path.read_bytes() for path in public)
    assert not any("Kysyvä".encode() in path.read_bytes() or "Kansalai" in path.name for path in public)
    memos = [webinar(f"session memo vantaa/1{words}").out for words in ("", " --public")]
    assert all("Tammikuussa" in memo for memo in memos)
    shown = [*memos, *(webinar(words).out for words in ("question list", "log", "log --json", "today", "webinar ready --all"))]
    webinar("calendar", "export", "-o", "kaikki.ics")
    shown.append((tmp_path / "kaikki.ics").read_text(encoding="utf-8"))
    assert not any("Kysyvä" in text or "Kansalai" in text for text in shown)


def test_an_asker_who_was_forgotten_is_nowhere_in_the_file(webinar: Program) -> None:
    webinar("question", "add", FIRST, "Milloin?", "--asker", "Kysyvä Kansalainen")
    assert b"Kansalainen" in webinar.database.read_bytes()
    webinar("question", "edit", "1", "--asker", "")
    assert b"Kansalainen" not in webinar.database.read_bytes()
