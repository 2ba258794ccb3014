"""`invite` from the outside: who is to hear what of a date, drafts, what people were told another way, status."""

import csv
import io
import json
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import icalendar
import pytest

from osallisuus.mail.dispatch import WORKBOOK
from tests.conftest import Program
from tests.store import faults
from tests.store.peers import end, start

DATE = "vantaa/2022-09-29"
WEBINAR = "teematiistait/2022-09-13"
NAMES = {"Aino Esimerkki": "fi", "Eero Malli": "fi", "Sanna Exempel": "sv", "Tom Sample": ""}


def found_panel(program: Program) -> None:
    """Make a panel of four with four languages, and one who has no address; a session on 29.9. and one on 27.10."""
    for key, value in (
        ("organisation", "Hyvinvointialue"), ("sender_name", "Osallisuustiimi"),
        ("sender_email", "raati@example.org"), ("letter_language", "en"),
    ):  # fmt: skip
        program("config", "set", key, value)
    program("panel", "add", "vantaa", "--name", "Vantaan asiakasraati", "--kind", "main", "--place", "Sali 2")
    for name, language in NAMES.items():
        words = ("--language", language) if language else ()
        join(program, name, "--email", f"{name.split()[0].lower()}@example.org", *words)
    join(program, "Väinö Vieras")
    session(program, "2022-09-29", "--title", "Syksyn aloitus")
    session(program, "2022-10-27")


def join(program: Program, name: str, *words: str) -> None:
    program("member", "add", "vantaa", name, "--role", "peer", "--from", "2022-01-01", *words)


def session(program: Program, day: str, *words: str) -> None:
    program("session", "add", "vantaa", "--on", day, "--at", "17:00", "--minutes", "120", *words)


@pytest.fixture
def panel(program: Program) -> Program:
    """Give the program with a panel of five."""
    found_panel(program)
    program.now += timedelta(hours=1)
    return program


@pytest.fixture
def told(panel: Program) -> Program:
    """Give that panel, all of whom know of the first date."""
    tell(panel)
    panel("invite", "told", DATE, "Väinö")
    return panel


def draft(program: Program, occasion: str = DATE, *words: str, status: int = 0) -> list[tuple[str, str]]:
    """Draft, and return the letters that were not there: kind and the first name of the reader."""
    program.now += timedelta(minutes=1)
    found = program.json("invite", "draft", occasion, *words, status=status)["drafts"]
    by_id = {one["id"]: one for one in letters(program)}
    return sorted((one["kind"], by_id[one["id"]]["name"].split()[0]) for one in found["drafted"])


def tell(program: Program, occasion: str = DATE) -> list[tuple[str, str]]:
    """Draft what is wanted, let it count as sent, and return what it was."""
    found = draft(program, occasion)
    program.now += timedelta(minutes=1)
    program("invite", "told", occasion)
    return found


def letters(program: Program, *words: str) -> list[dict[str, Any]]:
    states = words or ("draft", "queued", "sent", "refused", "unknown", "withdrawn")
    found: list[dict[str, Any]] = program.json("invite", "list", *(word for state in states for word in ("--state", state)))[
        "letters"
    ]
    return found


def states(program: Program) -> list[tuple[str, str, str]]:
    return [(one["kind"], one["name"].split()[0], one["state"]) for one in letters(program)]


def status(program: Program, occasion: str = DATE) -> dict[str, dict[str, Any]]:
    return {one["name"].split()[0]: one for one in program.json("invite", "status", occasion)["status"]}


