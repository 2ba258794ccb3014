"""`osallisuus report --template` and what a terminal shows: templates of one's own, in their sandbox, and bars for the eye."""

import os
import pty
import re
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import HOSTILE
from tests.conftest import Program
from tests.store import peers

PANEL = ("report", "panel", "vantaa", "--year", "2022")


# Templates of one's own


def templated(told: Program, text: str, *, name: str = "oma.md.j2", status: int = 0, words: Sequence[str] = PANEL) -> str:
    (told.folder / name).write_text(text, encoding="utf-8")
    ran = told(*words, "--template", name, status=status)
    return ran.err if status else ran.out


def test_a_template_says_what_the_report_says(told: Program) -> None:
    text = (
        "# {{ report.title }} {{ report.subtitle }}\n{% for one in report.blocks if one.type == 'table' %}\n* {{ one.title }}\n"
    )
    text += "{% endfor %}\n"
    out = templated(
        told, text + "{{ figures['proposals.made'].words }}|{{ figures['members'].value }}\n{{ report.closing | last }}"
    )
    assert out.startswith("# Yearly report: Vantaan asiakasraati 2022\n* Members by role\n")
    assert "\n1|7\nMade Mon 2022-08-22 with osallisuus " in out


def test_a_template_is_told_nothing_that_is_hidden(told: Program) -> None:
    text = "{{ figures['members.peer'] }} {{ report }}"
    public = templated(told, text)
    assert "'value': None, 'words': '..', 'hidden': True" in public
    inside = templated(told, text, words=(*PANEL, "--internal"))
    assert "'value': 6, 'words': '6', 'hidden': False" in inside
    for out in (public, inside):
        assert "SELECT" not in out
        assert "Aino" not in out


def test_what_people_wrote_stays_text(told: Program) -> None:
    out = templated(told, "{% for one in report.blocks %}{{ one }}{% endfor %}")
    assert "{{ 7 * 7 }} {% raw %}" in out
    assert "Ei {{ nyt }}" in out
    assert "49" not in out


def test_in_a_page_of_ones_own_every_text_is_escaped(told: Program) -> None:
    text = "<p>{% for one in report.blocks %}{{ one }}{% endfor %}</p>"
    for name in ("sivu.html.j2", "sivu.html"):
        out = templated(told, text, name=name)
        assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in out
        assert "<b>" not in out
    assert "<b>&amp;</b>" in templated(told, text, name="sivu.md.j2")


def test_a_template_is_written_to_a_file_of_any_ending(told: Program) -> None:
    (told.folder / "oma.j2").write_text("{{ report.title }}\n")
    told(*PANEL, "--template", "oma.j2", "-o", "raati.tex")
    assert (told.folder / "raati.tex").read_text() == "Yearly report: Vantaan asiakasraati\n"
    assert told.json(*PANEL, "--template", "oma.j2")["report"]["text"] == "Yearly report: Vantaan asiakasraati\n"
    told(*PANEL, "--template", "oma.j2", "-o", "raati.tex", status=4)


@pytest.mark.parametrize(
    "trick",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ report.__class__.__base__.__subclasses__() }}",
        "{{ ''|attr('__class__')|attr('__mro__') }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ '{0.__class__.__mro__}'.format('') }}",
        "{{ lipsum.__globals__ }}",
        "{{ figures.update({'a': 1}) }}",
        "{{ report.blocks.append(1) }}",
        "{{ report.clear() }}",
        "{% for n in range(10 ** 9) %}{% endfor %}",
    ],
)
def test_a_template_reaches_nothing_else(told: Program, trick: str) -> None:
    (told.folder / "oma.md.j2").write_text(f"Hei\n{trick}\n")
    ran = told(*PANEL, "--template", "oma.md.j2", status=7)
    assert "oma.md.j2 is broken at line 2: " in ran.err
    assert ran.out == ""
    error = told.json(*PANEL, "--template", "oma.md.j2", status=7)["error"]
    assert (error["code"], error["line"], Path(error["file"]).name) == ("bad_template", 2, "oma.md.j2")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb {{ reprot.title }}", 2),
        ("{{ report.titel }}", 1),
        ("{{ figures['jäseniä'].value }}", 1),
        ("a\n{% for x in %}", 2),
        ("a\n{% if report %}", 2),
        ("{{ 1 / 0 }}", 1),
        ("{% include 'olematon.md' %}", 1),
        ("{{ report.title | olematon }}", 1),
    ],
)
def test_a_mistake_in_a_template_is_told_with_its_line(told: Program, text: str, line: int) -> None:
    (told.folder / "oma.j2").write_text(text)
    error = told.json(*PANEL, "--template", "oma.j2", "-o", "r.md", status=7)["error"]
    assert (error["code"], error["line"]) == ("bad_template", line)
    assert not (told.folder / "r.md").exists()


def test_a_template_that_cannot_be_read(told: Program) -> None:
    assert "puuttuu.j2" in told(*PANEL, "--template", "puuttuu.j2", status=6).err
    (told.folder / "kansio").mkdir()
    folder = told(*PANEL, "--template", "kansio", status=6).err
    assert "kansio" in folder
    assert "template list" not in folder  # which knows nothing of this one
    (told.folder / "latin.j2").write_bytes("Hyvää".encode("latin-1"))
    assert "UTF-8" in told(*PANEL, "--template", "latin.j2", status=7).err
    assert "its own format" in told(*PANEL, "--template", "latin.j2", "--format", "md", status=2).err


# At a terminal


def at_a_terminal(*words: str, columns: int = 80, **variables: str) -> str:
    """Run the program in a process whose standard output is a terminal, and return what it showed."""
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (40, columns))
    shown: list[bytes] = []

    def read() -> Iterator[bytes]:
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # on Linux the end of what the other side wrote
                return
            if not part:
                return
            yield part

    reader = threading.Thread(target=lambda: shown.extend(read()))
    reader.start()
    ended = subprocess.run(
        [sys.executable, "-m", "osallisuus", *words],
        env=peers.environment(TERM="xterm-256color", COLUMNS=str(columns), **variables),
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(follower)
    reader.join(timeout=20)
    os.close(leader)
    assert ended.returncode == 0, ended.stderr
    return re.sub(r"\x1b\[[0-9;]*m", "", b"".join(shown).decode()).replace("\r\n", "\n")


def test_at_a_terminal_bars_stand_beside_their_numbers(told: Program) -> None:
    shown = at_a_terminal(*PANEL, "--internal")
    assert "Vantaan asiakasraati" in shown
    assert "Internal: not to be published." in shown
    bars = [line.split() for line in shown.splitlines() if "█" in line]
    peer = next(bar for bar in bars if bar[0] == "peer")
    client = next(bar for bar in bars if bar[0] == "developer")
    assert (peer[-1], client[-1]) == ("6", "1")
    assert len(peer[-2]) > 4 * len(client[-2]) > 0
    assert HOSTILE[:20] in shown
    assert "█" not in told(*PANEL, "--internal").out  # in a pipe nothing is drawn


def test_a_terminal_of_few_columns_holds_every_line_of_bars(told: Program) -> None:
    shown = at_a_terminal(*PANEL, "--internal", columns=40)
    assert all(len(line) <= 40 for line in shown.splitlines() if "█" in line)
