"""Where letters go out and what opens the door: the settings of the mail server, and secrets that are nowhere to be read."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from osallisuus.config import Settings
from osallisuus.errors import OsallisuusError, Refused, UsageError
from osallisuus.mail import accounts
from osallisuus.mail.accounts import Account

SECRET = "Sala:sana-äö ✓"  # noqa: S105
BASE = Settings(config_file=Path("config.toml"), database=Path("osallisuus.db"), smtp_host="posti.example.org", smtp_user="raati")


class Memory(keyring.backend.KeyringBackend):
    """A keyring that forgets everything in the end."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.kept[service, username] = password

    def _open(self) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked


@pytest.fixture
def ring() -> Iterator[Memory]:
    """Give an empty keyring in the place of the user's own."""
    before = keyring.get_keyring()
    ring = Memory()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def printing(folder: Path, script: str) -> str:
    """Return a command that runs a script, in a folder whose name needs quotes."""
    file = folder / "oma kansio" / "sana.py"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"import sys\n{script}\n", encoding="utf-8")
    return f"{sys.executable} -X utf8 '{file}'"


def secret(settings: Settings, *, stdin: bool = False) -> str:
    return accounts.secret(settings, "smtp", settings.smtp_host, settings.smtp_user, stdin=stdin)


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465)])
def test_each_kind_of_tls_has_its_port(security: str, port: int) -> None:
    found = accounts.account(replace(BASE, smtp_security=security, smtp_timeout=7))
    assert found == Account(host="posti.example.org", port=port, security=security, user="raati", timeout=7)
    assert accounts.account(replace(BASE, smtp_security=security, smtp_port=2525)).port == 2525


@pytest.mark.parametrize("host", ["posti.example.org", "192.0.2.1", "localhost.example.org", "127.0.0.1.example.org"])
def test_nothing_goes_in_the_clear_to_another_computer(host: str) -> None:
    with pytest.raises(Refused) as caught:
        accounts.account(replace(BASE, smtp_host=host, smtp_security="none"))
    assert caught.value.code == "no_tls"
    assert host in caught.value.message
    assert "smtp_security" in caught.value.hint


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_relay_on_this_computer_needs_no_tls(host: str) -> None:
    assert accounts.account(replace(BASE, smtp_host=host, smtp_security="none")).port == 25


def test_no_server_is_told_with_what_can_be_done() -> None:
    with pytest.raises(UsageError) as caught:
        accounts.account(replace(BASE, smtp_host=""))
    assert caught.value.code == "no_mail_server"
    assert "invite write" in caught.value.hint


def test_a_command_prints_the_password_on_its_first_line(tmp_path: Path) -> None:
    command = printing(tmp_path, f"print({SECRET!r}); print('login: raati')")
    assert secret(replace(BASE, password_command=command)) == SECRET
    assert accounts.token(replace(BASE, token_command=command)) == SECRET
    assert accounts.token(BASE) == ""


def test_a_command_is_no_shell(tmp_path: Path) -> None:
    command = printing(tmp_path, "print('|'.join(sys.argv[1:]))")
    made = tmp_path / "made"
    assert secret(replace(BASE, password_command=f"{command} $HOME ; touch {made}")) == f"$HOME|;|touch|{made}"
    assert not made.exists()


@pytest.mark.parametrize(
    "script",
    [
        f"print({SECRET!r}); sys.exit(3)",
        f"print({SECRET!r}, file=sys.stderr)",
        f"print(); print({SECRET!r})",
        f"sys.stdout.buffer.write({SECRET!r}.encode('latin-1', 'replace'))",
        f"raise ValueError({SECRET!r})",
    ],
)
def test_a_command_that_fails_is_told_without_what_it_printed(tmp_path: Path, script: str) -> None:
    command = printing(tmp_path, script)
    for key, ask in (("password_command", secret), ("token_command", accounts.token)):
        with pytest.raises(UsageError) as caught:
            ask(replace(BASE, **{key: command}))
        said = f"{caught.value.message} {caught.value.hint} {caught.value.details} {caught.value.__cause__}"
        assert caught.value.code == "no_secret"
        assert key in said
        assert "Sala" not in said


@pytest.mark.parametrize("command", ["/nowhere/pass show mail", "'", ""])
def test_a_command_that_is_none_is_told(command: str, ring: Memory) -> None:
    if not command:
        assert secret(replace(BASE, password_command=command)) == ""
        return
    with pytest.raises(UsageError):
        secret(replace(BASE, password_command=command))


def test_the_keyring_keeps_a_password_for_each_server_and_user(ring: Memory) -> None:
    assert secret(BASE) == ""
    assert accounts.keep("smtp", "posti.example.org", "raati", SECRET)
    assert secret(BASE) == SECRET
    assert secret(replace(BASE, smtp_host="paha.example.net")) == ""
    assert secret(replace(BASE, smtp_user="toinen")) == ""
    assert accounts.secret(BASE, "caldav", "posti.example.org", "raati", stdin=False) == ""


def test_a_locked_keyring_is_no_keyring(ring: Memory) -> None:
    ring.locked = True
    assert not accounts.keep("smtp", "posti.example.org", "raati", SECRET)
    assert secret(BASE) == ""


def test_standard_input_comes_before_everything_else(tmp_path: Path, ring: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.keep("smtp", "posti.example.org", "raati", "kept")
    settings = replace(BASE, password_command=printing(tmp_path, "print('printed')"))
    monkeypatch.setattr(sys, "stdin", StringIO(f"{SECRET}\r\nmore\n"))
    assert secret(settings, stdin=True) == SECRET
    assert secret(settings) == "printed"
    monkeypatch.setattr(sys, "stdin", StringIO("\n"))
    with pytest.raises(OsallisuusError) as caught:
        secret(settings, stdin=True)
    assert caught.value.code == "no_secret"
