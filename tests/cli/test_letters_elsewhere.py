"""Letters are seen wherever they matter: in today's view, by what a webinar lacks, the doctor, a change of date, a merge."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from osallisuus import config, files
from osallisuus.errors import StorageError
from tests.conftest import Program


@pytest.fixture
def panel(program: Program) -> Program:
    """Give a panel of two with an address and a session."""
    program("config", "set", "sender_email", "raati@example.org")
    program("config", "set", "sender_name", "Osallisuustiimi")
    program("panel", "add", "vantaa", "--name", "Vantaan asiakasraati", "--kind", "main", "--place", "Esimerkkitalo")
    for name in ("Aino Esimerkki", "Eero Malli"):
        email = f"{name.split()[0].lower()}@example.org"
        program("member", "add", "vantaa", name, "--role", "coordinator", "--email", email, "--from", "2022-01-01")
    program("session", "add", "vantaa", "--on", "2022-09-29", "--at", "17:00", "--minutes", "120")
    return program


def tasks(program: Program) -> list[tuple[str, str, str, str]]:
    today = program.json("today")["today"]
    found = [*today["late"], *today["waiting"]]
    return [(task["state"], task["kind"], task["text"], task["command"]) for task in found if "invite" in task["command"]]


def set_state(program: Program, state: str) -> None:
    with closing(sqlite3.connect(program.database)) as connection:
        connection.execute("UPDATE messages SET state = ?, sha256 = 'x'", (state,))
        connection.commit()


def test_today_tells_what_waits_and_what_went_wrong(panel: Program) -> None:
    assert tasks(panel) == []
    panel("invite draft vantaa/1")
    assert tasks(panel) == [("waiting", "letters_draft", "2 letters are drafts.", "osallisuus invite send")]
    for state, urgency, text, command in (
        ("queued", "waiting", "2 letters are queued.", "osallisuus invite send"),
        ("refused", "late", "2 letters were refused.", "osallisuus invite list --state refused"),
        ("unknown", "late", "2 letters may not have arrived.", "osallisuus invite list --state unknown"),
    ):
        set_state(panel, state)
        assert tasks(panel) == [(urgency, f"letters_{state}", text, command)]


def test_today_tells_of_those_who_have_not_heard_of_what_others_have(panel: Program) -> None:
    panel("member", "add", "vantaa", "Kerttu Puhelin", "--role", "coordinator", "--from", "2022-01-01")
    assert tasks(panel) == [], "nobody has been told, perhaps by other means"
    panel("invite draft vantaa/1")
    panel("invite told vantaa/1")
    command = "osallisuus invite draft vantaa/1"
    assert tasks(panel) == [("waiting", "untold", "1 person has not been told.", command)]
    panel("invite", "told", "vantaa/1", "kerttu")
    assert tasks(panel) == []
    panel("member", "leave", "vantaa", "eero", "--on", "2022-09-01", "--yes")
    assert tasks(panel) == [("late", "stale", "1 person was told otherwise.", command)]


@pytest.mark.parametrize("change", ["move vantaa/1 2022-10-06", "cancel vantaa/1", "edit vantaa/1 --place Muualla"])
def test_whoever_changes_a_date_hears_whose_calendar_shows_it_as_it_was(panel: Program, change: str) -> None:
    hint = "Tell them: osallisuus invite draft vantaa/1"
    panel("invite draft vantaa/1")
    changed = panel(f"session {change}").err
    assert hint not in changed, "a draft has told nobody"
    assert "2 letters that waited are out of date now. Draft anew: osallisuus invite draft OCCASION\n" in changed
    panel("session restore vantaa/1")
    panel("invite draft vantaa/1")
    panel("invite told vantaa/1")
    told = panel(f"session {change.replace('2022-10-06', '2022-10-13').replace('Muualla', 'Täällä')}").err
    assert f"2 people were told otherwise. {hint}" in told
    assert tasks(panel) == [("late", "stale", "2 people were told otherwise.", "osallisuus invite draft vantaa/1")]
    panel("invite draft vantaa/1")
    panel("invite told vantaa/1")
    assert tasks(panel) == []


def test_whoever_changes_a_panel_hears_of_the_letters_that_this_takes_back(panel: Program) -> None:
    panel("invite draft vantaa/1")
    assert "2 letters that waited are out of date now." in panel("panel edit vantaa --name Uusi").err
    assert "out of date" not in panel("panel edit vantaa --name Uudempi").err


def test_whoever_restores_a_date_hears_who_was_told_that_it_is_cancelled(panel: Program) -> None:
    for _each in ("invitation", "cancellation"):
        panel("invite draft vantaa/1")
        panel("invite told vantaa/1")
        if _each == "invitation":
            panel("session cancel vantaa/1")
    restored = panel("session restore vantaa/1").err
    assert "2 people were told that it is cancelled. Invite them anew: osallisuus invite draft vantaa/1\n" in restored


def test_a_webinar_lacks_its_reminder_until_it_went_out(season: Program) -> None:
    season("config", "set", "sender_email", "raati@example.org")
    season("config", "set", "sender_name", "Osallisuustiimi")
    season("webinar", "edit", "teematiistait/1", "--url", "https://example.org/tt")

    def reminder() -> str:
        lacks = season.json("webinar ready teematiistait/1")["ready"][0]["lacks"]
        return next((gap["command"] for gap in lacks if gap["what"] == "reminder"), "")

    assert reminder() == "osallisuus checklist mark teematiistait/2022-09-13 reminder", "nobody is registered here"
    season("registration", "add", "teematiistait/1", "Aino Esimerkki", "--email", "aino@example.org")
    assert reminder() == "osallisuus invite draft teematiistait/2022-09-13 --kind reminder"
    season("invite draft teematiistait/1 --kind reminder")
    assert reminder()
    season("invite told teematiistait/1")
    assert reminder() == ""
    season("webinar move teematiistait/1 2022-09-20")
    assert reminder(), "they were reminded of another time"


def test_how_many_may_come_is_no_version_of_its_own(season: Program) -> None:
    for key, value in (("sender_email", "raati@example.org"), ("sender_name", "Osallisuustiimi")):
        season("config", "set", key, value)
    season("webinar edit teematiistait/1 --url https://example.org/tt")
    season("registration", "add", "teematiistait/1", "Aino Esimerkki", "--email", "aino@example.org")
    season("invite draft teematiistait/1")
    edited = season("webinar edit teematiistait/1 --capacity 50")
    assert "out of date" not in edited.err
    assert [one["state"] for one in season.json("invite list")["letters"]] == ["draft"]


@pytest.mark.parametrize(
    ("settings", "status", "found"),
    [
        ({}, 0, None),
        ({"smtp_host": "smtp.example.org"}, 0, "smtp.example.org, starttls"),
        ({"smtp_host": "smtp.example.org", "sender_email": ""}, 8, "no address that letters come from"),
        ({"smtp_host": "127.0.0.1", "smtp_security": "none"}, 0, "127.0.0.1, none"),
        ({"smtp_host": "smtp.example.org", "smtp_security": "none"}, 8, "Without TLS nothing is sent to smtp.example.org"),
    ],
)
def test_the_doctor_looks_at_the_settings_of_mail(
    panel: Program, settings: dict[str, str], status: int, found: str | None
) -> None:
    for key, value in settings.items():
        panel("config", "set", key, value)
    rows = [one for one in panel.json("doctor", status=status)["doctor"] if one["what"] == "mail"]
    assert (rows[0]["found"].startswith(found) and rows[0]["ok"] == (status == 0)) if found else rows == []


def test_merging_keeps_the_letter_that_went_further(panel: Program) -> None:
    panel(
        "member",
        "add",
        "vantaa",
        "Aino Esimerkki-Malli",
        "--role",
        "coordinator",
        "--email",
        "am@example.org",
        "--from",
        "2022-01-01",
    )
    panel("invite draft vantaa/1")
    panel("invite", "told", "vantaa/1", "am@example.org")
    panel("person merge 1 3 --yes")
    (letter,) = [one for one in panel.json("invite list --state sent")["letters"] if one["person_id"] == 1]
    assert letter["by_hand"]
    panel("invite draft vantaa/1")
    waiting = panel.json("invite list")["letters"]
    assert [one["person_id"] for one in waiting] == [2], "who has been told is not told again"


@pytest.mark.parametrize("key", ["password_command", "token_command"])
def test_a_file_in_the_folder_one_stands_in_runs_no_command(tmp_path: Path, key: str) -> None:
    Path("osallisuus.toml").write_text(f'{key} = "rm -rf /"', encoding="utf-8")
    with pytest.raises(StorageError) as caught:
        config.load({"HOME": str(tmp_path)})
    assert caught.value.code == "bad_config"
    assert getattr(config.load({"HOME": str(tmp_path), "OSALLISUUS_CONFIG": "osallisuus.toml"}), key) == "rm -rf /"
    with pytest.raises(StorageError):
        config.change(Path("osallisuus.toml"), {key: "rm -rf /"}, project=True)
    assert (
        getattr(config.load({"HOME": str(tmp_path), "OSALLISUUS_CONFIG": "x.toml", f"OSALLISUUS_{key.upper()}": "a"}), key) == "a"
    )


def test_only_one_is_inside_and_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with files.only_one(lock) as first:
        assert first
        with files.only_one(lock) as second:
            assert not second
    with files.only_one(lock) as again:
        assert again
    assert lock.stat().st_mode & 0o777 == 0o600


def test_a_file_that_need_not_wait_for_the_disk_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    files.replace_soon(tmp_path / "a.eml", b"1")
    (tmp_path / "a.eml").chmod(0o644)
    files.replace_soon(tmp_path / "a.eml", b"3")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.eml": b"3"}
    assert (tmp_path / "a.eml").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileNotFoundError):
        files.replace_soon(tmp_path / "missing" / "c.eml", b"1")
