"""`webinar ready` and `today`: what each date lacks, each thing with the command that mends it."""

import shlex
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import Program

DATE = "teematiistait/2022-10-11"
# What a person types where a command has …; in the order in which it stands in the commands.
MEANT = {
    "--url …": "--url https://example.org/teams",
    '--speaker "…"': '--speaker "Sanna Exempel"',
    "--minutes …": "--minutes 40",
    "--place …": "--place Tikkurila",
    '"…"': '"Tieto ja päätökset"',
    "yes|no": "yes",
    "…": "yes",
}


@pytest.fixture
def autumn(season: Program) -> Program:
    """Give the season with one date before it that is over and done, on the day on which the next needs its theme."""
    season("webinar cancel teematiistait/1")
    on(season, 9, 13)
    return season


def on(program: Program, month: int, day: int, year: int = 2022) -> None:
    program.now = datetime(year, month, day, 6, tzinfo=UTC)


def lacks(program: Program, occasion: str = DATE) -> list[tuple[str, str]]:
    (date,) = program.json("webinar", "ready", occasion)["ready"]
    return [(gap["what"], gap["command"]) for gap in date["lacks"]]


def type_in(program: Program, command: str) -> None:
    """Type a command as it was shown, with what is meant where it has …."""
    for gap, words in MEANT.items():
        command = command.replace(gap, words)
    name, *words = shlex.split(command)
    assert name == "osallisuus"
    assert not any("…" in word for word in words)
    program(*words)


def mend(program: Program, expected: list[str], occasion: str = DATE) -> None:
    """Follow the first command for as long as something is lacking, and check which line each one was for."""
    seen: list[str] = []
    while found := lacks(program, occasion):
        what, command = found[0]
        type_in(program, command)
        seen.append(what)
        assert lacks(program, occasion) != found, f"{command} mends nothing"
    assert seen == expected


# From an empty date to the last of its debts


def test_a_date_becomes_ready_by_typing_what_is_told(autumn: Program) -> None:
    mend(
        autumn,
        ["theme", "speakers", "speakers", "link", "briefing", "permissions", "permissions", "slides", "slides", "reminder"],
    )
    assert autumn(f"webinar ready {DATE}").out == f"{DATE}  Tue 2022-10-11 at 14:00  Tieto ja päätökset\n  Ready.\n"
    assert autumn(f"webinar ready {DATE} --check").out == ""
    (talk,) = autumn.json(f"talk list {DATE}")["talks"]
    (speaker,) = talk["speakers"]
    assert (talk["title"], talk["minutes"], speaker["name"]) == ("Tieto ja päätökset", 40, "Sanna Exempel")
    assert {name: speaker[name] for name in ("state", "slides", "may_publish", "may_record", "briefed_on")} == {
        "state": "confirmed", "slides": "accessible", "may_publish": "yes", "may_record": "yes", "briefed_on": "2022-09-13",
    }  # fmt: skip


def test_a_date_that_was_held_becomes_ready_too(autumn: Program) -> None:
    test_a_date_becomes_ready_by_typing_what_is_told(autumn)
    on(autumn, 10, 12)
    assert lacks(autumn) == [("unmarked", f"osallisuus webinar held {DATE}")]
    autumn("question", "add", DATE, "Miksi?")
    autumn("question", "answer", "1", "Siksi.")
    autumn("material", "add", DATE, "Tallenne", "--url", "https://example.org/tallenne", "--kind", "recording")
    mend(autumn, ["unmarked", "questions", "materials", "materials", "captions"])
    assert autumn(f"webinar ready {DATE}").out.endswith("\n  Ready.\n")
    assert autumn.json("question list")["questions"][0]["published_on"] == "2022-10-12"


def test_what_takes_a_choice_is_shown_and_then_mended(autumn: Program) -> None:
    autumn("talk", "add", DATE, "Tieto", "--minutes", "50")
    autumn("talk", "add", DATE, "Keskustelu", "--minutes", "20")
    budget = [command for what, command in lacks(autumn) if what == "budget"]
    shown = autumn(*shlex.split(budget[0])[1:]).out
    assert "\tTieto\t50\t" in shown
    assert "\tKeskustelu\t20\t" in shown
    autumn("talk edit 2 --minutes 10")
    assert "budget" not in [what for what, _command in lacks(autumn)]
    autumn("question", "add", DATE, "Miksi?")
    on(autumn, 10, 12)
    autumn(f"webinar held {DATE}")
    questions = [command for what, command in lacks(autumn) if what == "questions"]
    assert "Miksi?" in autumn(*shlex.split(questions[0])[1:]).out
    autumn("question", "answer", "1", "Siksi.")
    assert [command for what, command in lacks(autumn) if what == "questions"] == ["osallisuus question publish 1"]


