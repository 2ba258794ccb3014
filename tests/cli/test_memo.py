"""The memo of a session and the templates it is made of, from the outside."""

import re
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from osallisuus.domain import memos
from osallisuus.domain.messages import KINDS
from osallisuus.exports.letters import SHIPPED
from tests.conftest import Program

MEMO = ("session", "memo", "raati/1")
PUBLIC = (*MEMO, "--public")
TOP = ["letter.css", "letter.html"]
LETTERS = (*KINDS, "part-answer", "part-end", "part-facts")
NAMES = sorted(
    f"{language}/{name}"
    for language in ("en", "fi", "sv")
    for name in ("memo.html", "memo.md", "memo.txt", *(f"{letter}.{suffix}" for letter in LETTERS for suffix in ("html", "txt")))
)


@pytest.fixture
def held(program: Program) -> Program:
    """Give a session that was held, with marks, outcomes and a question; the day is the one after it."""
    program("panel", "add", "raati", "--name", "Esimerkkilän raati", "--kind", "main")
    for name in ("Aino Esimerkki", "Matti Virtanen", "Sanna Exempel", "Pekka Koe"):
        program("member", "add", "raati", name, "--role", "peer", "--from", "2022-01-01")
    program("session", "add", "raati", "--on", "2022-09-29", "--at", "17:00", "--minutes", "120", "--title", "Autumn")
    program("session", "add", "raati", "--on", "2022-10-27", "--at", "17:00", "--minutes", "120", "--place", "Talo")
    program.now = datetime(2022, 9, 30, 6, tzinfo=UTC)
    program("session", "agenda", "add", "raati/1", "Puhelin", "--title-en", "Telephone", "--presenter", "aino")
    program("session", "agenda", "add", "raati/1", "Ainon lomake")
    english = ("--text-en", "Matti Virtanen asks.\nIt goes on.", "--owner", "matti", "--due", "2022-10-20")
    program("session", "agenda", "outcome", "raati/1", "1", "Matti selvittää.", *english)
    program("session", "agenda", "outcome", "raati/1", "2", "Hyväksyttiin.")
    program("attendance mark raati/1 aino --as present --duty chair")
    program("attendance mark raati/1 matti --as remote")
    program("attendance mark raati/1 sanna --as excused --reason work")
    program("attendance mark raati/1 pekka --as absent")
    program("session held raati/1")
    return program


@pytest.fixture
def own(program: Program) -> Path:
    """Give the folder of the coordinator's own templates."""
    folder = program.folder / "omat"
    for language in ("fi", "sv", "en"):
        (folder / language).mkdir(parents=True)
    program("config set templates omat")
    return folder


def test_an_internal_memo_names_everybody_and_says_who_was_away(held: Program) -> None:
    assert held(*MEMO).out == (
        "MEMO\n\nEsimerkkilän raati: Autumn\n\nTime: Thursday 2022-09-29 at 17:00–19:00\nChair: Aino Esimerkki\n\n"
        "Participants:\n- Aino Esimerkki, peer\n- Matti Virtanen, peer (remotely)\n"
        "- Pekka Koe, peer: absent\n- Sanna Exempel, peer: absent (had sent word)\n\n"
        "1. Telephone\n   Presented by: Aino Esimerkki\n   Matti Virtanen asks.\n   It goes on.\n"
        "   Seen to by: Matti Virtanen, by Thursday 2022-10-20\n   We will come back to this at the next session.\n\n"
        "2. Ainon lomake\n   Hyväksyttiin.\n\n"
        "Next session: Thursday 2022-10-27 at 17:00, Talo\n"
    )


