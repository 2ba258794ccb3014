"""Answers are read from a folder of a mail server, and nothing in it changes."""

import io
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from osallisuus.errors import Refused, UsageError
from osallisuus.mail import mailboxes
from tests.conftest import Program
from tests.imports import replies_samples as clients
from tests.mail.imap import imap

ORDINARY = b"From: <a@example.org>\r\nTo: <b@example.org>\r\nSubject: Hei\r\nContent-Type: text/plain\r\n\r\nHei vain!\r\n"


@pytest.fixture
def invited(program: Program) -> Program:
    """Give a panel of two who have been told of a session."""
    program("config", "set", "sender_email", "raati@example.org")
    program("config", "set", "sender_name", "Osallisuustiimi")
    program("panel", "add", "vantaa", "--name", "Vantaan asiakasraati", "--kind", "main", "--place", "Esimerkkitalo")
    for name in ("Aino Esimerkki", "Eero Malli"):
        email = f"{name.split()[0].lower()}@example.org"
        program("member", "add", "vantaa", name, "--role", "coordinator", "--email", email, "--from", "2022-01-01")
    program("session", "add", "vantaa", "--on", "2022-09-29", "--at", "17:00", "--minutes", "120")
    program("invite draft vantaa/1")
    program("invite told vantaa/1")
    return program


def uid_of(program: Program) -> str:
    with closing(sqlite3.connect(program.database)) as connection:
        return str(connection.execute("SELECT uid FROM events").fetchone()[0])


def typed(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(line))


def test_answers_are_taken_once_and_the_folder_stays_as_it_was(invited: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    uid = uid_of(invited)
    mails = {7: clients.outlook(uid, "aino@example.org"), 9: ORDINARY, 12: clients.gmail(uid, "eero@example.org")}
    with imap({"INBOX": mails}) as server:
        url = f"imap://raati%40example.org@127.0.0.1:{server.server_address[1]}"
        typed(monkeypatch, "salasana\n")
        found = invited.json("invite", "replies", "--imap", url, "--password-stdin")["replies"]
        typed(monkeypatch, "salasana\n")
        again = invited.json("invite", "replies", "--imap", url, "--password-stdin")["replies"]
    assert [(one["name"], one["answer"]) for one in found["taken"]] == [
        ("Aino Esimerkki", "accepted"),
        ("Eero Malli", "declined"),
    ]
    assert found["for_a_person"] == []
    assert (again["taken"], again["known"]) == ([], 2)
    words = {command.split()[0].upper() for command in server.told}
    assert words == {"CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT"}
    fetched = [command for command in server.told if "BODY" in command and "BODYSTRUCTURE" not in command]
    assert fetched == ["UID FETCH 7 (BODY.PEEK[])", "UID FETCH 12 (BODY.PEEK[])"] * 2
    assert not any("salasana" in str(path.read_bytes()) for path in Path(invited.folder).glob("*.toml"))


def test_a_folder_named_with_letters_beyond_ascii_is_found(invited: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "salasana\n")
    with imap({"P&AOQA5A-tt&APY- & sy&AOQ-".replace(" & ", " &- "): {}}) as server:
        url = f"imap://raati@127.0.0.1:{server.server_address[1]}/Päättö%20%26%20syä"
        # "ää" stands together, so it is one run of modified UTF-7
        assert invited.json("invite", "replies", "--imap", url, "--password-stdin")["replies"]["taken"] == []


def test_a_password_may_hold_any_letter(invited: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "sälä sana\n")
    with imap({"INBOX": {}}, "sälä sana") as server:
        url = f"imap://raati@127.0.0.1:{server.server_address[1]}"
        invited("invite", "replies", "--imap", url, "--password-stdin")


@pytest.mark.parametrize(
    ("password", "folder", "status", "code"),
    [("väärä", "INBOX", 4, "login_refused"), ("salasana", "Ei-ole", 3, "not_found")],
)
def test_what_is_wrong_is_said(
    invited: Program, monkeypatch: pytest.MonkeyPatch, password: str, folder: str, status: int, code: str
) -> None:
    typed(monkeypatch, f"{password}\n")
    with imap({"INBOX": {}}) as server:
        url = f"imap://raati@127.0.0.1:{server.server_address[1]}/{folder}"
        error = invited.json("invite", "replies", "--imap", url, "--password-stdin", status=status)["error"]
    assert error["code"] == code


def test_a_server_that_is_not_there_is_tried_again_later(invited: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    with imap({}) as server:
        port = server.server_address[1]
    typed(monkeypatch, "salasana\n")
    error = invited.json("invite", "replies", "--imap", f"imap://raati@127.0.0.1:{port}", "--password-stdin", status=75)["error"]
    assert error["code"] == "unreachable"


@pytest.mark.parametrize(
    "url",
    [
        "https://raati@example.org/x",
        "imaps://example.org/INBOX",
        "imaps://raati:salasana@example.org/",
        "imaps://raati@/",
        "imaps://raati@example.org:x/",
        "imaps://raati%0d@example.org/",
        "imaps://raati@example.org/a%0d%0aDELETE",
    ],
)
def test_an_address_that_is_none_is_refused_without_a_secret_in_the_sentence(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        mailboxes.parse(url)
    assert "salasana" not in caught.value.message


def test_nothing_is_read_in_the_clear_from_elsewhere() -> None:
    with pytest.raises(Refused):
        mailboxes.parse("imap://raati@imap.example.org/INBOX")


def test_without_files_or_a_folder_there_is_nothing_to_read(program: Program) -> None:
    assert program.json("invite replies", status=2)["error"]["code"] == "usage"