def test_a_talk_without_a_length_or_without_anybody_to_give_it_is_mended(autumn: Program) -> None:
    autumn("talk", "add", DATE, "Tieto", "--speaker", "Eero Malli")
    autumn("talk confirm 1")
    assert "osallisuus talk edit 1 --minutes …" in [command for _what, command in lacks(autumn)]
    autumn("talk cancel 1 eero")
    command = next(command for what, command in lacks(autumn) if what == "speakers")
    autumn(*shlex.split(command.replace("…", "Sanna Exempel"))[1:])
    assert next(command for what, command in lacks(autumn) if what == "speakers") == "osallisuus talk confirm 1"


@pytest.mark.parametrize(
    ("what", "option", "said", "open_"),
    [
        ("permissions", "--may-publish", "no", ""),
        ("permissions", "--may-record", "no", ""),
        ("slides", "--slides", "accessible", ""),
        ("slides", "--slides", "none", ""),
        ("slides", "--slides", "none", "received"),
        ("briefing", "--briefed", "2022-09-01", ""),
    ],
)
def test_a_command_that_mends_leaves_alone_what_another_speaker_has_said(
    autumn: Program, what: str, option: str, said: str, open_: str
) -> None:
    """Aino has said no, or is done with it: what is asked of Eero must not be answered for her."""
    autumn("talk", "add", DATE, "Tieto", "--speaker", "1", "--speaker", "Eero Malli", "--minutes", "40")
    autumn("talk confirm 1")
    for words in ("--may-publish yes", "--may-record yes", "--slides accessible", "--briefed today"):
        if words.split()[0] != option:
            autumn(f"talk speaker 1 {words}")
    autumn("talk", "speaker", "1", "Aino Esimerkki", option, said)
    if open_:
        autumn("talk", "speaker", "1", "Eero Malli", option, open_)
    (command,) = [command for line, command in lacks(autumn) if line == what]
    type_in(autumn, command)
    aino, eero = autumn.json(f"talk list {DATE}")["talks"][0]["speakers"]
    field = {"--briefed": "briefed_on"}.get(option, option[2:].replace("-", "_"))
    assert (aino["name"], aino[field]) == ("Aino Esimerkki", said)
    assert eero[field] not in ("", None, open_)


def test_a_line_of_ones_own_with_quotes_can_be_ticked_as_shown(autumn: Program) -> None:
    for line in ('Testaa "Teams"', "Tilaa kahvi $100", "Kysy Ainon äidiltä"):
        autumn("checklist", "set", "teematiistait", line, "--before", "1")
    for what, command in lacks(autumn):
        if what not in ("theme", "speakers", "link", "reminder"):
            type_in(autumn, command)
            assert what not in [line for line, _command in lacks(autumn)]


# How it is shown


def test_ready_tells_what_each_date_lacks_and_by_when(autumn: Program) -> None:
    on(autumn, 9, 14)
    assert autumn(f"webinar ready {DATE}").out == (
        f"{DATE}  Tue 2022-10-11 at 14:00\n"
        "  LATE since Tue 2022-09-13: no theme yet.\n"
        f'      osallisuus webinar edit {DATE} --title "…"\n'
        "  by Tue 2022-09-20: no talk yet.\n"
        f'      osallisuus talk add {DATE} "…" --speaker "…" --minutes …\n'
        "  by Tue 2022-09-27: neither place nor link yet.\n"
        f"      osallisuus webinar edit {DATE} --place … --url …\n"
        "  by Sat 2022-10-08: the reminder has not gone out.\n"
        f"      osallisuus checklist mark {DATE} reminder\n"
    )
    late = autumn("webinar ready --check", status=8)
    assert late.out == (
        f"{DATE}  Tue 2022-10-11 at 14:00\n"
        "  LATE since Tue 2022-09-13: no theme yet.\n"
        f'      osallisuus webinar edit {DATE} --title "…"\n'
    )
    assert late.err == ""
    assert autumn.json(f"webinar ready {DATE} --check", status=8) == {
        "ready": [
            {
                "occasion": DATE,
                "starts": "2022-10-11T14:00",
                "status": "planned",
                "lacks": [
                    {
                        "what": "theme",
                        "text": "no theme yet",
                        "due": "2022-09-13",
                        "late": True,
                        "command": f'osallisuus webinar edit {DATE} --title "…"',
                    }
                ],
            }
        ]
    }
    assert autumn("webinar ready --check --on 2022-09-13").out == ""
    assert len(autumn.json(f"webinar ready {DATE} --on 2022-10-11 --check", status=8)["ready"][0]["lacks"]) == 4


