"""`calendar publish` against a real Radicale server: what lies in its storage, and who touched it."""

import base64
import http.client
import io
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import icalendar
import pytest
import vobject

from osallisuus.exports import calendars
from osallisuus.mail import accounts, caldav
from tests.conftest import Program, Ran
from tests.exports.peers import missing
from tests.exports.rfc5545 import faults
from tests.exports.samples import PANEL, event

pytest.importorskip("caldav")
pytest.importorskip("radicale")

USER, PASSWORD = "koordinaattori", "Sala:sana-äö"
SPAN = ("--from", "2022-09-01", "--until", "2022-12-31")
OTHERS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Somebody//Else//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20220801T000000Z\r\n"
    "DTSTART:20220901T090000Z\r\nDTEND:20220901T100000Z\r\nSUMMARY:Hammaslääkäri\r\nCATEGORIES:Vantaan asiakasraati\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


class Server:
    """A Radicale with one user and a folder where everything lies."""

    def __init__(self, folder: Path) -> None:
        self.storage = folder / "storage"
        self.port = free_port()
        users, config = folder / "users", folder / "config"
        users.write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
        config.write_text(
            f"[server]\nhosts = 127.0.0.1:{self.port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {users}\n"
            f"htpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = {self.storage}\n",
            encoding="utf-8",
        )
        self.process = subprocess.Popen([sys.executable, "-m", "radicale", "--config", str(config)], stderr=subprocess.DEVNULL)

    def wait(self) -> None:
        for _try in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        pytest.fail("Radicale does not start")

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> int:
        """Do what another program of the same user does; return the status."""
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request(method, path, body.encode(), headers | {"Authorization": f"Basic {login}"})
        status = line.getresponse().status
        line.close()
        return status


class Calendar:
    """A collection of its own for one test."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.path = server, f"/{USER}/{name}/"
        self.url = f"http://127.0.0.1:{server.port}{self.path}"
        self.folder = server.storage / "collection-root" / USER / name
        assert server.ask("MKCALENDAR", self.path) == 201

    def put(self, name: str, text: str) -> None:
        assert self.server.ask("PUT", f"{self.path}{name}", text, **{"Content-Type": "text/calendar"}) == 201

    def replace(self, name: str, text: str) -> None:
        assert self.server.ask("PUT", f"{self.path}{name}", text, **{"Content-Type": "text/calendar"}) in (201, 204)

    @property
    def files(self) -> Mapping[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.folder.glob("*.ics"))}

    @property
    def states(self) -> Mapping[str, tuple[bytes, int]]:
        """What lies there and when it was written: a PUT of the same bytes is seen, too."""
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(self.folder.glob("*.ics"))}

    @property
    def events(self) -> list[icalendar.Event]:
        found = [one for data in self.files.values() for one in icalendar.Calendar.from_ical(data).events]
        return sorted(found, key=lambda one: str(one.start))

    def summaries(self) -> list[str]:
        return [str(one["SUMMARY"]) for one in self.events]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a running Radicale."""
    running = Server(tmp_path_factory.mktemp("radicale"))
    try:
        running.wait()
        yield running
    finally:
        running.process.terminate()
        running.process.wait(20)


@pytest.fixture
def calendar(server: Server, request: pytest.FixtureRequest) -> Calendar:
    """Give an empty calendar on the server."""
    return Calendar(server, f"c{abs(hash(request.node.nodeid))}")


