"""Materials from the outside: links and files, what publishing takes, and that no file is left behind or lost."""

import os
import signal
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from osallisuus.domain import materials
from osallisuus.store import filing
from osallisuus.store.database import open_db
from tests.conftest import Program
from tests.store import faults, peers, test_disk

FIRST = "teematiistait/1"
URL = "https://example.org/tallenne"
SLIDES = "teematiistait/1/esitys-aijala-fd2c8f1d.pdf"
disk = test_disk.disk


@pytest.fixture
def webinar(season: Program) -> Program:
    """Give the season with talk 1 of Aino Esimerkki, who has confirmed, a session, and a file."""
    season("talk", "add", FIRST, "Tieto", "--speaker", "Aino Esimerkki")
    season("talk confirm 1")
    season("session add vantaa --on 2022-09-29 --at 17:00 --minutes 120")
    (season.folder / "Esitys – Äijälä.PDF").write_text("slides", encoding="utf-8")
    return season


def base(program: Program) -> Path:
    return filing.folder(program.database)


def named(stem: str, text: str, ending: str = "pdf") -> str:
    """Return the name of a file in the data folder: with a piece of its checksum."""
    return f"{stem}-{sha256(text.encode()).hexdigest()[:8]}.{ending}"


def kept(program: Program) -> list[str]:
    """Return all the files in the data folder, hidden ones too."""
    return sorted(path.relative_to(base(program)).as_posix() for path in base(program).rglob("*") if not path.is_dir())


def strays(program: Program) -> list[str]:
    db = open_db(program.database)
    found = filing.strays(base(program), materials.checksums(db))
    db.close()
    return found


def add(program: Program, *words: str, status: int = 0) -> Any:
    """Add the file as a material."""
    return program.json("material", "add", FIRST, "Esitys", "--file", "Esitys – Äijälä.PDF", *words, status=status)


def twice(program: Program, *words: str) -> Any:
    """Run a command twice; the second time gives the same document and changes nothing."""
    first = program.json(*words)
    before = program.database.read_bytes(), kept(program)
    assert program.json(*words) == first
    assert (program.database.read_bytes(), kept(program)) == before
    return first


# Adding


def test_a_link_is_added_once(webinar: Program) -> None:
    words = ("material", "add", FIRST, "Tallenne", "--url", URL, "--kind", "recording", "--language", "fi")
    assert twice(webinar, *words)["material"] == {
        "occasion": FIRST, "id": 1, "talk_id": None, "kind": "recording", "label": "Tallenne", "language": "fi", "url": URL,
        "file": "", "size": None, "sha256": "", "published_on": None, "first_published_on": None, "captioned_on": None,
        "captions_due": None,
    }  # fmt: skip
    assert webinar(*words).out == "That is material 1 already: Tallenne.\n"
    assert webinar("material", "add", "teematiistait/2", "Tallenne", "--url", URL).out == "Added material 2: Tallenne.\n"
    assert webinar("material", "add", "vantaa/1", "Muistio", "--url", URL).out == "Added material 3: Muistio.\n"
    assert not base(webinar).exists()


def test_a_file_is_copied_once_whatever_it_is_called(webinar: Program) -> None:
    added = add(webinar, "--talk", "1")
    assert added["material"] == {
        "occasion": FIRST, "id": 1, "talk_id": 1, "kind": "slides", "label": "Esitys", "language": "", "url": "",
        "file": SLIDES, "size": 6,
        "published_on": None, "first_published_on": None, "captioned_on": None,
        "captions_due": None,
    } | {"sha256": filing.digest(webinar.folder / "Esitys – Äijälä.PDF")}  # fmt: skip
    (webinar.folder / "toinen.pdf").write_text("slides", encoding="utf-8")
    assert webinar("material add teematiistait/1 Toinen --file toinen.pdf").out == "That is material 1 already: Esitys.\n"
    assert kept(webinar) == [SLIDES]
    # the same name with other bytes, and the same bytes at another date
    (webinar.folder / "Esitys – Äijälä.PDF").write_text("new slides", encoding="utf-8")
    assert add(webinar)["material"]["file"] == named("teematiistait/1/esitys-aijala", "new slides")
    webinar("material add teematiistait/2 Toinen --file toinen.pdf")
    assert kept(webinar) == [
        named("teematiistait/1/esitys-aijala", "new slides"), SLIDES, named("teematiistait/2/toinen", "slides"),
    ]  # fmt: skip
    assert (strays(webinar), (base(webinar) / SLIDES).read_text()) == ([], "slides")


