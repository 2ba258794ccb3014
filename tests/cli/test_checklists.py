"""Checklists from the outside: what each date has to have, by when, and what is ticked."""

import pytest

from tests.conftest import Program

DATE = "teematiistait/2022-09-13"
USUAL = (
    "theme\ttheme\t28 days before\tseen from the data\n"
    "speakers\tspeakers\t21 days before\tseen from the data\n"
    "link\tlink\t14 days before\tseen from the data\n"
    "briefing\tbriefing\t14 days before\tseen from the data\n"
    "budget\ttime budget\t7 days before\tseen from the data\n"
    "permissions\tpermissions\t7 days before\tseen from the data\n"
    "slides\tslides\t7 days before\tseen from the data\n"
    "reminder\treminder\t3 days before\tticked by hand\n"
    "questions\tquestions\t14 days after\tseen from the data\n"
    "materials\tmaterials\t14 days after\tseen from the data\n"
    "captions\tcaptions\t14 days after publication\tseen from the data\n"
    "registrations\tregistrations\t30 days after\tseen from the data\n"
)


def lines(program: Program) -> dict[str, int | None]:
    return {line["what"]: line["days"] for line in program.json("checklist list teematiistait")["checklist"]}


def lacks(program: Program) -> list[str]:
    return [gap["what"] for gap in program.json("webinar", "ready", DATE)["ready"][0]["lacks"]]


def test_the_usual_checklist_is_listed_in_the_order_in_which_it_is_due(season: Program) -> None:
    assert season("checklist list teematiistait").out == f"What\tIn words\tDue\tSeen or ticked\n{USUAL}"
    assert season.json("checklist list teematiistait")["checklist"][7] == {"what": "reminder", "days": -3, "ticked": True}


def test_lines_are_moved_left_out_added_and_set_back(season: Program) -> None:
    words = ("checklist", "set", "teematiistait", "slides", "--before", "30")
    assert season(*words).out == "Changed the checklist of teematiistait.\n"
    before = season.database.read_bytes()
    assert season(*words).out == "teematiistait is as asked already.\n"
    assert season.database.read_bytes() == before
    season("checklist set teematiistait captions --off")
    season("checklist", "set", "teematiistait", "Tekninen testaus", "--before", "1")
    season("checklist", "set", "teematiistait", "Kiitosviesti", "--after", "1")
    shown = season("checklist list teematiistait").out
    assert shown.splitlines()[1] == "slides\tslides\t30 days before\tseen from the data"
    assert shown.splitlines()[-1] == "captions\tcaptions\tleft out\tseen from the data"
    assert "Tekninen testaus\t\t1 day before\tticked by hand\nKiitosviesti\t\t1 day after\tticked by hand\n" in shown
    season("checklist set teematiistait capt --usual")
    season("checklist", "set", "teematiistait", "tekninen testaus", "--off")
    season("checklist", "set", "teematiistait", "kiitos", "--usual")
    document = season.json("checklist set teematiistait slides --usual")["checklist"]
    assert [line["days"] for line in document] == [-28, -21, -14, -14, -7, -7, -7, -3, 14, 14, 14, 30]
    assert season("checklist list teematiistait").out == f"What\tIn words\tDue\tSeen or ticked\n{USUAL}"


def test_a_line_is_due_on_the_day_itself(season: Program) -> None:
    season("checklist", "set", "teematiistait", "Kahvi", "--before", "0")
    assert lines(season)["Kahvi"] == 0
    assert "  by Tue 2022-09-13: Kahvi.\n" in season(f"webinar ready {DATE}").out


def test_lines_are_ticked_on_one_date_and_the_tick_taken_back(season: Program) -> None:
    assert season(f"checklist mark {DATE} remind").out == f"{DATE}: reminder is done.\n"
    before = season.database.read_bytes()
    assert season(f"checklist mark {DATE} reminder").out == f"{DATE}: reminder is as asked already.\n"
    assert season.database.read_bytes() == before
    assert season(f"checklist mark {DATE} theme --not-needed").out == f"{DATE}: theme is not needed.\n"
    assert lacks(season) == ["speakers", "link"]
    assert season.json(f"checklist clear {DATE} theme")["checklist"] == {"occasion": DATE, "what": "theme", "state": ""}
    assert season(f"checklist clear {DATE} reminder").out == f"{DATE}: reminder is open again.\n"
    assert season(f"checklist clear {DATE} reminder").out == f"{DATE}: reminder is as asked already.\n"
    assert lacks(season) == ["theme", "speakers", "link", "reminder"]
    refused = season(f"checklist mark {DATE} slides", status=2)
    assert refused.err == (
        "'slides' is seen from the data and cannot be ticked.\n"
        f"See what is missing: osallisuus webinar ready {DATE}. If it is not needed, add --not-needed.\n"
    )


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("list", "vantaa"), 3, "not_found"),
        (("list", "ilman"), 3, "not_found"),
        (("set", "vantaa", "slides", "--before", "3"), 3, "not_found"),
        (("set", "teematiistait", "slides"), 2, "usage"),
        (("set", "teematiistait", "slides", "--before", "3", "--off"), 2, "usage"),
        (("set", "teematiistait", "slides", "--before", "0", "--usual"), 2, "usage"),
        (("set", "teematiistait", "slides", "--before", "-1"), 2, "usage"),
        (("set", "teematiistait", "slides", "--after", "-1"), 2, "usage"),
        (("set", "teematiistait", "captions", "--after", "15"), 4, "law"),
        (("set", "teematiistait", "slides", "--before", "1001"), 2, "usage"),
        (("set", "teematiistait", " ", "--before", "3"), 2, "usage"),
        (("set", "teematiistait", "Kahvi", "--off"), 3, "not_found"),
        (("set", "teematiistait", "slide", "--off"), 3, "not_found"),
        (("set", "teematiistait", "Kahvi", "--usual"), 3, "not_found"),
        (("mark", DATE, "Kahvi"), 3, "not_found"),
        (("mark", DATE, "s"), 3, "not_found"),
        (("mark", "teematiistait", "reminder"), 2, "usage"),
        (("clear", DATE, "Kahvi"), 3, "not_found"),
        (("mark", "vantaa/2022-09-29", "reminder"), 3, "not_found"),
        (("clear", "vantaa/2022-09-29", "reminder"), 3, "not_found"),
    ],
)
def test_what_does_not_go_is_told_and_changes_nothing(season: Program, words: tuple[str, ...], status: int, code: str) -> None:
    season("session add vantaa --on 2022-09-29 --at 17:00 --minutes 120")
    before = season.database.read_bytes()
    assert season.json("checklist", *words, status=status)["error"]["code"] == code
    assert season.database.read_bytes() == before


def test_captions_cannot_be_due_before_there_is_anything_to_caption(season: Program) -> None:
    """Their days run from the publication of a recording: "before" says nothing."""
    assert season.json("checklist set teematiistait captions --before 3", status=4)["error"]["code"] == "law"
    assert lines(season)["captions"] == 14