def test_a_public_memo_names_those_who_agreed(held: Program) -> None:
    held("agreement add matti --kind name-publication --on 2022-09-30")
    ran = held(*PUBLIC)
    assert ran.out == (
        "MEMO\n\nEsimerkkilän raati: Autumn\n\nTime: Thursday 2022-09-29 at 17:00–19:00\n\n"
        "2 people were there, 1 of them remotely. 2 were away.\n"
        "Those who agreed to the publication of their names:\n- Matti Virtanen, peer\n\n"
        "1. Telephone\n   Matti Virtanen asks.\n   It goes on.\n"
        "   Seen to by: Matti Virtanen, by Thursday 2022-10-20\n   We will come back to this at the next session.\n\n"
        "2. [name left out] lomake\n   Hyväksyttiin.\n\n"
        "Next session: Thursday 2022-10-27 at 17:00, Talo\n"
    )
    assert ran.err.splitlines()[0] == "Left out as names: Ainon. What is none can stay: --not-name WORD."


UNKNOWN = "Names of people this program does not know are not found by it. Read the memo before it is published."


def test_the_coordinator_is_told_what_to_know_before_a_memo_goes_out(held: Program) -> None:
    untranslated = "Not written in this language (en): item 2. It stands as it was written."
    assert held(*MEMO).err.splitlines() == [untranslated]
    untranslated = "Not written in this language (sv): items 1, 2. They stand as they were written."
    assert held(*MEMO, "--language", "sv").err.splitlines() == [untranslated]
    assert held(*MEMO, "--language", "fi").err == ""
    left_out = "Left out as names: Ainon, Matti. What is none can stay: --not-name WORD."
    assert held(*PUBLIC, "--language", "fi").err.splitlines() == [left_out, UNKNOWN]
    draft = "The session is not marked as held yet: this is a draft."
    assert held("session memo raati/2 --language fi").err.splitlines() == [draft]
    held("session agenda edit raati/1 2 --title Lomake")
    held("session", "agenda", "outcome", "raati/1", "1", "Selvitetään.")
    assert held(*PUBLIC, "--language", "fi").err.splitlines() == [UNKNOWN]


def test_a_word_that_is_no_name_can_stay(held: Program) -> None:
    held("session", "agenda", "outcome", "raati/1", "2", "Kokeen jälkeen koetta jatketaan. Matti kertoo.")
    ran = held(*PUBLIC, "--language", "fi")
    assert "[nimi poistettu] jälkeen koetta jatketaan. [nimi poistettu] kertoo." in ran.out
    assert "Written small, and left in: koetta." in ran.err.splitlines()
    ran = held(*PUBLIC, "--language", "fi", "--not-name", "Kokeen", "--not-name", "koetta")
    assert "Kokeen jälkeen koetta jatketaan. [nimi poistettu] kertoo." in ran.out
    assert not re.search("Kokeen|koetta", ran.err)


def test_what_is_seen_to_is_no_longer_promised(held: Program) -> None:
    held("session", "agenda", "outcome", "raati/1", "1", "Hoidettu.", "--text-en", "Done.", "--closed")
    for public in ((), ("--public",)):
        text = held(*MEMO, *public).out
        assert "Done." in text
        assert not re.search("Seen to by|To be done|2022-10-20|come back", text)


def test_who_has_no_mark_is_counted(held: Program) -> None:
    held("member", "add", "raati", "Kerttu Kokeilu", "--role", "peer", "--from", "2022-01-01")
    held("person", "add", "Vilho Vieras")
    for public in ((), ("--public",)):
        text = held(*MEMO, *public).out
        assert "No mark yet: 1 person.\n" in text
        assert not re.search("Kerttu|Vilho", text)


def test_what_was_for_information_is_dealt_with_by_the_session(held: Program) -> None:
    held("session", "agenda", "add", "raati/2", "Kevään kokoukset", "--kind", "information")
    held("session", "agenda", "add", "raati/2", "Kahvi", "--kind", "discussion")
    held.now = datetime(2022, 10, 28, 6, tzinfo=UTC)
    goes_on = "   We will come back to this at the next session.\n"
    assert goes_on not in held("session memo raati/2").out
    held("session held raati/2")
    text = held("session memo raati/2").out
    assert "Kevään kokoukset\n\n" in text
    assert f"Kahvi\n{goes_on}" in text


