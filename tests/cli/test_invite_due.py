"""`invite draft --due` from cron: over a whole season everybody gets each letter once, at its time and of what is so."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.cli.test_invite import draft, found_panel, letters, tell
from tests.conftest import Program
from tests.store import faults

MEMBERS = ("Aino", "Eero", "Sanna", "Tom")
# What a person does on a day, before that day's first run.
Diary = dict[date, Callable[[], object]]
# Day, kind, turn, date: of whom.
Sent = dict[tuple[str, str, int, str], list[str]]


def run_due(program: Program, *, status: int = 0) -> list[dict[str, Any]]:
    """Draft what is due, and let it count as sent at once."""
    drafted: list[dict[str, Any]] = program.json("invite", "draft", "--due", status=status)["drafts"]["drafted"]
    stamp = program.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    faults.meddle(program.database, f"UPDATE messages SET state = 'sent', sent_at = '{stamp}' WHERE state = 'draft'")
    return drafted


def moments(first: date, last: date, hours: tuple[int, ...]) -> Iterator[datetime]:
    day = first
    while day <= last:
        yield from (datetime(day.year, day.month, day.day, hour, 5, tzinfo=UTC) for hour in hours)
        day += timedelta(days=1)


def live(
    program: Program, first: date, last: date, diary: Diary | None = None, *, hours: tuple[int, ...] = (5, 18), weekdays: int = 7
) -> Sent:
    """Run cron over these days, and return who got which letter of the schedules on which day."""
    entries = dict(diary or {})
    found: Sent = {}
    for moment in moments(first, last, hours):
        program.now = moment
        if moment.date() in entries:
            entries.pop(moment.date())()
        if moment.weekday() >= weekdays:
            continue
        for one in run_due(program):
            key = (f"{moment:%m-%d}", one["kind"], one["turn"], one["occasion"])
            found.setdefault(key, []).append(_name(program, one))
    assert not entries
    return {key: sorted(names) for key, names in found.items()}


def _name(program: Program, drafted: dict[str, Any]) -> str:
    table, number = ("people", drafted["person_id"]) if drafted["person_id"] else ("registrations", drafted["registration_id"])
    return str(faults.rows(program.database, f"SELECT name FROM {table} WHERE id = ?", number)[0][0].split()[0])


@pytest.fixture
def panel(program: Program) -> Program:
    """Give a panel of four and one without an address, all told of the dates on 29.9. and 27.10."""
    found_panel(program)
    for occasion in ("vantaa/1", "vantaa/2"):
        tell(program, occasion)
        program("invite", "told", occasion, "Väinö")
    return program


def hold(program: Program, occasion: str) -> None:
    """Note that a session was held and that everybody was there."""
    program("session", "held", occasion)
    for name in (*MEMBERS, "Väinö"):
        program("attendance", "mark", occasion, name, "--as", "present")


def day(month: int, number: int, year: int = 2022) -> date:
    return date(year, month, number)


def test_over_a_season_each_is_reminded_once_per_step_and_thanked_once(panel: Program) -> None:
    diary: Diary = {day(9, 30): lambda: hold(panel, "vantaa/1"), day(10, 28): lambda: hold(panel, "vantaa/2")}
    found = live(panel, day(9, 1), day(11, 10), diary)
    everybody = sorted(MEMBERS)
    assert found == {
        ("09-22", "reminder", 7, "vantaa/1"): everybody, ("09-28", "reminder", 1, "vantaa/1"): everybody,
        ("09-30", "thanks", 1, "vantaa/1"): everybody, ("10-20", "reminder", 7, "vantaa/2"): everybody,
        ("10-26", "reminder", 1, "vantaa/2"): everybody, ("10-28", "thanks", 1, "vantaa/2"): everybody,
    }  # fmt: skip


def test_every_hour_is_no_more_than_once_a_day(panel: Program) -> None:
    found = live(panel, day(9, 21), day(9, 23), hours=tuple(range(24)))
    # 23.9. begins in Helsinki three hours before UTC does: the first run of the 22nd there is at 21.05 UTC of the 21st
    assert found == {("09-21", "reminder", 7, "vantaa/1"): sorted(MEMBERS)}


def test_a_computer_that_was_off_is_late_by_two_days_and_no_more(panel: Program) -> None:
    assert list(live(panel, day(9, 24), day(9, 26))) == [("09-24", "reminder", 7, "vantaa/1")]
    assert live(panel, day(10, 23), day(10, 25), hours=(5,)) == {}


@pytest.mark.parametrize("weekday", range(5))
def test_cron_on_weekdays_alone_misses_nobody(program: Program, weekday: int) -> None:
    found_panel(program)
    held = day(9, 26) + timedelta(days=weekday)
    program("session", "cancel", "vantaa/1")
    program("session", "add", "vantaa", "--on", held.isoformat(), "--at", "18:00", "--minutes", "60")
    tell(program, "vantaa/3")
    found = live(program, held - timedelta(days=9), held, hours=(5,), weekdays=5)
    assert [(key[2], names) for key, names in found.items()] == [(7, sorted(MEMBERS)), (1, sorted(MEMBERS))]


def test_a_moved_date_is_reminded_of_at_its_new_time_and_not_at_the_old_one(panel: Program) -> None:
    def move() -> None:
        panel("session", "move", "vantaa/1", "2022-10-06")

    def say() -> None:
        assert tell(panel, "vantaa/1") == [("change", name) for name in sorted(MEMBERS)]

    # reminded of 29.9. on 22.9., moved on 23.9., told on 25.9.
    found = live(panel, day(9, 20), day(10, 5), {day(9, 23): move, day(9, 25): say})
    assert list(found) == [
        ("09-22", "reminder", 7, "vantaa/1"), ("09-29", "reminder", 7, "vantaa/1"), ("10-05", "reminder", 1, "vantaa/1"),
    ]  # fmt: skip
    text = panel.json("invite", "show", str(letters(panel)[-1]["id"]))["letter"]["text"]
    assert "6.10.2022" in text or "2022-10-06" in text


def test_nobody_is_reminded_of_a_time_that_they_were_told_otherwise(panel: Program) -> None:
    panel("session", "move", "vantaa/1", "2022-10-06")
    assert live(panel, day(9, 15), day(10, 5), hours=(5,)) == {}


def test_moved_and_moved_back_is_one_reminder(panel: Program) -> None:
    found = live(
        panel,
        day(9, 20),
        day(9, 26),
        {
            day(9, 23): lambda: panel("session", "move", "vantaa/1", "2022-10-06"),
            day(9, 24): lambda: panel("session", "move", "vantaa/1", "2022-09-29"),
        },
    )
    assert list(found) == [("09-22", "reminder", 7, "vantaa/1")]


def test_a_cancelled_date_is_neither_reminded_of_nor_thanked_for(panel: Program) -> None:
    panel("session", "cancel", "vantaa/1")
    assert live(panel, day(9, 15), day(10, 10), hours=(5,)) == {}


def test_drafts_of_a_date_that_is_cancelled_do_not_leave(panel: Program) -> None:
    panel.now = datetime(2022, 9, 22, 6, tzinfo=UTC)
    panel("invite", "draft", "--due")
    panel("session", "cancel", "vantaa/1")
    assert {one["state"] for one in letters(panel) if one["kind"] == "reminder"} == {"withdrawn"}


def test_who_does_not_come_is_left_in_peace(panel: Program) -> None:
    panel("invite", "answer", "vantaa/1", "Aino", "declined")
    panel("invite", "answer", "vantaa/1", "Eero", "tentative")
    panel("attendance", "mark", "vantaa/1", "Sanna", "--as", "excused")
    found = live(panel, day(9, 20), day(9, 29), hours=(5,))
    assert found == {
        ("09-22", "reminder", 7, "vantaa/1"): ["Eero", "Tom"], ("09-28", "reminder", 1, "vantaa/1"): ["Eero", "Tom"],
    }  # fmt: skip


def test_a_no_to_an_old_time_is_no_answer_to_the_new_one(panel: Program) -> None:
    panel("invite", "answer", "vantaa/1", "Aino", "declined")
    panel("session", "move", "vantaa/1", "2022-10-06")
    tell(panel, "vantaa/1")
    assert live(panel, day(9, 28), day(9, 29), hours=(5,)) == {("09-29", "reminder", 7, "vantaa/1"): sorted(MEMBERS)}


def test_who_was_just_invited_is_not_reminded_the_same_day(program: Program) -> None:
    found_panel(program)
    program.now = datetime(2022, 9, 22, 4, tzinfo=UTC)
    tell(program, "vantaa/1")
    assert live(program, day(9, 22), day(9, 29), hours=(5,)) == {("09-28", "reminder", 1, "vantaa/1"): sorted(MEMBERS)}


def test_a_host_that_never_reminds_does_not(panel: Program) -> None:
    panel("invite", "schedule", "vantaa", "--reminder", "never", "--thanks", "2")
    found = live(panel, day(9, 15), day(10, 5), {day(9, 30): lambda: hold(panel, "vantaa/1")}, hours=(5,))
    assert found == {("10-01", "thanks", 2, "vantaa/1"): sorted(MEMBERS)}


def test_thanks_go_to_those_who_were_there(panel: Program) -> None:
    def some() -> None:
        panel("session", "held", "vantaa/1")
        for name, state in (("Aino", "present"), ("Eero", "absent"), ("Tom", "remote")):
            panel("attendance", "mark", "vantaa/1", name, "--as", state)

    found = live(panel, day(9, 30), day(10, 10), {day(9, 30): some}, hours=(5,))
    assert found == {("09-30", "thanks", 1, "vantaa/1"): ["Aino", "Tom"]}


def test_where_nobody_was_marked_nobody_is_thanked_and_it_is_said(panel: Program) -> None:
    held: Diary = {day(9, 30): lambda: panel("session", "held", "vantaa/1")}
    assert live(panel, day(9, 30), day(10, 10), held, hours=(5,)) == {}
    ran = panel("invite", "draft", "vantaa/1", "--kind", "thanks")
    assert "Only those who are marked as there are thanked: osallisuus attendance mark …\n" in ran.err


def test_thanks_that_wait_do_not_leave_to_who_was_not_there_after_all(panel: Program) -> None:
    panel.now = datetime(2022, 9, 30, 6, tzinfo=UTC)
    hold(panel, "vantaa/1")
    panel("invite", "draft", "--due")
    assert len(letters(panel, "draft")) == 4
    panel("attendance", "mark", "vantaa/1", "Eero", "--as", "absent")
    assert panel.json("invite", "write", "kirjeet")["letters"]["written"] == 3


def test_who_is_still_to_get_word_of_the_date_is_not_reminded_of_it(program: Program) -> None:
    found_panel(program)
    draft(program, "vantaa/1")
    program.now = datetime(2022, 9, 22, 6, tzinfo=UTC)
    assert draft(program, "vantaa/1", "--kind", "reminder") == []
    assert program.json("invite", "draft", "--due")["drafts"]["drafted"] == []
    program("invite", "withdraw", *(str(one["id"]) for one in letters(program, "draft")))
    program.now = datetime(2022, 9, 23, 6, tzinfo=UTC)
    assert len(program.json("invite", "draft", "--due")["drafts"]["drafted"]) == 4


def test_thanks_wait_for_a_week_until_it_is_noted_as_held(panel: Program) -> None:
    assert live(panel, day(9, 30), day(10, 6), {day(10, 6): lambda: hold(panel, "vantaa/1")}, hours=(5,)) == {
        ("10-06", "thanks", 1, "vantaa/1"): sorted(MEMBERS)
    }
    assert live(panel, day(10, 28), day(11, 10), {day(11, 5): lambda: hold(panel, "vantaa/2")}, hours=(5,)) == {}


def test_thanks_for_a_date_that_was_not_held_after_all_do_not_leave(panel: Program) -> None:
    panel.now = datetime(2022, 9, 30, 6, tzinfo=UTC)
    hold(panel, "vantaa/1")
    panel("invite", "draft", "--due")
    assert len(letters(panel, "draft")) == 4
    panel("session", "restore", "vantaa/1")
    assert panel.json("invite", "write", "kirjeet")["letters"]["written"] == 0


def test_a_reminder_that_waited_too_long_does_not_leave_beside_the_next(panel: Program) -> None:
    panel.now = datetime(2022, 9, 22, 6, tzinfo=UTC)
    panel("invite", "draft", "--due")
    panel.now = datetime(2022, 9, 24, 6, tzinfo=UTC)
    assert panel.json("invite", "write", "kirjeet", "--dry-run")["letters"]["written"] == 4
    panel.now = datetime(2022, 9, 28, 6, tzinfo=UTC)
    panel("invite", "draft", "--due")
    assert panel.json("invite", "write", "kirjeet", "--dry-run")["letters"]["written"] == 4


def test_the_clock_change_moves_no_reminder(program: Program) -> None:
    found_panel(program)
    # the clocks go back on 30.10.; the date is the week after
    program("session", "add", "vantaa", "--on", "2022-11-04", "--at", "00:30", "--minutes", "60")
    tell(program, "vantaa/3")
    found = live(program, day(10, 27), day(11, 4), hours=tuple(range(24)))
    # 28.10. begins in Helsinki at 21.00 UTC of the 27th, 3.11. at 22.00 UTC of the 2nd
    assert [key[:3] for key in found if key[3] == "vantaa/3"] == [("10-27", "reminder", 7), ("11-02", "reminder", 1)]


def test_two_dates_on_one_day_are_two_reminders(program: Program) -> None:
    found_panel(program)
    program("session", "add", "vantaa", "--on", "2022-09-29", "--at", "09:00", "--minutes", "60")
    tell(program, "vantaa/1")
    tell(program, "vantaa/3")
    found = live(program, day(9, 22), day(9, 22))
    assert {key[3]: names for key, names in found.items()} == {"vantaa/1": sorted(MEMBERS), "vantaa/3": sorted(MEMBERS)}


def test_who_has_no_address_is_listed_until_they_are_told(panel: Program) -> None:
    panel.now = datetime(2022, 9, 22, 6, tzinfo=UTC)
    assert panel.json("invite", "draft", "--due")["drafts"]["unreachable"] == [
        {"occasion": "vantaa/1", "kind": "reminder", "name": "Väinö Vieras", "phone": ""}
    ]
    panel("invite", "told", "vantaa/1", "Väinö")
    assert panel.json("invite", "draft", "--due")["drafts"]["unreachable"] == []


def test_one_date_that_cannot_be_written_about_stops_no_other(panel: Program) -> None:
    panel("session", "add", "vantaa", "--on", "2022-09-29", "--at", "09:00", "--minutes", "60")
    panel("session", "edit", "vantaa/3", "--place", "")
    panel.now = datetime(2022, 9, 22, 6, tzinfo=UTC)
    ran = panel("invite", "draft", "--due", status=5)
    assert ran.err.count("vantaa/2022-09-29 has neither place nor link") == 1
    assert Counter(one["occasion"] for one in letters(panel, "draft")) == {"vantaa/1": 4}


def test_due_is_for_one_host_and_a_trial_writes_nothing(panel: Program) -> None:
    panel.now = datetime(2022, 9, 22, 6, tzinfo=UTC)
    panel("panel", "add", "toinen", "--name", "Toinen", "--kind", "main")
    before = faults.listing(panel.folder)
    assert panel("invite", "draft", "--due", "toinen").out == "No letter is due now.\n"
    assert len(panel.json("invite", "draft", "vantaa", "--due", "--dry-run", "--show")["drafts"]["drafted"]) == 4
    assert faults.listing(panel.folder) == before
    ran = panel("invite", "draft", "vantaa", "--due")
    assert ran.out == "vantaa/2022-09-29: 4 letters drafted (reminder 4).\n"


# Webinars


@pytest.fixture
def webinar(season: Program) -> Program:
    """Give the series with one who registered and one who speaks on its second date."""
    for key, value in (("sender_email", "raati@example.org"), ("sender_name", "Osallisuustiimi"), ("language", "fi")):
        season("config", "set", key, value)
    season("webinar", "edit", "teematiistait/2", "--url", "https://example.org/liity")
    season("registration", "add", "teematiistait/2", "Reetta Registroitunut", "--email", "reetta@example.org")
    season("person", "add", "Pia Puhuja", "--email", "pia@example.org")
    season("talk", "add", "teematiistait/2", "Kokemuksia", "--speaker", "Pia Puhuja")
    season("webinar", "cancel", "teematiistait/1")
    return season


def test_speakers_are_reminded_three_weeks_and_a_week_ahead_of_what_is_missing(webinar: Program) -> None:
    asked: list[int] = []

    def count() -> None:
        number = next(one["id"] for one in letters(webinar) if one["kind"] == "speaker-reminder")
        text: str = webinar.json("invite", "show", str(number))["letter"]["text"].partition("Tarvitsemme sinulta vielä tämän:\n")[
            2
        ]
        asked.append(len([line for line in text.splitlines() if line.startswith("- ")]))

    def answer() -> None:
        count()
        webinar("talk", "speaker", "1", "Pia", "--slides", "accessible", "--may-publish", "yes")

    def came() -> None:
        webinar("talk", "confirm", "1", "Pia")
        webinar("webinar", "held", "teematiistait/2")

    tell(webinar, "teematiistait/2")
    found = live(
        webinar,
        day(9, 10),
        day(10, 14),
        {
            day(9, 25): answer,
            day(10, 5): count,
            day(10, 12): came,
        },
        hours=(5,),
    )
    assert found == {
        ("09-20", "speaker-reminder", 21, "teematiistait/2"): ["Pia"],
        ("10-04", "speaker-reminder", 7, "teematiistait/2"): ["Pia"], ("10-04", "reminder", 7, "teematiistait/2"): ["Reetta"],
        ("10-10", "reminder", 1, "teematiistait/2"): ["Reetta"],
        ("10-12", "thanks", 1, "teematiistait/2"): ["Pia", "Reetta"],
    }  # fmt: skip
    assert asked == [5, 3]


def test_a_speaker_who_declined_and_one_who_cancelled_are_not_reminded(webinar: Program) -> None:
    webinar("talk", "decline", "1", "Pia")
    webinar("registration", "cancel", "teematiistait/2", "reetta")
    assert live(webinar, day(9, 10), day(10, 12), hours=(5,)) == {}


def test_by_hand_a_reminder_goes_once_to_a_version(panel: Program) -> None:
    assert draft(panel, "vantaa/1", "--kind", "reminder") == [("reminder", name) for name in MEMBERS]
    assert draft(panel, "vantaa/1", "--kind", "reminder") == []
    assert draft(panel, "vantaa/1", "--kind", "thanks") == []
    assert draft(panel, "vantaa/1", "--kind", "speaker-reminder") == []
    assert draft(panel, "vantaa/1", "--kind", "report-back") == []


def test_the_same_answers_are_reported_back_once_whatever_the_date_is_called(panel: Program) -> None:
    panel("proposal", "add", "vantaa", "Lisää valoa", "--session", "vantaa/1")
    panel.now = datetime(2022, 10, 1, 6, tzinfo=UTC)
    panel("session", "held", "vantaa/1")
    panel("proposal", "accept", "1", "--on", "2022-09-29")
    panel("proposal", "send", "1", "--to", "Kaupunki", "--on", "2022-09-30")
    panel("proposal", "answer", "1", "yes", "--on", "2022-10-01")
    assert draft(panel, "vantaa/1", "--kind", "report-back") == [("report-back", name) for name in MEMBERS]
    panel("invite", "told", "vantaa/1")
    panel("session", "edit", "vantaa/1", "--title", "Aloitus")
    assert draft(panel, "vantaa/1", "--kind", "report-back") == []
    panel("proposal", "done", "1", "--on", "2022-10-01")
    assert draft(panel, "vantaa/1", "--kind", "report-back") == [("report-back", name) for name in MEMBERS]