def test_a_link_with_spaces_around_it_is_the_same_link(webinar: Program) -> None:
    twice(webinar, "material", "add", FIRST, "Tallenne", "--url", f" {URL} ")


def test_what_is_known_is_left_as_it_is_and_that_is_said(webinar: Program) -> None:
    webinar("material", "add", FIRST, "Tallenne", "--url", URL)
    again = webinar("material", "add", FIRST, "Muu nimi", "--url", URL, "--talk", "1", "--kind", "recording")
    assert again.out == "That is material 1 already: Tallenne.\n"
    assert "osallisuus material edit 1" in again.err


def test_a_large_file_is_taken_and_said_to_be_large(webinar: Program) -> None:
    with (webinar.folder / "tallenne.mp4").open("wb") as stream:
        stream.truncate(50_000_001)
    words = ("material", "add", FIRST, "Tallenne", "--file", "tallenne.mp4", "--kind", "recording")
    assert webinar(*words).err.startswith("It is large: on a telephone it is slow to open.")
    assert webinar(*words).err == ""


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("material add teematiistait/1 Esitys", 2, "usage"),
        ("material add teematiistait/1 Esitys --url https://example.org --file a.pdf", 2, "usage"),
        ("material add teematiistait/1 Esitys --url example.org", 2, "usage"),
        ("material add teematiistait/1 Esitys --url javascript:alert(1)", 2, "usage"),
        ("material add teematiistait/1 Esitys --url https://example.org --kind film", 2, "usage"),
        ("material add teematiistait/1 Esitys --url https://example.org --language de", 2, "usage"),
        ("material add teematiistait/1 Esitys --url https://example.org --talk 9", 3, "not_found"),
        ("material add teematiistait/2 Esitys --url https://example.org --talk 1", 4, "refused"),
        ("material add teematiistait/9 Esitys --file a.pdf", 3, "not_found"),
        ("material add teematiistait/1 Esitys --file missing.pdf", 6, "cannot_read"),
        ("material add teematiistait/1 Esitys --file .", 4, "not_a_file"),
        ("material add teematiistait/1 Esitys --file /dev/null", 4, "not_a_file"),
        ("material add teematiistait/1 Esitys --file empty.pdf", 4, "empty_file"),
        ("material add teematiistait/1 Esitys --file link.pdf", 4, "symbolic_link"),
        ("material add teematiistait/1 Esitys --file osallisuus.db", 4, "own_file"),
        ("material add teematiistait/1 Esitys --file config.toml", 4, "own_file"),
        ("material add teematiistait/1 Esitys --file link.db", 4, "own_file"),
        ("material add teematiistait/1 Esitys --file hard.db", 4, "own_file"),
        ("material add teematiistait/1 Esitys --file a.pdf --talk 9", 3, "not_found"),
        ("material add teematiistait/2 Esitys --file a.pdf --talk 1", 4, "refused"),
        ("material add teematiistait/1 Esitys --file a.pdf --talk 1 --publish", 4, "no_permission"),
        ("material add teematiistait/1 Esitys --file a.pdf --publish", 4, "no_permission"),
        ("material add teematiistait/1 010101-123N --file a.pdf", 4, "identity_code"),
        ("material publish 1", 4, "no_permission"),
        ("material publish 1 2", 4, "no_permission"),
        ("material publish 9", 3, "not_found"),
        ("material unpublish 9", 3, "not_found"),
        ("material captioned 1", 4, "refused"),
        ("material captioned 9", 3, "not_found"),
        ("material edit 9 --label X", 3, "not_found"),
        ("material edit 1 --url example.org", 2, "usage"),
        ("material edit 1 --talk 9", 3, "not_found"),
        ("material remove 1", 2, "needs_yes"),
        ("material remove 9 --yes", 3, "not_found"),
        ("material remove 1 9 --yes", 3, "not_found"),
        ("material list teematiistait/9", 3, "not_found"),
    ],
)
def test_what_does_not_go_changes_nothing_and_leaves_no_file(webinar: Program, words: str, status: int, code: str) -> None:
    webinar("material add teematiistait/1 Linkki --url https://example.org/linkki --talk 1")
    webinar("material add teematiistait/1 Ohjelma --url https://example.org/ohjelma --kind document")
    webinar("config set organisation Esimerkkilä")
    (webinar.folder / "a.pdf").write_text("a")
    (webinar.folder / "empty.pdf").write_text("")
    (webinar.folder / "link.pdf").symlink_to(webinar.folder / "a.pdf")
    (webinar.folder / "link.db").symlink_to(webinar.database)
    (webinar.folder / "hard.db").hardlink_to(webinar.database)
    before = faults.listing(webinar.folder)
    error = webinar.json(words, status=status)["error"]
    assert (error["code"], bool(error["message"])) == (code, True)
    assert faults.listing(webinar.folder) == before
    assert kept(webinar) == []