@pytest.mark.parametrize(
    ("name", "options", "begins"),
    [
        ("memo.txt", (), b"MEMO\n"),
        ("memo.md", (), b"# Memo: "),
        ("memo.html", (), b'<!doctype html>\n<html lang="en">'),
        ("MEMO.HTM", (), b"<!doctype html>\n"),
        ("memo", (), b"MEMO\n"),
        ("memo.html", ("--format", "md"), b"# Memo: "),
        ("memo.txt", ("--format", "html"), b"<!doctype html>\n"),
        ("memo.md", ("--language", "sv"), b"# Minnesanteckningar: "),
        ("memo.html", ("--language", "fi"), b'<!doctype html>\n<html lang="fi">'),
    ],
)  # fmt: skip
def test_a_memo_is_written_into_a_file_of_its_kind(held: Program, name: str, options: tuple[str, ...], begins: bytes) -> None:
    assert held(*MEMO, "-o", name, *options).out == f"Wrote {name}.\n"
    file = held.folder / name
    assert file.read_bytes()[: len(begins)] == begins
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_left_alone_unless_forced(held: Program) -> None:
    file = held.folder / "memo.txt"
    file.write_text("old", encoding="utf-8")
    assert held.json(*MEMO, "-o", "memo.txt", status=4)["error"]["code"] == "file_exists"
    assert file.read_text(encoding="utf-8") == "old"
    held(*MEMO, "-o", "memo.txt", "--force")
    assert file.read_text(encoding="utf-8") == held(*MEMO, "-o", "-").out == held(*MEMO).out


def test_programs_get_the_text_and_what_it_is_made_of(held: Program) -> None:
    ran = held(*PUBLIC, "--json")
    memo = ran.document["memo"]
    assert memo["text"] == held(*PUBLIC).out
    assert (memo["left_out_count"], memo["untranslated_items"]) == (2, [2])
    assert not re.search("Aino|Matti|Virta", ran.out)
    beside = {"text", "language", "left_out_count", "doubted_count", "untranslated_items"}
    assert set(memo) == beside | set(memos.Memo.__dataclass_fields__)
    assert (memo["starts"], memo["ends"]) == ("2022-09-29T17:00", "2022-09-29T19:00")
    assert memo["items"][0] == {
        "number": 1, "title": "Telephone", "kind": "discussion", "presenter": "", "outcome": "[name left out] asks.\nIt goes on.",
        "owner": "", "due": "2022-10-20", "closed": False,
    }  # fmt: skip
    written = held.json(*PUBLIC, "-o", "memo.html")["memo"]
    assert written == {"file": "memo.html", **{key: value for key, value in memo.items() if key != "text"}}


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("session memo raati/1 --language de", 2),
        ("session memo raati/1 --format pdf", 2),
        ("session memo raati/9", 3),
        ("session memo nowhere/1", 3),
        ("session memo raati/1 -o .", 6),
        ("session memo raati/1 -o missing/memo.txt", 6),
        ("session memo raati/1 -o memo.pdf", 2),
        ("session memo raati/1 -o memo.docx", 2),
    ],
)
def test_what_cannot_be_written_is_told_apart(held: Program, words: str, status: int) -> None:
    before = sorted(held.folder.iterdir())
    held(words, status=status)
    assert sorted(held.folder.iterdir()) == before


def test_a_memo_changes_nothing(held: Program) -> None:
    before = held.database.read_bytes()
    held(*PUBLIC, "-o", "memo.md")
    assert held.database.read_bytes() == before


@pytest.mark.parametrize("format_", ["text", "md", "html"])
def test_nothing_a_terminal_obeys_reaches_it(held: Program, format_: str) -> None:
    held("session", "agenda", "outcome", "raati/1", "2", "\x1b[31mpunainen \u202e ja \x9b5m Ai\u200bno")
    for options in ((), ("--public",), ("--json",), ("--public", "--json")):
        ran = held(*MEMO, "--format", format_, *options)
        assert not set("\x1b\u202e\x9b\u200b") & set(ran.out + ran.err)
        assert "punainen" in ran.out
    assert "Ainon, Ai<U+200B>no, Matti Virtanen" in held(*PUBLIC, "--format", format_).err