@pytest.fixture
def program(program: Program, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Give the program, with the password on its standard input at each run."""
    monkeypatch.setattr(sys, "stdin", Typed())
    return program


class Typed(io.StringIO):
    """Standard input with the password for one run after the other."""

    def readline(self, _size: int | None = -1, /) -> str:
        return f"{PASSWORD}\n"


@pytest.fixture
def panel(season: Program) -> Program:
    """Give the four webinars of the season and four sessions of the panel."""
    season("session", "plan", "vantaa", "--rule", "last thursday", "--at", "17:00", "--minutes", "120", *SPAN)
    return season


def publish(program: Program, to: Calendar | str, *words: str, status: int = 0) -> Ran:
    url = to.url if isinstance(to, Calendar) else to
    return program("calendar", "publish", *words, "--to", url, "--user", USER, "--password-stdin", status=status)


def fault(program: Program, to: Calendar | str, *words: str, status: int) -> tuple[str, str]:
    """Return the code and the sentence of a failure."""
    error = publish(program, to, *(words or ("teematiistait",)), "--json", status=status).document["error"]
    assert "\n" not in error["message"]
    return error["code"], error["message"]


def forget(program: Program, where: str = "1") -> None:
    """Take dates out of the database: a backup that was restored may not know them."""
    with closing(sqlite3.connect(program.database, isolation_level=None)) as db:
        db.execute(f"DELETE FROM events WHERE {where}")


# Put there, kept up to date


def test_dates_are_put_there_and_read_by_other_programs(panel: Program, calendar: Calendar) -> None:
    ran = publish(panel, calendar, "teematiistait")
    assert ran.out == f"{calendar.url}: 4 dates added, 0 as they were.\n"
    assert [f"{one.start:%Y-%m-%d %H.%M %Z}" for one in calendar.events] == [
        "2022-09-13 14.00 EEST",
        "2022-10-11 14.00 EEST",
        "2022-11-08 14.00 EET",
        "2022-12-13 14.00 EET",
    ]
    for name, data in calendar.files.items():
        kept = vobject.readOne(data.decode())
        assert (kept.vevent.summary.value, name) == ("Asiakasosallisuuden teematiistait", f"{kept.vevent.uid.value}.ics")
        assert kept.vevent.contents["x-osallisuus-host"][0].value == "teematiistait"
        assert not {"method", "attendee", "organizer"} & {*kept.contents, *kept.vevent.contents}


def test_what_is_sent_is_a_faultless_file_of_one_event() -> None:
    data = calendars.single(event(host="vantaa", title="Ääni, \\ ja; muuta"), PANEL, language="fi")
    wrong = [one for one in faults(data, panels=[event().uid]) if "X-OSALLISUUS-HOST" not in one]
    assert [one for one in wrong if "NAME" not in one] == []  # the collection has a name, not each object in it
    assert data.count(b"\r\nX-OSALLISUUS-HOST:vantaa\r\nEND:VEVENT\r\n") == 1


def test_a_second_run_touches_nothing(panel: Program, calendar: Calendar) -> None:
    publish(panel, calendar, "teematiistait", "vantaa")
    before = calendar.states
    panel.now += timedelta(days=365)
    ran = publish(panel, calendar, "vantaa", "teematiistait")
    assert ran.out == f"{calendar.url}: 8 as they were.\n"
    assert calendar.states == before


def test_a_run_with_nothing_new_sends_no_put(panel: Program, calendar: Calendar) -> None:
    publish(panel, calendar, "teematiistait")
    with between(calendar) as proxy:
        publish(panel, proxy.url, "teematiistait")
    assert {method for method, _path in proxy.seen} == {"PROPFIND", "REPORT"}


@pytest.mark.parametrize("title", ["Äänestys; osa 1, \\\\NAS01\\Nimet", 'Nimi "lainattu": 100 %', "x" * 300, "😀 a\\, b\\; c"])
def test_whatever_stands_in_a_title_is_the_same_the_second_time(panel: Program, calendar: Calendar, title: str) -> None:
    panel("webinar", "edit", "teematiistait/1", "--title", title, "--place", title, "--description", f"{title}\n\n{title}")
    publish(panel, calendar, "teematiistait")
    assert publish(panel, calendar, "teematiistait").out == f"{calendar.url}: 4 as they were.\n"


def test_a_moved_date_is_changed_in_its_place(panel: Program, calendar: Calendar) -> None:
    publish(panel, calendar, "teematiistait")
    before = calendar.states
    panel.now += timedelta(hours=1)
    panel("webinar", "move", "teematiistait/3", "2022-11-15")
    ran = publish(panel, calendar, "teematiistait")
    assert ran.out == f"{calendar.url}: 1 date brought up to date, 3 as they were.\n"
    after = calendar.states
    assert before.keys() == after.keys()
    assert sum(before[name] != after[name] for name in before) == 1
    assert [(f"{one.start:%d.%m.}", one.sequence) for one in calendar.events][2] == ("15.11.", 1)


@pytest.mark.parametrize(
    "words",
    [
        ("webinar", "edit", "teematiistait/1", "--title", "Uusi teema"),
        ("webinar", "edit", "teematiistait/1", "--url", "https://example.org/huone"),
        ("series", "edit", "teematiistait", "--name", "Uusi nimi"),
    ],
    ids=lambda words: words[3],
)
def test_changed_texts_are_brought_up_to_date(panel: Program, calendar: Calendar, words: tuple[str, ...]) -> None:
    publish(panel, calendar, "teematiistait")
    names = [*calendar.files]
    panel(*words)
    assert "brought up to date" in publish(panel, calendar, "teematiistait").out
    assert [*calendar.files] == names
    assert "brought" not in publish(panel, calendar, "teematiistait").out


def test_a_link_that_is_gone_goes_from_the_calendar(panel: Program, calendar: Calendar) -> None:
    panel("webinar edit teematiistait/1 --url https://example.org/huone")
    publish(panel, calendar, "teematiistait")
    assert calendar.events[0]["URL"] == "https://example.org/huone"
    panel("webinar", "edit", "teematiistait/1", "--url", "")
    publish(panel, calendar, "teematiistait")
    assert "URL" not in calendar.events[0]


def test_a_cancelled_date_stays_and_says_so(panel: Program, calendar: Calendar) -> None:
    publish(panel, calendar, "teematiistait")
    names = [*calendar.files]
    panel("webinar cancel teematiistait/2")
    assert publish(panel, calendar, "teematiistait").out == f"{calendar.url}: 1 date brought up to date, 3 as they were.\n"
    assert [*calendar.files] == names
    assert [str(one["STATUS"]) for one in calendar.events] == ["CONFIRMED", "CANCELLED", "CONFIRMED", "CONFIRMED"]
    panel("webinar restore teematiistait/2")
    publish(panel, calendar, "teematiistait")
    assert sorted(str(one["STATUS"]) for one in calendar.events) == ["CANCELLED", *["CONFIRMED"] * 4]


def test_names_are_in_the_language_that_is_asked_for(panel: Program, calendar: Calendar) -> None:
    panel("series edit teematiistait --name-sv Tematisdagar")
    publish(panel, calendar, "teematiistait", "--language", "sv")
    assert {*calendar.summaries()} == {"Tematisdagar"}


def test_what_somebody_changed_in_our_dates_is_put_right_and_their_alarm_alone_is_left(
    panel: Program, calendar: Calendar
) -> None:
    publish(panel, calendar, "teematiistait")
    first, second, *_rest = (one["UID"] for one in calendar.events)
    edited = {uid: (calendar.folder / f"{uid}.ics").read_text(encoding="utf-8") for uid in (first, second)}
    alarm = "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Kohta\nTRIGGER:-PT15M\nEND:VALARM\nEND:VEVENT"
    calendar.replace(f"{first}.ics", edited[first].replace("SUMMARY:", "SUMMARY:Oma "))
    calendar.replace(f"{second}.ics", edited[second].replace("END:VEVENT", alarm))
    assert publish(panel, calendar, "teematiistait").out == f"{calendar.url}: 1 date brought up to date, 3 as they were.\n"
    assert {*calendar.summaries()} == {"Asiakasosallisuuden teematiistait"}
    assert len(calendar.events[1].alarms.times) == 1


def test_a_dry_run_tells_and_writes_nothing(panel: Program, calendar: Calendar) -> None:
    publish(panel, calendar, "teematiistait")
    before = calendar.states
    panel("webinar move teematiistait/3 2022-11-15")
    forget(panel, "number = 4 AND host = 'teematiistait'")
    document = publish(panel, calendar, "teematiistait", "vantaa", "--dry-run", "--json").document["calendar"]
    assert document["updated"] == ["teematiistait/2022-11-15"]
    assert document["withdrawn"] == ["teematiistait/2022-12-13"]
    assert document["created"] == ["vantaa/2022-09-29", "vantaa/2022-10-27", "vantaa/2022-11-24", "vantaa/2022-12-29"]
    assert (len(document["unchanged"]), document["left"], document["dry_run"]) == (2, [], True)
    assert calendar.states == before


# Whose is what


def test_two_hosts_live_in_one_calendar(panel: Program, calendar: Calendar) -> None:
    publish(panel, calendar, "vantaa")
    publish(panel, calendar, "teematiistait")
    assert len(calendar.files) == 8
    before = calendar.states
    forget(panel, "host = 'teematiistait' AND number = 1")
    assert publish(panel, calendar, "vantaa").out == f"{calendar.url}: 4 as they were.\n"
    assert calendar.states == before
    assert publish(panel, calendar, "teematiistait").out == f"{calendar.url}: 1 taken away, 3 as they were.\n"
    assert len(calendar.files) == 7
    assert calendar.states.items() <= before.items()


def test_what_others_put_there_is_never_touched(panel: Program, calendar: Calendar) -> None:
    calendar.put("hammas.ics", OTHERS.format(uid="hammas-1"))
    unmarked = OTHERS.format(uid="old-1").replace("-//Somebody//Else//EN", "-//osallisuus//osallisuus 1.0//FI")
    calendar.put("old.ics", unmarked)  # somebody imported a file of ours
    before = calendar.states
    publish(panel, calendar, "teematiistait", "vantaa")
    forget(panel)
    publish(panel, calendar, "teematiistait", "vantaa", "--force")
    assert calendar.states == before


def test_a_date_that_somebody_imported_themselves_is_left_until_it_is_forced(panel: Program, calendar: Calendar) -> None:
    uid = panel.json("webinar list teematiistait")["webinars"][0]["uid"]
    calendar.put("mine.ics", OTHERS.format(uid=uid))
    before = calendar.states
    ran = publish(panel, calendar, "teematiistait", status=5)
    assert "teematiistait/2022-09-13 was left as it is" in ran.err
    assert calendar.states["mine.ics"] == before["mine.ics"]
    assert len(calendar.files) == 4
    publish(panel, calendar, "teematiistait", "--force")
    assert (len(calendar.files), "Hammaslääkäri" in calendar.summaries()) == (4, False)
    assert "4 as they were" in publish(panel, calendar, "teematiistait").out


def test_a_withdrawn_date_that_somebody_saved_as_their_own_is_left(panel: Program, calendar: Calendar) -> None:
    publish(panel, calendar, "teematiistait")
    name = f"{calendar.events[0]['UID']}.ics"
    text = calendar.files[name].decode()
    calendar.replace(name, text.replace("-//osallisuus//osallisuus 1.0//FI", "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN"))
    forget(panel, "host = 'teematiistait' AND number = 1")
    publish(panel, calendar, "teematiistait", status=5)
    assert name in calendar.files


def test_a_host_without_dates_does_not_empty_the_calendar(panel: Program, calendar: Calendar) -> None:
    publish(panel, calendar, "teematiistait", "vantaa")
    before = calendar.states
    forget(panel, "host = 'vantaa'")
    code, message = fault(panel, calendar, "vantaa", "teematiistait", status=4)
    assert (code, message.startswith("Everything of vantaa in ") and "4 in all" in message) == ("would_empty", True)
    assert calendar.states == before
    assert "4 taken away" in publish(panel, calendar, "vantaa", "--force").out
    assert {*calendar.summaries()} == {"Asiakasosallisuuden teematiistait"}


def test_another_database_with_the_same_names_takes_nothing_away(panel: Program, calendar: Calendar) -> None:
    publish(panel, calendar, "teematiistait")
    before = calendar.states
    for row in panel.json("webinar list teematiistait")["webinars"]:
        with closing(sqlite3.connect(panel.database, isolation_level=None)) as db:
            db.execute("UPDATE events SET uid = 'other ' || uid WHERE uid = ?", (row["uid"],))
    assert fault(panel, calendar, status=4)[0] == "would_empty"
    assert calendar.states == before


def test_a_host_without_dates_is_nothing_to_an_empty_calendar(panel: Program, calendar: Calendar) -> None:
    assert publish(panel, calendar, "vantaa-sivu").out == f"{calendar.url}: 0 as they were.\n"


# What goes wrong


def test_a_wrong_password_is_refused(panel: Program, calendar: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("väärä\n"))
    code, message = fault(panel, calendar, status=4)
    assert (code, message) == ("login_refused", f"127.0.0.1:{calendar.server.port} refused the login of {USER}.")
    assert calendar.files == {}


def test_nobody_is_asked_who_they_are(panel: Program, calendar: Calendar) -> None:
    ran = panel.json("calendar", "publish", "teematiistait", "--to", calendar.url, status=4)
    assert ran["error"]["message"].endswith("asks who you are.")


def test_a_netrc_is_not_read(panel: Program, calendar: Calendar) -> None:
    netrc = panel.folder / ".netrc"
    netrc.write_text(f"machine 127.0.0.1 login {USER} password {PASSWORD}\n", encoding="utf-8")
    netrc.chmod(0o600)
    panel.json("calendar", "publish", "teematiistait", "--to", calendar.url, status=4)


def test_a_password_comes_from_the_command_of_the_settings(panel: Program, calendar: Calendar) -> None:
    panel("config", "set", "password_command", f"printf '%s\\n' {PASSWORD}")
    panel("calendar", "publish", "teematiistait", "--to", calendar.url, "--user", USER)
    assert len(calendar.files) == 4


def test_without_a_password_it_is_said_how_to_give_one(
    panel: Program, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "secret", lambda *_words, **_options: "")
    error = panel.json("calendar", "publish", "vantaa", "--to", calendar.url, "--user", USER, status=2)["error"]
    assert (error["code"], "--password-stdin" in error["hint"]) == ("no_secret", True)
    panel("calendar", "publish", "vantaa", "--to", calendar.url, "--password-stdin", status=2)


def test_a_calendar_that_is_not_there_is_not_made(panel: Program, calendar: Calendar) -> None:
    code, message = fault(panel, f"{calendar.url}nowhere/", status=3)
    assert (code, message) == ("not_found", f"There is no calendar at {calendar.url}nowhere/.")


def test_a_place_that_is_no_calendar_is_told(panel: Program, calendar: Calendar) -> None:
    assert fault(panel, f"http://127.0.0.1:{calendar.server.port}/{USER}/", status=4)[0] == "not_a_calendar"


def test_a_calendar_of_others_is_forbidden(panel: Program, calendar: Calendar) -> None:
    assert fault(panel, f"http://127.0.0.1:{calendar.server.port}/johtaja/kalenteri/", status=4)[0] == "forbidden"


def test_a_server_that_is_down_can_be_tried_again(panel: Program) -> None:
    code, message = fault(panel, f"http://localhost:{free_port()}/x/", status=75)
    assert code == "unreachable"
    assert "refused" in message.casefold()


def test_a_server_nobody_knows_can_be_tried_again(panel: Program) -> None:
    assert fault(panel, "https://kalenteri.invalid/x/", status=75)[0] == "unreachable"


@pytest.mark.parametrize(
    ("url", "code", "status"),
    [
        ("http://example.org/dav/", "no_tls", 4),
        ("http://127.0.0.1.example.org/dav/", "no_tls", 4),
        ("https://me:secret@example.org/dav/", "usage", 2),
        ("ftp://example.org/dav/", "usage", 2),
        ("https://example.org/dav/?a=b", "usage", 2),
        ("vantaa.ics", "usage", 2),
    ],
)
def test_a_password_goes_nowhere_in_the_clear(panel: Program, url: str, code: str, status: int) -> None:
    found, message = fault(panel, url, status=status)
    assert (found, "secret" in message) == (code, False)


def test_tls_that_is_none_is_told(panel: Program, calendar: Calendar) -> None:
    assert fault(panel, calendar.url.replace("http:", "https:"), status=4)[0] == "tls"


def test_a_certificate_nobody_vouches_for_is_refused(panel: Program, tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        missing("openssl makes the certificate (Debian: openssl)")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    words = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    subprocess.run(["openssl", *words, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(lambda _ask: (500, {}, b""), context) as proxy:
        code, message = fault(panel, f"https://localhost:{proxy.port}/x/", status=4)
    assert (code, proxy.seen) == ("tls", [])
    assert message.startswith(f"The certificate of localhost:{proxy.port} cannot be trusted")


@pytest.mark.parametrize(
    ("answer", "code", "status"),
    [
        ((400, {}, b"bad"), "server_refused", 4),
        ((402, {}, b""), "server_refused", 4),
        ((403, {}, b""), "forbidden", 4),
        ((405, {}, b""), "not_a_calendar", 4),
        ((410, {}, b""), "not_found", 3),
        ((429, {}, b""), "server_failed", 75),
        ((500, {}, b"<html>oops</html>"), "server_failed", 75),
        ((503, {"Retry-After": "3600"}, b""), "server_failed", 75),
        ((507, {}, b""), "server_refused", 4),
        ((200, {"Content-Type": "text/html"}, b"<html><p>Log in"), "not_a_calendar", 4),
        ((207, {"Content-Type": "text/xml"}, b"<broken"), "not_a_calendar", 4),
        ((207, {}, b""), "not_a_calendar", 4),
        ((301, {"Location": "/elsewhere/"}, b""), "redirected", 4),
        ((302, {"Location": "http://example.org/x/"}, b""), "redirected", 4),
        ((308, {"Location": "/x/"}, b""), "redirected", 4),
        ((401, {"WWW-Authenticate": "Negotiate"}, b""), "login_refused", 4),
        ((401, {}, b""), "login_refused", 4),
    ],
    ids=lambda value: str(value[0]) if isinstance(value, tuple) else str(value),
)
def test_what_a_server_may_answer_is_one_sentence(
    panel: Program, answer: tuple[int, dict[str, str], bytes], code: str, status: int
) -> None:
    with serving(lambda _ask: answer) as proxy:
        assert fault(panel, proxy.url, status=status)[0] == code
        assert all(path == "/x/" for _method, path in proxy.seen)


@pytest.mark.parametrize("done", range(4))
def test_a_server_that_dies_in_the_middle_is_finished_by_the_next_run(panel: Program, calendar: Calendar, done: int) -> None:
    puts: list[str] = []

    def dying(ask: Ask) -> Answer | None:
        if ask.command == "PUT":
            puts.append(ask.path)
        return (500, {}, b"") if len(puts) > done else None

    with between(calendar, dying) as proxy:
        assert fault(panel, proxy.url, status=75)[0] == "server_failed"
    assert len(calendar.files) == done
    assert f"{4 - done} date" in publish(panel, calendar, "teematiistait").out
    assert len(calendar.files) == 4
    assert publish(panel, calendar, "teematiistait").out == f"{calendar.url}: 4 as they were.\n"


def test_a_line_that_breaks_after_it_was_written_is_no_second_event(panel: Program, calendar: Calendar) -> None:
    def deaf(ask: Ask) -> Answer | None:
        if ask.command != "PUT":
            return None
        ask.forward()
        return (0, {}, b"")

    with between(calendar, deaf) as proxy:
        assert fault(panel, proxy.url, status=75)[0] == "unreachable"
    assert len(calendar.files) == 1
    assert publish(panel, calendar, "teematiistait").out == f"{calendar.url}: 3 dates added, 1 as it was.\n"


# At the same time


def test_a_date_that_changes_meanwhile_is_looked_at_again(panel: Program, calendar: Calendar) -> None:
    publish(panel, calendar, "teematiistait")
    panel("webinar move teematiistait/3 2022-11-15")
    touched: list[str] = []

    def racing(ask: Ask) -> Answer | None:
        if ask.command == "PUT" and not touched:
            touched.append(ask.path)
            name = ask.path.rpartition("/")[2]
            calendar.replace(name, calendar.files[name].decode().replace("SUMMARY:", "SUMMARY:x"))
        return None

    with between(calendar, racing) as proxy:
        publish(panel, proxy.url, "teematiistait")
    assert [method for method, _path in proxy.seen].count("PUT") == 2
    assert {*calendar.summaries()} == {"Asiakasosallisuuden teematiistait"}
    assert len(calendar.files) == 4


def test_a_date_that_changes_all_the_time_is_told(panel: Program, calendar: Calendar) -> None:
    publish(panel, calendar, "teematiistait")
    panel("webinar move teematiistait/3 2022-11-15")
    with between(calendar, lambda ask: (412, {}, b"") if ask.command == "PUT" else None) as proxy:
        ran = publish(panel, proxy.url, "teematiistait", status=5)
    assert "teematiistait/2022-11-15 was left as it is" in ran.err
    assert [method for method, _path in proxy.seen].count("PUT") == 2


def test_a_date_that_was_taken_away_meanwhile_is_put_there_again(panel: Program, calendar: Calendar) -> None:
    publish(panel, calendar, "teematiistait")
    panel("webinar move teematiistait/3 2022-11-15")
    gone: list[str] = []

    def racing(ask: Ask) -> Answer | None:
        if ask.command == "PUT" and not gone:
            gone.append(ask.path)
            assert calendar.server.ask("DELETE", ask.path) == 200
        return None

    with between(calendar, racing) as proxy:
        publish(panel, proxy.url, "teematiistait")
    assert len(calendar.files) == 4


@pytest.mark.parametrize(("status", "expected"), [(404, 0), (412, 5)])
def test_a_withdrawn_date_that_is_gone_or_held_by_others(panel: Program, calendar: Calendar, status: int, expected: int) -> None:
    publish(panel, calendar, "teematiistait")
    forget(panel, "host = 'teematiistait' AND number = 1")
    with between(calendar, lambda ask: (status, {}, b"") if ask.command == "DELETE" else None) as proxy:
        publish(panel, proxy.url, "teematiistait", status=expected)


def test_an_object_of_others_at_our_address_is_left(panel: Program, calendar: Calendar) -> None:
    uid = panel.json("webinar list teematiistait")["webinars"][0]["uid"]
    calendar.put(f"{uid}.ics", OTHERS.format(uid="something else"))
    before = calendar.states[f"{uid}.ics"]
    publish(panel, calendar, "teematiistait", "--force", status=5)
    assert calendar.states[f"{uid}.ics"] == before


# Without a server


def test_without_the_library_it_is_said_how_to_install_it(panel: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "caldav.davclient", None)
    code, message = fault(panel, "https://example.org/x/", status=2)
    assert (code, message.endswith("pip install 'osallisuus[caldav]'.")) == ("no_caldav", True)


def test_an_unknown_host_is_not_found_before_anything_is_asked(panel: Program) -> None:
    with serving(lambda _ask: (500, {}, b"")) as proxy:
        assert fault(panel, proxy.url, "teematistait", status=3)[0] == "not_found"
    assert proxy.seen == []


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff", b"END:VEVENT\nUID:1", b"BEGIN:VCALENDAR\nUID:1\nSUMMARY", b"BEGIN:VEVENT\n" * 9]
)
def test_broken_objects_are_nobodys(data: bytes) -> None:
    found = caldav.read(data)
    assert (found.uid, found.host, found.name) == ("", "", "")


def test_folds_escapes_and_zones_are_read_alike_however_they_are_written() -> None:
    one, other = (
        caldav.read(f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;{zone}:20220913T140000\r\n{text}\r\nEND:VEVENT\r\n".encode())
        for zone, text in (
            ("TZID=Europe/Helsinki", r"SUMMARY:a\, b\nc"),
            ('VALUE=DATE-TIME;tzid="Europe/Helsinki"', "summary;LANGUAGE=fi:a\r\n , b\\Nc"),
        )
    )
    assert one.told == other.told != []


# A server in between


Answer = tuple[int, Mapping[str, str], bytes]


class Ask(BaseHTTPRequestHandler):
    """One request, answered by a rule or by the server behind."""

    protocol_version = "HTTP/1.1"
    server: "Between"

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self._do
        raise AttributeError(name)

    def _do(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path))
        status, headers, body = self.server.rule(self) or self.forward()
        if not status:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def forward(self) -> Answer:
        assert self.server.behind
        line = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=20)
        keep = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "accept-encoding")}
        line.request(self.command, self.path, self.body, keep)
        answer = line.getresponse()
        body = answer.read()
        kept = {name: answer.headers[name] for name in ("Content-Type", "ETag", "WWW-Authenticate") if answer.headers[name]}
        line.close()
        return answer.status, kept, body

    def log_message(self, *_words: object) -> None:
        pass


class Between(ThreadingHTTPServer):
    """A server that answers by a rule; where that says nothing, the one at the port `behind` does."""

    def __init__(self, rule: Callable[[Ask], Answer | None], behind: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), Ask)
        self.rule, self.behind = rule, behind
        self.seen: list[tuple[str, str]] = []
        self.path = "/x/"

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    def handle_error(self, *_words: object) -> None:
        pass


@contextmanager
def serving(rule: Callable[[Ask], Answer | None], context: ssl.SSLContext | None = None, behind: int = 0) -> Iterator[Between]:
    proxy = Between(rule, behind)
    if context:
        proxy.socket = context.wrap_socket(proxy.socket, server_side=True)
    thread = threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join(5)


@contextmanager
def between(calendar: Calendar, rule: Callable[[Ask], Answer | None] = lambda _ask: None) -> Iterator[Between]:
    with serving(rule, behind=calendar.server.port) as proxy:
        proxy.path = calendar.path
        yield proxy