def test_a_backup_of_the_database_is_no_material(webinar: Program) -> None:
    webinar("db backup copy.db")
    words = ("material", "add", FIRST, "Esitys", "--file", "copy.db", "--kind", "document", "--publish")
    assert webinar.json(*words, status=4)["error"]["code"] == "own_file"
    assert kept(webinar) == []


@pytest.mark.parametrize("url", ["", " "])
def test_an_empty_link_is_told_as_one(webinar: Program, url: str) -> None:
    webinar("material", "add", FIRST, "Tallenne", "--url", URL)
    for words in (("add", FIRST, "Esitys", "--url", url), ("edit", "1", "--url", url)):
        assert webinar.json("material", *words, status=2)["error"]["code"] == "usage"


def test_an_empty_label_takes_the_copy_away_again(webinar: Program) -> None:
    before = webinar.database.read_bytes()
    words = ("material", "add", FIRST, " ", "--file", "Esitys – Äijälä.PDF")
    assert webinar.json(*words, status=2)["error"]["code"] == "usage"
    assert (webinar.database.read_bytes(), kept(webinar)) == (before, [])


# Publishing


def test_publishing_at_once_needs_permission_and_says_whose(webinar: Program) -> None:
    refused = webinar("material", "add", FIRST, "Esitys", "--file", "Esitys – Äijälä.PDF", "--talk", "1", "--publish", status=4)
    assert refused.err == (
        "'Esitys' cannot be published: no permission from Aino Esimerkki.\n"
        "Ask, and note the answer: osallisuus talk speaker 1 1 --may-publish yes.\n"
    )
    webinar("talk speaker 1 aino --may-publish yes")
    assert add(webinar, "--talk", "1", "--publish")["material"]["published_on"] == "2022-08-22"


def test_a_refused_publication_does_not_take_the_file_of_what_was_there(webinar: Program) -> None:
    add(webinar, "--talk", "1")
    before = webinar.database.read_bytes(), kept(webinar)
    assert add(webinar, "--talk", "1", "--publish", status=4)["error"]["code"] == "no_permission"
    assert (webinar.database.read_bytes(), kept(webinar)) == before
    assert strays(webinar) == []


def test_what_is_published_is_taken_back_and_published_anew(webinar: Program) -> None:
    for label in ("Ohjelma", "Kutsu"):
        webinar(f"material add {FIRST} {label} --url https://example.org/{label}")
    published = webinar("material publish 1 2 1 --on 2022-08-20")
    assert (published.out, published.err) == ("Published: 1, 2.\n", "")
    assert webinar("material publish 1 2").out == "Published already: 1, 2.\n"
    assert {one["published_on"] for one in webinar.json("material list")["materials"]} == {"2022-08-20"}
    back = webinar("material unpublish 2")
    assert (back.out, back.err) == (
        "No longer published: 2.\n",
        "They are on the page until the site is built again: osallisuus site build SERIES DIR.\n",
    )
    assert webinar("material unpublish 2").out == "Not published anyway: 2.\n"
    file = webinar.database.read_bytes()
    webinar("material unpublish 2")
    assert webinar.database.read_bytes() == file