# Templates


def test_the_list_says_which_file_is_used(program: Program, own: Path) -> None:
    (own / "fi/memo.txt").write_text("x", encoding="utf-8")
    rows = program.json("template list")["templates"]
    assert [row["name"] for row in rows] == [*TOP, *NAMES]
    assert {(row["own"], row["file"]) for row in rows if row["name"] == "fi/memo.txt"} == {(True, str(own / "fi/memo.txt"))}
    assert {row["file"] for row in rows if not row["own"]} == {str(SHIPPED / n) for n in (*TOP, *NAMES)} - {
        str(SHIPPED / "fi/memo.txt")
    }
    lines = program("template list").out.splitlines()
    assert (lines[0], lines[1]) == ("Template\tWhose\tFile", "letter.css\tshipped\t")
    assert f"fi/memo.txt\tyour own\t{own / 'fi/memo.txt'}" in lines


def test_a_copy_is_the_shipped_template_and_overwrites_nothing(program: Program, own: Path) -> None:
    shutil.rmtree(own)
    target = own / "sv/memo.html"
    assert program("template copy sv/memo.html").out == f"Copied to {target}.\n"
    assert target.read_bytes() == (SHIPPED / "sv/memo.html").read_bytes()
    target.write_text("mine", encoding="utf-8")
    assert program.json("template copy sv/memo.html", status=4)["error"]["code"] == "file_exists"
    assert target.read_text(encoding="utf-8") == "mine"
    assert program.json("template copy sv/memo.html --force") == {"template": {"name": "sv/memo.html", "file": str(target)}}
    assert target.read_bytes() == (SHIPPED / "sv/memo.html").read_bytes()
    for name in ("de/memo.txt", "../config.toml", "missing"):
        assert program.json(f"template copy {name}", status=3)["error"]["message"] == f"There is no template '{name}'."
    assert [path for path in own.rglob("*") if path.is_file()] == [target]


def test_without_a_folder_nothing_is_copied(program: Program) -> None:
    assert program.json("template copy sv/memo.html", status=2)["error"]["code"] == "no_folder"
    assert program.json("template check") == {"check": {"checked": NAMES, "broken": []}}
    assert program("template check").out == "All templates work.\n"


def test_a_template_of_ones_own_is_used(held: Program, own: Path) -> None:
    (own / "fi/memo.txt").write_text("Oma: {{ memo.title }}", encoding="utf-8-sig")
    assert held(*MEMO, "--language", "fi").out == "Oma: Autumn\n"
    held(*MEMO, "--language", "fi", "-o", "memo.txt")
    assert (held.folder / "memo.txt").read_bytes() == b"Oma: Autumn"
    assert held(*MEMO, "--language", "sv").out.startswith("MINNESANTECKNINGAR\n")