def event_in(program: Program, number: int) -> tuple[str, Any]:
    """Return the method and the event of the calendar part of a letter."""
    mail = message_from_bytes(program("invite", "show", str(number), "--format", "source").out.encode(), policy=policy.SMTP)
    (part,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    assert calendar["METHOD"] == part.get_param("method")
    (event,) = calendar.events
    return str(calendar["METHOD"]), event


ALL = ["Aino", "Eero", "Sanna", "Tom"]


def each(kind: str, *names: str) -> list[tuple[str, str]]:
    return [(kind, name) for name in names or ALL]


# Drafting


def test_drafting_twice_makes_nothing_twice(panel: Program) -> None:
    panel("person", "edit", "Väinö", "--phone", "050 123")
    first = panel("invite", "draft", DATE)
    assert first.out == f"{DATE}: 4 letters drafted (invitation 4).\n"
    assert first.err == (
        f"{DATE}: no e-mail address, tell them another way (invitation): Väinö Vieras 050 123."
        f" Then note it: osallisuus invite told {DATE} PERSON\n"
        "Nothing has been sent. Read one: osallisuus invite show 1. Send: osallisuus invite send\n"
    )
    before = panel.database.read_bytes()
    assert panel("invite", "draft", DATE).out == f"{DATE}: 4 letters wait already.\n"
    panel("invite", "told", DATE)
    before = panel.database.read_bytes()
    assert panel("invite", "draft", DATE).out == f"{DATE}: no new letter is wanted.\n"
    assert panel.database.read_bytes() == before
    assert draft(panel, "vantaa/2") == each("invitation")


def test_two_processes_that_draft_at_once_make_each_letter_once(panel: Program) -> None:
    session(panel, "2041-05-09")  # they look at the clock of this computer
    running = [start("invite", "draft", "vantaa/3", "--json") for _each in range(3)]
    ended = [end(process) for process in running]
    assert [(one.status, one.err) for one in ended] == [(0, "")] * 3
    drafted = [one["id"] for each_ in ended for one in json.loads(each_.out)["drafts"]["drafted"]]
    assert sorted(drafted) == [1, 2, 3, 4]
    assert faults.rows(
        panel.database, "SELECT count(*), count(DISTINCT message_id), count(DISTINCT person_id) FROM messages"
    ) == [(4, 4, 4)]


def test_a_trial_writes_nothing_and_shows_one_letter_of_each_language(panel: Program) -> None:
    before = faults.listing(panel.folder)
    ran = panel("invite", "draft", DATE, "--dry-run", "--show")
    assert faults.listing(panel.folder) == before
    assert ran.out.startswith(f"{DATE}: 4 letters drafted (invitation 4). Nothing was written (--dry-run).\n")
    assert [line for line in ran.out.splitlines() if line.startswith("To: ")] == [
        "To: Aino Esimerkki <aino@example.org>",
        "To: Sanna Exempel <sanna@example.org>",
        "To: Tom Sample <tom@example.org>",
    ]
    post, _paper, paper = ran.out.partition("\nOn paper or by telephone: Väinö Vieras\n")
    assert [line for line in post.splitlines() if line.startswith("Subject: ")] == [
        "Subject: Kutsu: torstai 29.9.2022 klo 17.00",
        "Subject: Inbjudan: torsdag 29.9.2022 kl. 17.00",
        "Subject: Invitation: Thursday 2022-09-29 at 17:00",
    ]
    assert paper.startswith("Subject: Invitation: Thursday 2022-09-29 at 17:00\n\n")
    assert "Väinö" in paper
    document = panel.json("invite", "draft", DATE, "--dry-run", "--show")["drafts"]
    assert {one["id"] for one in document["drafted"]} == {None}
    assert {one["message_id"] for one in document["letters"]} == {None}
    assert len(document["letters"]) == 4
    assert faults.listing(panel.folder) == before


def test_the_document_of_a_draft_is_whole(panel: Program) -> None:
    assert panel.json("invite", "draft", DATE, "--person", "aino", "--person", "väinö")["drafts"] == {
        "drafted": [
            {"id": 1, "occasion": "vantaa/1", "kind": "invitation", "turn": 0, "person_id": 1, "registration_id": None}
        ],
        "unreachable": [{"occasion": "vantaa/1", "kind": "invitation", "name": "Väinö Vieras", "phone": ""}],
        "refused": [],
        "dry_run": False,
    }  # fmt: skip
    (one,) = letters(panel)
    assert one.pop("message_id").endswith("@example.org")
    assert one == {
        "id": 1, "occasion": "vantaa/1", "person_id": 1, "registration_id": None, "name": "Aino Esimerkki",
        "kind": "invitation", "turn": 0, "state": "draft", "by_hand": False, "made_at": "2022-08-22T07:00:00Z",
        "sent_at": None, "reply": "",
    }  # fmt: skip
    shown = panel.json("invite", "show", "1")["letter"]
    assert sorted(shown) == [
        "differs", "email", "html", "id", "kind", "language", "message_id", "method", "name", "person_id", "registration_id",
        "sent_at", "state", "subject", "text", "turn",
    ]  # fmt: skip
    assert (shown["method"], shown["language"], shown["state"]) == ("REQUEST", "fi", "draft")
    assert (shown["message_id"], shown["sent_at"], shown["differs"]) == (letters(panel)[0]["message_id"], None, False)
    faults.meddle(panel.database, f"UPDATE messages SET state = 'sent', sha256 = 'x', sent_at = '{one['made_at']}' WHERE id = 1")
    shown = panel.json("invite", "show", "1")["letter"]
    assert (shown["sent_at"], shown["differs"]) == ("2022-08-22T07:00:00Z", True)


def test_the_configured_language_is_for_those_who_have_none(panel: Program) -> None:
    draft(panel)
    found = [panel.json("invite", "show", str(number))["letter"] for number in (1, 2, 3, 4)]
    assert [(one["name"], one["language"]) for one in found] == [
        ("Aino Esimerkki", "fi"), ("Eero Malli", "fi"), ("Sanna Exempel", "sv"), ("Tom Sample", "en"),
    ]  # fmt: skip
    panel("config", "set", "language", "sv")
    assert panel.json("invite", "show", "4")["letter"]["language"] == "en"


def test_without_a_language_of_letters_it_is_that_of_the_settings_file_and_never_of_who_works(
    panel: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = panel.config.read_text()
    panel.config.write_text(text.replace('letter_language = "en"\n', ""))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("OSALLISUUS_LANG", "en")
    draft(panel)
    assert panel.json("--lang", "en", "invite", "show", "4")["letter"]["language"] == "fi"
    panel("config", "set", "language", "sv")
    assert panel.json("--lang", "en", "invite", "show", "4")["letter"]["subject"] == "Inbjudan: torsdag 29.9.2022 kl. 17.00"


# What a new revision does


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (("session", "move", DATE, "2022-10-06"), ["invitation"]),
        (("session", "edit", DATE, "--place", "Sali 3"), ["invitation"]),
        (("session", "cancel", DATE), []),
        (("panel", "edit", "vantaa", "--name", "Vantaan raati"), ["invitation"]),
        (("panel", "edit", "vantaa", "--url", "https://example.org/liity"), ["invitation"]),
    ],
    ids=["moved", "edited", "cancelled", "renamed", "its link"],
)
def test_a_new_revision_withdraws_what_has_not_left(panel: Program, words: tuple[str, ...], kinds: list[str]) -> None:
    draft(panel)
    panel(*words)
    assert {one["state"] for one in letters(panel)} == {"withdrawn"}
    assert draft(panel, "vantaa/1") == [one for kind in kinds for one in each(kind)]
    sent = [one for one in letters(panel) if one["state"] != "withdrawn"]
    assert len({one["message_id"] for one in letters(panel)}) == 4 + len(sent)