def test_a_name_in_a_label_is_pointed_out(webinar: Program) -> None:
    webinar("material", "add", FIRST, "Sanna Exempelin puhe", "--url", URL)
    webinar("person", "add", "Sanna Exempel")
    assert webinar("material publish 1").err == (
        "People are named in it: Sanna Exempelin. Read it again before the site is built.\n"
    )


def test_captions_are_owed_until_they_are_noted(webinar: Program) -> None:
    webinar("talk speaker 1 aino --may-publish yes --may-record yes")
    words = ("material", "add", FIRST, "Tallenne", "--url", URL, "--kind", "recording", "--publish")
    owed = "Recording 1 needs captions by Mon 2022-09-05 (act 306/2019): osallisuus material captioned 1.\n"
    assert webinar(*words).err == owed
    assert webinar.json("material list")["materials"][0]["captions_due"] == "2022-09-05"
    assert webinar("material list").out == (
        "Number\tDate\tTalk\tKind\tLabel\tWhere\tSize\tPublished\tCaptions\n"
        f"1\tteematiistait/1\t\trecording\tTallenne\t{URL}\t\t2022-08-22\tby 2022-09-05\n"
    )
    assert webinar.json("material captioned 1 --on 2022-08-30", status=4)["error"]["code"] == "in_future"
    # to take it off and publish it again gives no more time
    webinar.now = datetime(2022, 8, 30, 6, tzinfo=UTC)
    webinar("material unpublish 1")
    assert webinar("material publish 1").err == owed
    assert webinar("material captioned 1 --on 2022-08-30").out == "Material 1 has captions.\n"
    assert webinar("material captioned 1 --on 2022-08-30").out == "Material 1 is as asked already.\n"
    found = webinar.json("material list")["materials"][0]
    assert (found["captioned_on"], found["captions_due"]) == ("2022-08-30", None)
    assert webinar("material unpublish 1").status == 0
    assert webinar("material publish 1").err == ""


# Changing and removing


def test_a_material_is_changed_once(webinar: Program) -> None:
    webinar("material", "add", FIRST, "Tallenne", "--url", URL)
    words = ("material", "edit", "1", "--label", "Esitys", "--url", f"{URL}2", "--kind", "slides", "--talk", "1")
    changed = twice(webinar, *words)["material"]
    assert (changed["label"], changed["url"], changed["kind"], changed["talk_id"]) == ("Esitys", f"{URL}2", "slides", 1)
    assert webinar(*words).out == "Material 1 is as asked already.\n"
    assert webinar("material edit 1 --language sv").out == "Changed material 1: Esitys.\n"
    log = webinar("log --json").out
    assert not any(word in log for word in ("Tallenne", "Esitys", "example.org"))


def test_materials_are_listed_by_date(webinar: Program) -> None:
    assert webinar("material list").err == "There are no materials.\n"
    for occasion, label in (("teematiistait/2", "B"), ("vantaa/1", "V"), (FIRST, "A")):
        webinar(f"material add {occasion} {label} --url https://example.org/{label}")
    assert [one["label"] for one in webinar.json("material list")["materials"]] == ["A", "V", "B"]
    assert [one["label"] for one in webinar.json("material list vantaa/1")["materials"]] == ["V"]


def test_a_removed_material_takes_its_own_file_away_and_no_other(webinar: Program) -> None:
    add(webinar)
    (webinar.folder / "muu.pdf").write_text("other")
    webinar("material add teematiistait/1 Muu --file muu.pdf")
    assert webinar("material remove 1 --yes").out == "Removed: 1.\n"
    assert kept(webinar) == [named("teematiistait/1/muu", "other")]
    assert webinar.json("material remove 1 --yes", status=3)["error"]["code"] == "not_found"
    assert (webinar.folder / "Esitys – Äijälä.PDF").read_text() == "slides"
    # somebody has taken the file away already
    (base(webinar) / named("teematiistait/1/muu", "other")).unlink()
    assert webinar.json("material remove 2 --yes") == {"material": {"id": 2, "removed": True}}