def test_one_series_one_date_or_all_can_be_asked_for(autumn: Program) -> None:
    autumn("series", "add", "etäraadit", "--name", "Etäraadit", "--rule", "last thursday", "--at", "17:00", "--minutes", "90")
    autumn("webinar plan etäraadit --from 2022-11-01 --count 1")

    def dates(*words: str) -> list[str]:
        return [date["occasion"] for date in autumn.json("webinar", "ready", *words)["ready"]]

    spring = [DATE, "teematiistait/2022-11-08", "teematiistait/2022-12-13"]
    assert dates("teematiistait") == spring
    assert autumn("webinar ready teematiistait").err == "1 later date is not shown; it is with --all.\n"
    assert dates("etäraadit") == ["etäraadit/2022-11-24"]
    assert dates() == [*spring[:2], "etäraadit/2022-11-24", spring[2]]
    assert dates("--all") == [*spring[:2], "etäraadit/2022-11-24", spring[2]]
    assert dates("teematiistait/2022-12") == [spring[2]]
    on(autumn, 12, 31, 2023)
    assert dates("teematiistait") == spring
    assert dates("teematiistait", "--all") == spring
    for words, status, code in (
        ("webinar ready vantaa", 3, "not_found"),
        ("webinar ready ilman", 3, "not_found"),
        ("webinar ready teematiistait/9", 3, "not_found"),
    ):
        assert autumn.json(words, status=status)["error"]["code"] == code


def test_a_cancelled_date_is_not_called_ready(autumn: Program) -> None:
    assert "Ready." not in autumn("webinar ready teematiistait/1").out


def test_a_closed_series_owes_what_it_still_owes(autumn: Program) -> None:
    for number in (2, 3, 4):
        on(autumn, 12, 31)
        autumn(f"webinar held teematiistait/{number}")
    autumn("series close teematiistait --on 2022-12-31")
    on(autumn, 1, 15, 2023)
    assert [what for what, _command in lacks(autumn)] == ["materials"]
    assert DATE in [task["subject"] for task in autumn.json("today --check", status=8)["today"]["late"]]


# One truth for both


@pytest.mark.parametrize("day", [(9, 13), (9, 14), (10, 11), (10, 12), (11, 8), (12, 13), (12, 31)])
@pytest.mark.parametrize("later", [0, 365, 400])
def test_today_and_ready_agree_on_what_is_late(autumn: Program, day: tuple[int, int], later: int) -> None:
    autumn("webinar edit teematiistait/3 --title Teema --url https://example.org")
    autumn("question", "add", "teematiistait/3", "Miksi?")
    on(autumn, 10, 11)
    autumn(f"webinar held {DATE}")
    autumn.now = datetime(2022, *day, 6, tzinfo=UTC) + timedelta(days=later)
    status = 8 if autumn.json("today")["today"]["late"] else 0
    ready = autumn.json("webinar ready --check", status=status)["ready"]
    today = autumn.json("today --check", status=status)["today"]["late"]
    late = {(date["occasion"], gap["what"], gap["due"], gap["command"]) for date in ready for gap in date["lacks"]}
    assert late == {(task["subject"], task["kind"], task["day"], task["command"]) for task in today}