def test_the_folder_is_seen_from_the_settings_file(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = program.folder / "elsewhere"
    (program.folder / "omat").mkdir()
    elsewhere.mkdir()
    (program.folder / "omat" / "letter.css").write_text("p { color: red }", encoding="utf-8")
    program.config.write_text('templates = "omat"\n', encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    assert program.json("template list")["templates"][0] == {
        "name": "letter.css", "own": True, "file": str(program.folder / "omat" / "letter.css"),
    }  # fmt: skip
    program("config set templates mine")
    program("template copy letter.css")
    assert (elsewhere / "mine" / "letter.css").is_file()
    monkeypatch.setenv("OSALLISUUS_TEMPLATES", str(program.folder / "omat"))
    assert program.json("template list")["templates"][0]["file"] == str(program.folder / "omat" / "letter.css")


def test_a_broken_template_is_told_with_file_and_line(held: Program, own: Path) -> None:
    file = own / "fi/memo.md"
    file.write_text("# Muistio\n\n{{ memo.titel }}\n", encoding="utf-8")
    ran = held(*MEMO, "--language", "fi", "-o", "memo.md", status=7)
    reason = "'osallisuus.domain.memos.Memo object' has no attribute 'titel'."
    assert ran.err.splitlines() == [
        f"The template {file} is broken at line 3: {reason}",
        "Mend the line, or move the file away: then the shipped template is used.",
    ]
    assert not (held.folder / "memo.md").exists()
    error = held.json(*MEMO, "--language", "fi", "--format", "md", status=7)["error"]
    assert (error["code"], error["file"], error["line"]) == ("bad_template", str(file), 3)


def test_the_check_finds_every_broken_template(program: Program, own: Path) -> None:
    faults = {
        "en/memo.txt": (b"{{ 1 + }}", 1),
        "fi/memo.html": (b"\n{{ ''.__class__ }}", 2),
        "fi/memo.txt": ("Läsnä".encode("latin-1"), 1),
        "sv/memo.md": (b"{% for item in memo.items %}\n{{ item.owner.name }}\n{% endfor %}", 2),
        "sv/memo.txt": (b"{% if memo.draft %}{{ memo.nothing }}{% endif %}", 1),
    }
    for name, (text, _line) in faults.items():
        (own / name).write_bytes(text)
    (own / "fi/memo.md").write_text("{{ memo.panel }} {{ '\\ud800' }}", encoding="utf-8")
    ran = program("template check --json", status=7)
    found = ran.document["check"]
    assert found["checked"] == NAMES
    assert [(b["name"], b["file"], b["line"]) for b in found["broken"]] == [
        (name, str(own / name), line) for name, (_text, line) in faults.items()
    ]
    ran = program("template check", status=7)
    assert ran.out == ""
    assert ran.err.splitlines() == [broken["message"] for broken in found["broken"]]
    (own / "letter.css").write_text("{% include 'missing.css' %}", encoding="utf-8")
    broken = program("template check --json", status=7).document["check"]["broken"]
    assert {b["name"] for b in broken} == {*faults, "en/memo.html", "sv/memo.html"}


def test_a_copy_of_an_earlier_version_is_used_and_not_hidden_by_a_new_one(held: Program, own: Path) -> None:
    old = own / "memo.fi.txt"
    old.write_text("Vanha: {{ memo.title }}", encoding="utf-8")
    assert held(*MEMO, "--language", "fi").out == "Vanha: Autumn\n"
    rows = held.json("template list")["templates"]
    assert [row["file"] for row in rows if row["own"]] == [str(old)]
    assert str(old) in held.json("template copy fi/memo.txt", status=4)["error"]["message"]
    held("template copy fi/memo.txt --force")
    assert held(*MEMO, "--language", "fi").out.startswith("MUISTIO\n")
    old.write_text("{{ memo.titel }}", encoding="utf-8")
    assert held.json("template check")["check"]["broken"] == []
    (own / "fi" / "memo.txt").unlink()
    broken = held.json("template check", status=7)["check"]["broken"]
    assert [(b["name"], b["file"], b["line"]) for b in broken] == [("fi/memo.txt", str(old), 1)]


def test_the_doctor_looks_at_templates_of_ones_own(held: Program) -> None:
    def found() -> list[tuple[bool, str]]:
        # only what the doctor says of templates: the rest is the machine's
        rows = held.json("doctor", status=0 if sound else 8)["doctor"]
        return [(row["ok"], row["mend"]) for row in rows if row["what"] == "templates"]

    sound = True
    assert found() == []
    held("config", "set", "templates", "omat")
    sound = False
    assert found() == [(False, "There is no such folder: make it, or set another.")]
    folder = held.folder / "omat"
    folder.mkdir()
    sound = True
    assert found() == [(True, "")]
    (folder / "fi").mkdir()
    (folder / "fi/memo.txt").write_text("{{ memo.plaice }}", encoding="utf-8")
    sound = False
    assert found() == [(False, "osallisuus template check")]
    assert held("config", "set", "templates", "").out == "templates is empty now.\n"
    sound = True
    assert found() == []