def test_a_file_goes_only_after_its_row(webinar: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    add(webinar)
    monkeypatch.setenv("OSALLISUUS_TIMEOUT", "0")
    with peers.lock(webinar.database):
        webinar("material remove 1 --yes", status=75)
    assert kept(webinar) == [SLIDES]
    monkeypatch.delenv("OSALLISUUS_TIMEOUT")
    (webinar.folder / "muu.pdf").write_text("other")
    webinar("material add teematiistait/1 Muu --file muu.pdf")
    webinar("material remove 1 99 --yes", status=3)
    assert kept(webinar) == [SLIDES, named("teematiistait/1/muu", "other")]


def test_while_somebody_writes_no_copy_is_left(webinar: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSALLISUUS_TIMEOUT", "0")
    with peers.lock(webinar.database):
        assert add(webinar, status=75)["error"]["code"] == "busy"
    assert kept(webinar) == []


def test_a_name_in_the_database_that_leads_out_takes_nothing_away(webinar: Program) -> None:
    add(webinar)
    for file in ("../osallisuus.db", str(webinar.folder / "Esitys – Äijälä.PDF"), "../config.toml"):
        faults.meddle(webinar.database, f"UPDATE materials SET file = '{file}' WHERE id = 1")
        before = sorted(faults.names(webinar.folder))
        copy = faults.copy(webinar.database, webinar.folder / "before.db")
        webinar("material remove 1 --yes")
        assert (webinar.folder / "Esitys – Äijälä.PDF").exists()
        assert webinar.database.exists()
        copy.replace(webinar.database)
        assert sorted(faults.names(webinar.folder)) == before


# Two at once, and a power cut


def test_two_processes_add_the_same_file_at_once(webinar: Program) -> None:
    words = ("material", "add", FIRST, "Esitys", "--file", str(webinar.folder / "Esitys – Äijälä.PDF"))
    ended = [peers.end(process) for process in [peers.start(*words) for _n in range(4)]]
    assert sorted(one.out for one in ended) == ["Added material 1: Esitys.\n", *["That is material 1 already: Esitys.\n"] * 3]
    assert kept(webinar) == [SLIDES]


def test_two_processes_add_files_of_one_name_at_once(webinar: Program) -> None:
    started = []
    for n in range(4):
        (webinar.folder / f"{n}").mkdir()
        (webinar.folder / f"{n}" / "esitys.pdf").write_text(f"{n}")
        started.append(peers.start("material", "add", FIRST, f"Esitys {n}", "--file", f"{webinar.folder / f'{n}'}/esitys.pdf"))
    assert [peers.end(process).status for process in started] == [0, 0, 0, 0]
    found = webinar.json("material list")["materials"]
    assert {one["label"][-1]: (base(webinar) / one["file"]).read_text() for one in found} == {f"{n}": f"{n}" for n in range(4)}
    assert (len({one["file"] for one in found}), strays(webinar)) == (4, [])


# Where a process dies: the call of the system that it does not come back from, or never makes.
DIE = """
import os, signal
def dies(call, when):
    made = getattr(os, call)
    def last(*words, **named):
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        made(*words, **named)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(os, call, last)
"""


@pytest.mark.parametrize(
    ("call", "when", "rows", "partials", "named"),
    [
        ("fsync", "before", 0, 1, 0),
        ("fsync", "after", 0, 1, 0),
        ("link", "before", 0, 1, 0),
        ("link", "after", 0, 1, 1),
        ("unlink", "before", 1, 1, 0),
        ("unlink", "after", 1, 0, 0),
    ],
)
def test_a_killed_command_leaves_at_most_what_strays_names(
    webinar: Program, call: str, when: str, rows: int, partials: int, named: int
) -> None:
    words = ("material", "add", FIRST, "Esitys", "--file", str(webinar.folder / "Esitys – Äijälä.PDF"))
    assert peers.end(peers.start(*words, prelude=f"{DIE}\ndies({call!r}, {when!r})")).status == -signal.SIGKILL
    left = strays(webinar)
    assert (sum(one.endswith(".partial") for one in left), len(left)) == (partials, partials + named)
    assert len(webinar.json("material list")["materials"]) == rows
    assert webinar.json("db check")["check"]["problems"] == []
    found = {one["what"]: one for one in webinar.json("doctor", status=8 if left else 0)["doctor"]}["files of materials"]
    assert (found["ok"], found["found"]) == (not left, ", ".join(left) or str(base(webinar)))
    # the same command again does what it was to do
    webinar(*words)
    (material,) = webinar.json("material list")["materials"]
    assert (base(webinar) / material["file"]).read_text() == "slides"
    # what a dead process left half is gone; a whole file without a row is for a person to decide
    assert strays(webinar) == [one for one in left if not one.endswith(".partial")]


def test_a_killed_removal_leaves_a_file_and_never_a_row_without_one(webinar: Program) -> None:
    add(webinar)
    ended = peers.end(peers.start("material", "remove", "1", "--yes", prelude=f"{DIE}\ndies('unlink', 'before')"))
    assert ended.status == -signal.SIGKILL
    assert webinar.json("material list") == {"materials": []}
    assert strays(webinar) == [SLIDES]


def test_a_command_that_is_interrupted_adds_nothing_and_leaves_at_most_what_strays_names(webinar: Program) -> None:
    stop = """
import os
made = os.link
def link(*words, **named):
    made(*words, **named)
    raise KeyboardInterrupt
os.link = link
"""
    words = ("material", "add", FIRST, "Esitys", "--file", str(webinar.folder / "Esitys – Äijälä.PDF"))
    ended = peers.end(peers.start(*words, prelude=stop))
    assert ended.status == 130
    assert webinar.json("material list") == {"materials": []}
    assert kept(webinar) == strays(webinar)
    assert not any(name.endswith(".partial") for name in kept(webinar))


def test_on_a_full_disk_nothing_is_added(webinar: Program, disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = faults.copy(webinar.database, disk / "osallisuus.db")
    monkeypatch.setenv("OSALLISUUS_DB", str(database))
    source = webinar.folder / "tallenne.mp4"
    source.write_bytes(os.urandom(2_000_000))
    words = ("material", "add", FIRST, "Tallenne", "--file", str(source))
    for leave in (0, 1, 20, 100, 489, 490, 492):
        before = database.read_bytes()
        ballast = test_disk.fill(disk, leave=leave)
        assert webinar.json(*words, status=6)["error"]["code"] in ("cannot_write", "disk")
        ballast.unlink()
        assert database.read_bytes() == before
        assert [path for path in filing.folder(database).rglob("*") if path.is_file()] == []
    webinar(*words)


# Another place


def test_a_database_is_one_by_whatever_name_it_is_opened(webinar: Program) -> None:
    add(webinar)
    link = webinar.folder / "linkki.db"
    link.symlink_to(webinar.database)
    (webinar.folder / "muu.pdf").write_text("other")
    webinar("--db", str(link), "material", "add", FIRST, "Muu", "--file", "muu.pdf")
    assert kept(webinar) == [SLIDES, named("teematiistait/1/muu", "other")]


def test_a_backup_brings_its_files_back(webinar: Program) -> None:
    add(webinar)
    made = webinar("db backup copy.db")
    assert "1 file of materials is in copy.db-files.\n" in made.out
    webinar("material remove 1 --yes")
    webinar("db restore copy.db --yes")
    assert kept(webinar) == [SLIDES]
    assert strays(webinar) == []


def test_a_backup_of_the_same_name_but_its_ending_has_files_of_its_own(webinar: Program) -> None:
    add(webinar)
    webinar("db backup osallisuus.bak")
    webinar("material remove 1 --yes")
    webinar("db restore osallisuus.bak --yes")
    assert kept(webinar) == [SLIDES]


def test_the_clock_of_the_organisation_tells_the_day_of_publication(webinar: Program) -> None:
    webinar.now = datetime(2022, 8, 22, 22, 30, tzinfo=UTC)
    webinar("material", "add", FIRST, "Ohjelma", "--url", URL, "--publish")
    assert webinar.json("material list")["materials"][0]["published_on"] == "2022-08-23"