def test_what_is_late_is_told_however_far_away_its_date_is(autumn: Program) -> None:
    autumn("checklist", "set", "teematiistait", "Tila varattu", "--before", "200")
    late = {task["subject"] for task in autumn.json("today --check", status=8)["today"]["late"]}
    assert late == {DATE, "teematiistait/2022-11-08", "teematiistait/2022-12-13"}
    ready = autumn.json("webinar ready --check", status=8)["ready"]
    assert {date["occasion"] for date in ready if date["lacks"]} == late


def test_every_line_ends_in_one_mark(autumn: Program) -> None:
    autumn("talk", "add", DATE, "Tieto", "--speaker", "Eero Malli", "--minutes", "40")
    autumn("checklist", "set", "teematiistait", "Onko kahvi tilattu?", "--before", "1")
    autumn("checklist", "set", "teematiistait", "Kiitä.", "--after", "3")
    for day, held in ((9, False), (12, False), (12, True)):
        on(autumn, 10, day)
        if held:
            autumn(f"webinar held {DATE}")
        for words in (f"webinar ready {DATE}", "today"):
            shown = autumn(words).out
            assert [line for line in shown.splitlines() if line.endswith(("..", "?.", "!."))] == []


def test_what_is_due_within_two_weeks_waits_in_today_with_its_day(autumn: Program) -> None:
    assert autumn("today").out == (
        "Today is Tue 2022-09-13.\n\nComing in 30 days\n"
        f"  Tue 2022-10-11 14:00–15:00  {DATE}  Asiakasosallisuuden teematiistait\n\nWaiting\n"
        f"  {DATE}: no theme yet (is needed by Tue 2022-09-13).\n"
        f'      osallisuus webinar edit {DATE} --title "…"\n'
        f"  {DATE}: no talk yet (is needed by Tue 2022-09-20).\n"
        f'      osallisuus talk add {DATE} "…" --speaker "…" --minutes …\n'
        f"  {DATE}: neither place nor link yet (is needed by Tue 2022-09-27).\n"
        f"      osallisuus webinar edit {DATE} --place … --url …\n"
    )
    assert autumn("today --check").out == ""
    on(autumn, 9, 14)
    assert autumn("today --check", status=8).out == (
        f"  {DATE}: no theme yet (was needed by Tue 2022-09-13).\n"
        f'      osallisuus webinar edit {DATE} --title "…"\n'
    )  # fmt: skip


def test_a_held_date_with_nothing_published_after_two_weeks_is_late(autumn: Program) -> None:
    for number in (3, 4):
        autumn(f"webinar cancel teematiistait/{number}")
    on(autumn, 10, 25)
    autumn(f"webinar held {DATE}")
    assert autumn("webinar ready --check").out == ""
    on(autumn, 10, 26)
    assert autumn("webinar ready --check", status=8).out == (
        f"{DATE}  Tue 2022-10-11 at 14:00\n"
        "  LATE since Tue 2022-10-25: nothing is published.\n"
        f'      osallisuus material add {DATE} "…" --kind slides --url … --publish\n'
    )
    assert autumn("today --check", status=8).out == (
        f"  {DATE}: nothing is published (was needed by Tue 2022-10-25).\n"
        f'      osallisuus material add {DATE} "…" --kind slides --url … --publish\n'
    )
    autumn("material", "add", DATE, "Esitys", "--url", "https://example.org/esitys", "--publish")
    assert autumn("webinar ready --check").out == ""
    assert autumn("today --check").out == ""


def test_captions_are_late_after_the_day_of_the_law(autumn: Program) -> None:
    on(autumn, 10, 12)
    autumn(f"webinar held {DATE}")
    autumn("material", "add", DATE, "Tallenne", "--url", "https://example.org/t", "--kind", "recording", "--publish")
    text = "recording 1 has no captions, which the law wants within 14 days."
    assert f"  by Wed 2022-10-26: {text}\n" in autumn(f"webinar ready {DATE}").out
    assert f"  LATE since Wed 2022-10-26: {text}\n" in autumn(f"webinar ready {DATE} --on 2022-10-27").out


def test_nothing_is_written_by_looking(autumn: Program) -> None:
    before = autumn.database.read_bytes()
    for words in ("webinar ready", f"webinar ready {DATE} --json", "webinar ready --all", "today", "today --json"):
        autumn(words)
    assert autumn.database.read_bytes() == before