def test_planning_that_moves_a_date_withdraws_its_letters_and_it_drops_none_that_has_some(program: Program) -> None:
    found_panel(program)
    plan = ("--at", "17:00", "--minutes", "120", "--from", "2022-11-01", "--until", "2022-11-30")
    program("session", "plan", "vantaa", "--rule", "last thursday", *plan)
    assert draft(program, "vantaa/2022-11-24") == each("invitation")
    program("session", "plan", "vantaa", "--rule", "last tuesday", *plan, "--yes")
    assert [one["state"] for one in letters(program)] == ["withdrawn"] * 4
    assert draft(program, "vantaa/2022-11-29") == each("invitation")
    program("session", "plan", "vantaa", "--rule", "last tuesday in odd months", *plan, "--yes", status=2)


def test_what_a_person_withdrew_stays_withdrawn(panel: Program) -> None:
    draft(panel)
    assert panel("invite", "withdraw", "1", "2", "2").out == "2 letters withdrawn.\n"
    before = panel.database.read_bytes()
    assert panel("invite", "withdraw", "1").out == "0 letters withdrawn.\n"
    assert panel.database.read_bytes() == before
    assert draft(panel) == []
    assert states(panel)[:2] == [("invitation", "Aino", "withdrawn"), ("invitation", "Eero", "withdrawn")]
    own = letters(panel)[0]["message_id"]
    resent = panel("invite", "resend", "1")
    assert resent.out == "1 letter is a draft again.\n"
    assert (letters(panel)[0]["state"], letters(panel)[0]["message_id"]) == ("draft", own)
    panel("invite", "told", DATE)
    assert panel("invite", "withdraw", "1", status=4).err == (
        "Letter 1 has left, and cannot be taken back.\nSee it: osallisuus invite show 1.\n"
    )
    assert panel("invite", "resend", "1").out == "1 letter is a draft again.\n"
    faults.meddle(panel.database, "UPDATE messages SET state = 'sending', sha256 = 'x' WHERE id = 1")
    assert panel("invite", "resend", "1", status=4).err.splitlines()[0] == "Letter 1 is on its way."
    assert panel.json("invite", "resend", "1", status=4)["error"]["code"] == "is_sending"


def test_who_gets_a_letter_once_more_goes_on_being_told(panel: Program) -> None:
    draft(panel)
    faults.meddle(panel.database, "UPDATE messages SET state = 'sent', sha256 = 'x', sent_at = made_at")
    panel("invite", "resend", "1")
    assert (status(panel)["Aino"]["wants"], status(panel)["Aino"]["told_sequence"]) == ([], 0)
    panel("invite", "write", "kirjeet")
    assert [one["id"] for one in letters(panel, "draft")] == [1], "it is not taken back as of no use"
    # a new version takes the draft back, and its reader hears of the change like all others
    panel("session", "move", DATE, "2022-10-06")
    assert panel.json("today")["today"]["late"][0]["kind"] == "stale"
    assert draft(panel, "vantaa/1") == each("change")


def test_a_letter_about_an_older_version_is_not_taken_up_again(panel: Program) -> None:
    draft(panel)
    panel("session", "move", DATE, "2022-10-06")
    refused = panel("invite", "resend", "1", status=4)
    assert refused.err == (
        "Letter 1 tells of vantaa/1 as it was before it was changed.\nDraft a new one: osallisuus invite draft vantaa/1.\n"
    )
    assert panel.json("invite", "resend", "1", status=4)["error"]["code"] == "older_version"
    assert draft(panel, "vantaa/1") == each("invitation")


def test_a_refused_letter_can_be_put_away_and_an_unknown_one_be_noted_as_told(panel: Program) -> None:
    draft(panel)
    faults.meddle(
        panel.database,
        "UPDATE messages SET state = 'refused', sha256 = 'x' WHERE id = 1",
        "UPDATE messages SET state = 'unknown', sha256 = 'x' WHERE id IN (2, 3)",
    )
    assert panel("invite", "withdraw", "1", "3").out == "2 letters withdrawn.\n"
    assert status(panel)["Sanna"]["told_sequence"] is None, "it did not arrive"
    assert panel("invite", "told", DATE, "eero").out == f"{DATE}: Eero Malli counts as told.\n"
    assert states(panel)[:3] == [
        ("invitation", "Aino", "withdrawn"), ("invitation", "Eero", "sent"), ("invitation", "Sanna", "withdrawn"),
    ]  # fmt: skip


# Changes


def test_a_change_goes_to_those_who_were_told_and_an_invitation_to_the_others(told: Program) -> None:
    join(told, "Uusi Jäsen", "--email", "uusi@example.org")
    told("session", "move", DATE, "2022-10-06")
    assert draft(told, "vantaa/1") == [*each("change"), ("invitation", "Uusi")]
    assert {name: one["wants"] for name, one in status(told, "vantaa/1").items()} == {
        "Aino": ["change"], "Eero": ["change"], "Sanna": ["change"], "Tom": ["change"], "Uusi": ["invitation"],
        "Väinö": ["change"],
    }  # fmt: skip
    assert draft(told, "vantaa/1") == []


def test_moved_and_back_untold_is_no_change_and_told_between_is_two(told: Program) -> None:
    told("session", "move", DATE, "2022-10-06")
    told("session", "move", "vantaa/1", "2022-09-29")
    assert draft(told) == []
    told("session", "move", DATE, "2022-10-06")
    assert tell(told, "vantaa/1") == each("change")
    told("session", "move", "vantaa/1", "2022-09-29")
    assert draft(told) == each("change")
    letter = told.json("invite", "show", str(letters(told)[-4]["id"]))["letter"]["text"]
    assert "Vanha aika: torstai 6.10.2022 klo 17.00–19.00\nUusi aika: torstai 29.9.2022 klo 17.00–19.00\n" in letter


def test_a_renamed_panel_is_no_change_of_a_date(told: Program) -> None:
    told("panel", "edit", "vantaa", "--name", "Vantaan raati")
    assert draft(told) == []
    assert told("invite", "status", "--check").out == "Nobody's calendar is stale: all who were told know the present version.\n"


def test_who_has_no_address_is_told_by_telephone_of_each_change(told: Program) -> None:
    told("session", "edit", DATE, "--place", "Sali 3")
    assert status(told)["Väinö"]["stale"]
    assert told("invite", "told", DATE, "väinö").out == f"{DATE}: Väinö Vieras counts as told.\n"
    assert (status(told)["Väinö"]["stale"], status(told)["Väinö"]["told_sequence"]) == (False, 1)
    before = told.database.read_bytes()
    assert told("invite", "told", DATE, "väinö").out == f"{DATE}: Väinö Vieras had nothing to be told.\n"
    assert told.database.read_bytes() == before


# Cancellations


def test_a_cancellation_goes_to_exactly_those_who_were_told(panel: Program) -> None:
    draft(panel, DATE, "--person", "aino")
    panel("invite", "told", DATE)
    draft(panel, DATE, "--person", "eero")
    panel("session", "cancel", DATE, "--reason", "Sali ei ole vapaa.")
    assert draft(panel) == each("cancellation", "Aino")
    assert states(panel) == [
        ("invitation", "Aino", "sent"), ("invitation", "Eero", "withdrawn"), ("cancellation", "Aino", "draft"),
    ]  # fmt: skip
    method, event = event_in(panel, 3)
    assert (method, event["STATUS"], event["SEQUENCE"], str(event["SUMMARY"])) == (
        "CANCEL", "CANCELLED", 1, "Peruttu: Vantaan asiakasraati: Syksyn aloitus",
    )  # fmt: skip
    assert "Syy: Sali ei ole vapaa.\n" in panel("invite", "show", "3").out


def test_a_restored_date_has_its_old_invitation_replaced_and_a_new_one(told: Program) -> None:
    told("session", "cancel", DATE)
    draft(told)
    faults.meddle(
        told.database, "UPDATE messages SET state = 'sent', sent_at = made_at WHERE kind = 'cancellation' AND person_id = 1"
    )
    told("session", "restore", DATE)
    assert draft(told) == [*each("cancellation", "Eero", "Sanna", "Tom"), *each("invitation")]
    eero = [one for one in letters(told, "draft") if one["name"] == "Eero Malli"]
    assert [one["kind"] for one in eero] == ["cancellation", "invitation"]
    (cancel, old), (request, new) = (event_in(told, one["id"]) for one in eero)
    assert (cancel, old["STATUS"], old["SEQUENCE"], request, new["STATUS"], new["SEQUENCE"]) == (
        "CANCEL", "CANCELLED", 1, "REQUEST", "CONFIRMED", 0,
    )  # fmt: skip
    assert old["UID"] != new["UID"]
    text = told("invite", "show", str(eero[0]["id"])).out
    assert "Kutsu vaihtuu" in text
    assert "Saat pian uuden kutsun." in text
    told("invite", "told", DATE)
    assert draft(told) == []
    assert not any(one["stale"] for name, one in status(told).items() if name != "Väinö")


def test_drafts_of_a_restored_date_that_fit_again_keep_their_message_ids(told: Program) -> None:
    told("session", "cancel", DATE)
    told("session", "restore", DATE)
    draft(told)
    replaced = {one["id"]: one["message_id"] for one in letters(told, "draft") if one["kind"] == "cancellation"}
    told("session", "edit", DATE, "--place", "Sali 3")
    assert letters(told, "draft") == []
    assert draft(told) == [*each("cancellation"), *each("invitation")]
    again = {one["id"]: one["message_id"] for one in letters(told, "draft") if one["kind"] == "cancellation"}
    assert again == replaced


def test_a_member_who_left_is_taken_off_and_one_who_comes_back_is_invited_again(told: Program) -> None:
    told("member", "leave", "vantaa", "Eero", "--on", "2022-09-01")
    assert draft(told) == each("cancellation", "Eero")
    number = letters(told, "draft")[0]["id"]
    method, event = event_in(told, number)
    assert (method, event.get("STATUS"), event["SEQUENCE"]) == ("CANCEL", None, 1)
    shown = told("invite", "show", str(number)).out
    assert "Subject: Sinun ei tarvitse tulla: torstai 29.9.2022 klo 17.00\nFor the calendar: the entry is taken away\n" in shown
    assert "27.10.2022" not in shown, "who is taken off is not told of the next date"
    told("invite", "told", DATE)
    assert (status(told)["Eero"]["stale"], status(told)["Eero"]["taken_off"], status(told)["Eero"]["concerned"]) == (
        False, True, False,
    )  # fmt: skip
    assert "\ttaken off\t" in next(line for line in told("invite", "status", DATE).out.splitlines() if "Eero" in line)
    assert draft(told) == []
    for turn in (1, 2):
        told("member", "add", "vantaa", "Eero Malli", "--role", "peer", "--from", f"2022-09-{10 * turn:02}")
        assert draft(told) == each("invitation", "Eero")
        method, event = event_in(told, letters(told, "draft")[0]["id"])
        # newer than the CANCEL before it, or calendars leave the date away
        assert (method, event["STATUS"], event["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 2 * turn)
        told("invite", "told", DATE)
        assert draft(told) == []
        told("member", "leave", "vantaa", "Eero", "--on", f"2022-09-{10 * turn + 5:02}")
        assert draft(told) == each("cancellation", "Eero")
        assert event_in(told, letters(told, "draft")[0]["id"])[1]["SEQUENCE"] == 2 * turn + 1
        told("invite", "told", DATE)


def test_nobody_is_taken_off_who_came_back_before_hearing_of_it(told: Program) -> None:
    told("member", "leave", "vantaa", "Eero", "--on", "2022-09-01")
    draft(told)
    told("member", "add", "vantaa", "Eero Malli", "--role", "peer", "--from", "2022-09-10")
    assert told("invite", "told", DATE).out == f"{DATE}: 0 letters count as told.\n"
    told("invite", "write", "kirjeet")
    assert [path.name for path in (told.folder / "kirjeet").iterdir()] == [WORKBOOK]
    assert letters(told, "draft") == [], "what is of no use is taken back"
    assert status(told)["Eero"]["wants"] == []


def test_an_address_that_somebody_else_reads_too_keeps_the_date(told: Program) -> None:
    told("person", "edit", "Eero", "--email", "aino@example.org")
    told("member", "leave", "vantaa", "Eero", "--on", "2022-09-01")
    assert draft(told) == []
    told("session", "cancel", DATE)
    assert draft(told) == each("cancellation")


def test_nothing_is_told_of_a_date_that_is_over(told: Program) -> None:
    told("session", "edit", DATE, "--place", "Sali 3")
    told.now += timedelta(days=38, hours=7)
    assert draft(told) == []
    assert draft(told, DATE, "--kind", "reminder") == []
    assert told("invite", "status", "--check").status == 0


# Webinars


@pytest.fixture
def webinar(season: Program) -> Program:
    """Give the season; two have registered for its first date, and one speaks."""
    season("config", "set", "sender_email", "raati@example.org")
    season("config", "set", "sender_name", "Osallisuustiimi")
    season("webinar", "edit", WEBINAR, "--url", "https://example.org/liity", "--title", "Tieto")
    season("registration", "add", WEBINAR, "Reetta Registroitunut", "--email", "reetta@example.org")
    season("registration", "add", WEBINAR, "Nimi Vain")
    season("person", "add", "Pia Puhuja", "--email", "pia@example.org", "--language", "sv")
    season("talk", "add", WEBINAR, "Kokemuksia", "--speaker", "Pia Puhuja")
    return season


def test_speakers_and_those_registered_each_get_their_own_letter(webinar: Program) -> None:
    assert draft(webinar, WEBINAR) == [("invitation", "Reetta"), ("speaker-invitation", "Pia")]
    assert webinar.json("invite", "draft", WEBINAR)["drafts"]["unreachable"] == [
        {"occasion": "teematiistait/1", "kind": "invitation", "name": "Nimi Vain", "phone": ""}
    ]
    texts = {one["kind"]: webinar.json("invite", "show", str(one["id"]))["letter"] for one in letters(webinar)}
    assert (texts["invitation"]["language"], texts["speaker-invitation"]["language"]) == ("fi", "sv")
    assert "Pia" not in texts["invitation"]["text"]
    assert "Reetta" not in texts["speaker-invitation"]["text"]


def test_who_registered_by_name_alone_can_be_noted_as_told(webinar: Program) -> None:
    ran = webinar("invite", "told", WEBINAR, "Nimi Vain")
    assert ran.out == f"{WEBINAR}: Nimi Vain counts as told.\n"
    assert webinar.json("invite", "told", WEBINAR, "reetta@example.org")["told"] == {
        "occasion": "teematiistait/1", "people": [], "registrations": [1], "changed": True,
    }  # fmt: skip
    assert draft(webinar, WEBINAR) == [("speaker-invitation", "Pia")]
    assert webinar("invite", "told", WEBINAR, "Aino", status=3).err == (
        f"{WEBINAR} does not concern Aino Esimerkki.\nSee whom it concerns: osallisuus invite status {WEBINAR}.\n"
    )
    assert webinar.json("invite", "draft", WEBINAR, "--person", "Aino", status=3)["error"]["code"] == "not_found"


def test_a_speaker_who_heard_of_it_another_way_has_been_invited(webinar: Program) -> None:
    webinar("invite", "told", WEBINAR, "Pia")
    (talk,) = webinar.json("talk", "list", WEBINAR)["talks"]
    assert talk["speakers"][0]["state"] == "invited"


def test_who_cancels_a_registration_is_taken_off_and_may_come_back(webinar: Program) -> None:
    tell(webinar, WEBINAR)
    webinar("registration", "cancel", WEBINAR, "reetta@example.org")
    assert tell(webinar, WEBINAR) == [("cancellation", "Reetta")]
    assert event_in(webinar, letters(webinar, "sent")[-1]["id"])[1]["SEQUENCE"] == 2  # the date itself is at 1
    webinar("registration", "add", WEBINAR, "Reetta Registroitunut", "--email", "reetta@example.org")
    assert draft(webinar, WEBINAR) == [("invitation", "Reetta")]


def test_who_comes_back_keeps_letters_and_answers_under_the_new_registration(webinar: Program) -> None:
    tell(webinar, WEBINAR)
    before = letters(webinar, "sent")
    faults.meddle(
        webinar.database,
        "INSERT INTO answers (event_id, registration_id, answer, starts, minutes, timezone, answered_at)"
        " SELECT e.id, r.id, 'accepted', starts, minutes, timezone, '2022-08-22T07:00:00Z'"
        " FROM registrations r JOIN events e ON e.id = r.event_id WHERE r.id = 1",
    )
    webinar("registration", "cancel", WEBINAR, "reetta@example.org")
    webinar("registration", "add", WEBINAR, "Reetta Registroitunut", "--email", "reetta@example.org")
    assert draft(webinar, WEBINAR) == [], "her calendar shows the date"
    after = letters(webinar, "sent")
    assert [one["message_id"] for one in after] == [one["message_id"] for one in before]
    (own,) = [one for one in after if one["kind"] == "invitation"]
    assert own["registration_id"] != 1
    assert (status(webinar, WEBINAR)["Reetta"]["answer"], status(webinar, WEBINAR)["Reetta"]["registration_id"]) == (
        "accepted", own["registration_id"],
    )  # fmt: skip
    assert webinar("db", "check").status == 0


def test_who_registered_hears_that_it_is_cancelled_though_nobody_wrote_before(webinar: Program) -> None:
    webinar("webinar", "cancel", WEBINAR)
    assert tell(webinar, WEBINAR) == [("cancellation", "Reetta")]
    assert event_in(webinar, letters(webinar, "sent")[0]["id"])[0] == "CANCEL"
    assert draft(webinar, WEBINAR) == []


def test_who_registered_and_then_speaks_keeps_the_date(webinar: Program) -> None:
    tell(webinar, WEBINAR)
    webinar("person", "add", "Reetta Registroitunut", "--email", "REETTA@example.org")
    webinar("talk", "add", WEBINAR, "Toinen", "--speaker", "Reetta Registroitunut")
    assert draft(webinar, WEBINAR) == [("speaker-invitation", "Reetta")]


def test_a_speaker_whose_talk_moves_is_taken_off_one_date_and_asked_for_the_other(webinar: Program) -> None:
    tell(webinar, WEBINAR)
    webinar("webinar", "edit", "teematiistait/2", "--url", "https://example.org/toinen")
    webinar("talk", "move", "1", "teematiistait/2")
    assert tell(webinar, WEBINAR) == [("cancellation", "Pia")]
    assert tell(webinar, "teematiistait/2") == [("speaker-invitation", "Pia")]
    assert (draft(webinar, WEBINAR), draft(webinar, "teematiistait/2")) == ([], [])


def test_a_speaker_who_declines_and_then_comes_after_all_is_asked_again(webinar: Program) -> None:
    tell(webinar, WEBINAR)
    webinar("talk", "decline", "1", "Pia")
    assert tell(webinar, WEBINAR) == [("cancellation", "Pia")]
    webinar("talk", "confirm", "1", "Pia")
    assert draft(webinar, WEBINAR) == [("speaker-invitation", "Pia")]


@pytest.mark.parametrize("verb", ["forget", "clear"])
def test_letters_about_forgotten_registrations_go_with_them(webinar: Program, verb: str) -> None:
    tell(webinar, WEBINAR)
    webinar.now += timedelta(days=23)
    webinar("registration", verb, WEBINAR, "--yes")
    assert [(one["kind"], one["name"]) for one in letters(webinar)] == [("speaker-invitation", "Pia Puhuja")]
    assert list(status(webinar, WEBINAR)) == ["Pia"]


# People and addresses


def test_one_broken_address_stops_nobody_else(panel: Program) -> None:
    faults.meddle(panel.database, "UPDATE people SET email = 'äino@example.org' WHERE id = 1")
    ran = panel("invite", "draft", DATE, status=5)
    assert ran.out == f"{DATE}: 3 letters drafted (invitation 3).\n"
    assert "No mail can be sent to the address äino@example.org." in ran.err
    document = panel.json("invite", "draft", DATE, status=5)["drafts"]
    assert (document["drafted"], [one["code"] for one in document["refused"]]) == ([], ["bad_address"])
    panel("invite", "told", DATE, "Aino")
    assert draft(panel) == []


def test_people_who_share_an_address_each_get_their_own_letter(panel: Program) -> None:
    panel("person", "edit", "Eero", "--email", "aino@example.org")
    assert draft(panel) == each("invitation")
    events = [event_in(panel, number)[1] for number in (1, 2)]
    assert {str(event["ATTENDEE"]) for event in events} == {"mailto:aino@example.org"}
    assert [event["ATTENDEE"].params["CN"] for event in events] == ["Aino Esimerkki", "Eero Malli"]
    assert len({str(event["UID"]) for event in events}) == 1


def test_two_who_are_one_keep_what_went_further(told: Program) -> None:
    join(told, "Ainu Esimerkki", "--email", "ainu@example.org")
    told("invite", "draft", DATE)
    told("invite", "withdraw", str(letters(told, "draft")[0]["id"]))
    told("person", "merge", "Ainu", "Aino Esimerkki", "--yes")
    assert [(one["name"], one["state"]) for one in letters(told) if one["name"].startswith("Ai")] == [("Ainu Esimerkki", "sent")]
    assert draft(told) == []
    told("session", "move", DATE, "2022-10-06")
    assert draft(told, "vantaa/1") == each("change", "Ainu", "Eero", "Sanna", "Tom")
    assert told("db", "check").status == 0


def test_who_was_written_to_is_not_removed_and_neither_is_the_panel(told: Program) -> None:
    told("member", "leave", "vantaa", "Eero", "--on", "2022-09-01")
    assert told.json("person", "remove", "Eero", "--yes", status=4)["error"]["code"] == "in_use"
    assert told.json("panel", "remove", "vantaa", "--yes", status=4)["error"]["code"] == "in_use"


def test_a_panel_with_nothing_but_a_schedule_is_removed(panel: Program) -> None:
    panel("panel", "add", "tyhja", "--name", "Tyhjä", "--kind", "main")
    panel("invite", "schedule", "tyhja", "--thanks", "never")
    panel("panel", "remove", "tyhja", "--yes")
    assert faults.rows(panel.database, "SELECT count(*) FROM letter_schedules") == [(0,)]


# Lists, status, schedules


def test_lists_and_status_are_for_one_host_or_date(told: Program) -> None:
    assert told("invite", "list").err == "No letter waits.\n"
    draft(told, "vantaa/2")
    assert [len(told.json("invite", "list", *what)["letters"]) for what in ((), ("vantaa",), ("vantaa/1",), ("vantaa/2",))] == [
        4, 4, 0, 4,
    ]  # fmt: skip
    listed = list(csv.DictReader(io.StringIO(told("invite", "list", "vantaa/2").out), delimiter="\t"))
    assert listed[0] == {
        "No": "6",
        "Date": "vantaa/2",
        "To": "Aino Esimerkki",
        "Letter": "invitation",
        "State": "draft",
        "Reply": "",
    }
    assert told("invite", "list", "vantaa/1", "--state", "refused").err == "There is no such letter.\n"
    assert len(told.json("invite", "status", "vantaa")["status"]) == 10
    shown = told("invite", "status", DATE)
    assert shown.out.splitlines()[1] == "vantaa/1\tAino Esimerkki\tThu 2022-09-29 at 17:00, told Mon 2022-08-22\tas it is\t"
    assert shown.out.splitlines()[-1] == "no answer 5."
    assert told.json("invite", "status", "vantaa/1")["status"][0] == {
        "occasion": "vantaa/1", "person_id": 1, "registration_id": None, "name": "Aino Esimerkki", "role": "member",
        "told_sequence": 0, "told_at": "2022-08-22T07:02:00Z", "told_starts": "2022-09-29T17:00", "sequence": 0, "stale": False,
        "wants": [], "answer": "", "answer_outdated": False, "comment": "", "taken_off": False, "concerned": True,
    }  # fmt: skip


def test_the_check_is_loud_only_when_somebody_is_stale(told: Program) -> None:
    assert told("invite", "status", "--check").status == 0
    assert told.json("invite", "status", "--check") == {"status": []}
    told("session", "move", DATE, "2022-10-06")
    ran = told("invite", "status", "vantaa", "--check", status=8)
    assert [line.split("\t")[1] for line in ran.out.splitlines()[1:]] == [
        "Aino Esimerkki", "Eero Malli", "Sanna Exempel", "Tom Sample", "Väinö Vieras",
    ]  # fmt: skip
    assert {line.split("\t")[3] for line in ran.out.splitlines()[1:]} == {"STALE: tell the change"}
    assert len(told.json("invite", "status", "vantaa/1", "--check", status=8)["status"]) == 5
    assert told("invite", "status", "--stale").status == 0
    # drafted is not told
    draft(told, "vantaa/1")
    assert told("invite", "status", "--check", status=8)
    told("invite", "told", "vantaa/1")
    told("invite", "told", "vantaa/1", "väinö")
    assert told("invite", "status", "--check").status == 0


def test_a_schedule_is_shown_and_set(panel: Program) -> None:
    assert panel("invite", "schedule", "vantaa").out == (
        "Reminder, days before: 7, 1\nSpeaker reminder, days before: 21, 7\nThanks, days after: 1\n"
    )
    assert panel.json("invite", "schedule", "vantaa", "--reminder", "1,3 3", "--thanks", "never") == {
        "schedule": {"host": "vantaa", "reminder": [3, 1], "speaker-reminder": [21, 7], "thanks": []}
    }
    before = panel.database.read_bytes()
    assert panel("invite", "schedule", "vantaa", "--reminder", "3,1").out.startswith("Reminder, days before: 3, 1\n")
    assert panel.database.read_bytes() == before
    panel("invite", "schedule", "vantaa", "--thanks", "1", "--reminder", "7,1")
    assert panel.json("invite", "schedule", "vantaa")["schedule"]["thanks"] == [1]


@pytest.mark.parametrize(
    ("words", "status_", "message"),
    [
        (("draft",), 2, "It is not said about which date."),
        (("draft", "--due", "--kind", "thanks"), 2, "--due drafts what the schedules say, to everybody."),
        (("draft", "--due", DATE), 2, "--due drafts what the schedules say, to everybody."),
        (("draft", "--due", "vanta"), 3, "There is no panel or series 'vanta'."),
        (("draft", "vantaa/9"), 3, "vantaa has no date '9'."),
        (("draft", DATE, "--person", "Kukaan"), 3, "There is nobody 'Kukaan'."),
        (("draft", DATE, "--kind", "kutsu"), 2, None),
        (("show", "9"), 3, "There is no letter 9."),
        (("show", "0"), 2, None),
        (("withdraw", "9"), 3, "There is no letter 9."),
        (("resend", "9"), 3, "There is no letter 9."),
        (("told", DATE, "Kukaan"), 3, "There is nobody 'Kukaan'."),
        (("list", "--state", "lost"), 2, None),
        (("status", "vantaa/9"), 3, "vantaa has no date '9'."),
        (("schedule", "vantaa", "--reminder", "7;1"), 2, "'7;1' does not say on which days."),
        (("schedule", "vantaa", "--reminder", "366"), 2, "'366' does not say on which days."),
        (("schedule", "vantaa", "--reminder", "-1"), 2, None),
        (("schedule", "vantaa", "--reminder", ""), 2, "'' does not say on which days."),
        (("schedule", "vantaa", "--reminder", "9" * 5000), 2, None),
    ],
)
def test_wrong_words_give_one_clear_sentence(panel: Program, words: tuple[str, ...], status_: int, message: str | None) -> None:
    ran = panel("invite", *words, status=status_)
    assert ran.out == ""
    assert "Traceback" not in ran.err
    if message:
        assert ran.err.splitlines()[0] == message
    assert letters(panel) == []
