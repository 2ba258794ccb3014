"""What templates make: memos and letters kept beside this file, an own template in place of ours, its faults, texts as typed.

`UPDATE_LETTERS=1 pytest tests/exports/test_letters.py` writes the present ones into snapshots/, to be read before a commit.
"""

import os
import re
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from osallisuus import i18n
from osallisuus.domain import letters
from osallisuus.domain.letters import Contact, Letter
from osallisuus.domain.memos import Attended, Memo
from osallisuus.domain.messages import KINDS
from osallisuus.errors import BadTemplate, NotFound
from osallisuus.exports import samples
from osallisuus.exports.letters import SHIPPED, Letters, Written

SNAPSHOTS = Path(__file__).with_name("snapshots")
FULL, LEAST = (values["memo"] for values in samples.of("memo"))
assert isinstance(FULL, Memo)
assert isinstance(LEAST, Memo)
MEMOS = {"full": FULL, "least": LEAST, "public": replace(FULL, public=True)}
LANGUAGES = ("fi", "sv", "en")
FORMATS = ("txt", "md", "html")
PARTS = ("part-answer", "part-end", "part-facts")
OURS = Letters(None)
VOID = {"meta", "link", "img", "br", "hr", "input", "base"}
each_language = pytest.mark.parametrize("language", LANGUAGES)


def render(language: str, suffix: str, memo: Memo, own: Path | None = None) -> str:
    return (Letters(own) if own else OURS).render(f"{language}/memo.{suffix}", language, {"memo": memo})


class Page(HTMLParser):
    """A page as a reader takes it apart: every tag must be closed by its own, `text` is what is seen."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.places: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.places.append(" ".join([*self._open, tag]))
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data


def filled(value: Any, text: str) -> Any:
    """Return a memo with every text in it replaced, but for the words that templates compare."""
    if isinstance(value, str):
        return text
    if isinstance(value, list):
        return [filled(item, text) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        kept = ("state", "duty", "kind")
        return replace(value, **{f.name: filled(getattr(value, f.name), text) for f in fields(value) if f.name not in kept})
    return value


# Whole memos


@pytest.mark.parametrize("name", MEMOS)
@pytest.mark.parametrize("suffix", FORMATS)
@each_language
def test_a_memo_is_the_one_that_was_read_and_kept(language: str, suffix: str, name: str) -> None:
    made = render(language, suffix, MEMOS[name])
    snapshot = SNAPSHOTS / f"memo.{name}.{language}.{suffix}"
    if os.environ.get("UPDATE_LETTERS"):
        snapshot.write_bytes(made.encode())
    assert made == snapshot.read_bytes().decode()


def test_there_is_a_template_for_each_language_and_format() -> None:
    nouns = {("memo", suffix) for suffix in FORMATS} | {(noun, suffix) for noun in (*KINDS, *PARTS) for suffix in ("txt", "html")}
    names = {f"{language}/{noun}.{suffix}" for language in LANGUAGES for noun, suffix in nouns}
    assert dict(Letters(None).names()) == {name: SHIPPED / name for name in (*names, "letter.css", "letter.html")}
    assert {path.name.rsplit(".", 2)[1] for path in SNAPSHOTS.iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    ("language", "remote", "excused", "absent"),
    [
        ("fi", "Eero Malli (etänä)", "Eero Malli: poissa (ilmoitti, ettei pääse)", "Eero Malli: poissa"),
        ("sv", "Eero Malli (på distans)", "Eero Malli: borta (hade meddelat)", "Eero Malli: borta"),
        ("en", "Eero Malli (remotely)", "Eero Malli: absent (had sent word)", "Eero Malli: absent"),
    ],
)
def test_who_was_away_is_said_to_be_away(suffix: str, language: str, remote: str, excused: str, absent: str) -> None:
    for state, line in {"present": "Eero Malli", "remote": remote, "excused": excused, "absent": absent}.items():
        eero = [Attended(name="Eero Malli", role="", duty="", state=state)]
        present, away = (eero, []) if state in ("present", "remote") else ([], eero)
        made = render(language, suffix, replace(LEAST, public=False, present=present, absent=away))
        text = Page(made).text if suffix == "html" else made
        assert [found.removeprefix("- ") for found in text.splitlines() if "Eero" in found] == [line]


@pytest.mark.parametrize("suffix", FORMATS)
@each_language
def test_a_public_memo_lists_who_has_a_name_and_counts_the_others(language: str, suffix: str) -> None:
    counted = replace(LEAST, counts=replace(LEAST.counts, present=12, remote=3, absent=4))
    for present, names in (([], 0), (FULL.present, 1)):
        made = render(language, suffix, replace(counted, present=present))
        assert [made.count(str(number)) for number in (12, "Aino Esimerkki")] == [1, names]


@pytest.mark.parametrize("suffix", FORMATS)
@each_language
def test_what_stays_open_goes_on_once_the_session_was_held(language: str, suffix: str) -> None:
    words = {
        "fi": "Asiaa jatketaan seuraavassa kokouksessa.",
        "sv": "Vi fortsätter med frågan på nästa möte.",
        "en": "We will come back to this at the next session.",
    }
    one, other = FULL.items
    found = {
        (item.closed, draft): words[language] in render(language, suffix, replace(FULL, items=[item], draft=draft))
        for item in (one, other)
        for draft in (False, True)
    }
    assert found == {(False, False): True, (False, True): False, (True, False): False, (True, True): False}


SEEN_TO = {
    "fi": ("Hoitaa: Aino, viimeistään tiistai(na)? 15.11.2022", "Hoitaa: Aino", "Tehdään viimeistään tiistai(na)? 15.11.2022"),
    "sv": ("Ansvarig: Aino, senast tisdag 15.11.2022", "Ansvarig: Aino", "Görs senast tisdag 15.11.2022"),
    "en": ("Seen to by: Aino, by Tuesday 2022-11-15", "Seen to by: Aino", "To be done by Tuesday 2022-11-15"),
}


@pytest.mark.parametrize("suffix", FORMATS)
@each_language
def test_who_sees_to_what_by_when_is_told_while_it_is_open(language: str, suffix: str) -> None:
    def told(owner: str, due: date | None, *, closed: bool) -> list[str]:
        item = replace(FULL.items[0], title="T", presenter="", outcome="", owner=owner, due=due, closed=closed)
        made = render(language, suffix, replace(LEAST, items=[item]))
        text = Page(made).text if suffix == "html" else made
        after = text.partition("1. T\n")[2].splitlines()
        return [line.strip() for line in after if line.strip() and line.strip() != "---"][:-1]  # the last is the next session

    due = FULL.items[0].due
    both, owner, day = SEEN_TO[language]
    for asked, line in ((("Aino", due), both), (("Aino", None), owner), (("", due), day)):
        assert [bool(re.fullmatch(line, said)) for said in told(*asked, closed=False)] == [True]
        assert told(*asked, closed=True) == []
    assert told("", None, closed=False) == []


@pytest.mark.parametrize("suffix", FORMATS)
@each_language
def test_what_was_not_marked_is_not_said_to_be_nobody(language: str, suffix: str) -> None:
    unmarked = {
        "fi": "Osallistujia ei ole vielä merkitty.",
        "sv": "Deltagarna är inte antecknade ännu.",
        "en": "Nobody is marked as present or absent yet.",
    }
    for public in (False, True):
        assert unmarked[language] in render(language, suffix, replace(LEAST, public=public))
        assert unmarked[language] not in render(language, suffix, replace(FULL, public=public))
        few = replace(FULL, public=public, counts=replace(FULL.counts, unmarked=77))
        assert ("77" in render(language, suffix, few), "77" in render(language, suffix, FULL)) == (True, False)
        nobody = replace(LEAST, public=public, counts=replace(LEAST.counts, unmarked=77))
        assert "77" not in render(language, suffix, nobody)


@pytest.mark.parametrize("suffix", FORMATS)
@each_language
def test_what_was_said_of_the_memo_later_stands_at_its_end(language: str, suffix: str) -> None:
    for reviewed, end in (("<Ei> *muutoksia*", ": <Ei> *muutoksia*"), ("", ".")):
        made = render(language, suffix, replace(FULL, reviewed=reviewed))
        text = {"txt": str, "md": lambda md: shown(md).text, "html": lambda html: Page(html).text}[suffix](made)
        assert text.strip().endswith(f"{'2022-10-27' if language == 'en' else '27.10.2022'}{end}")


@each_language
def test_dates_are_in_the_language_of_the_memo(language: str) -> None:
    moment = {
        "fi": "torstai 29.9.2022 klo 17.00–19.00",
        "sv": "torsdag 29.9.2022 kl. 17.00–19.00",
        "en": "Thursday 2022-09-29 at 17:00–19:00",
    }
    for suffix in FORMATS:
        assert moment[language] in render(language, suffix, FULL)
    assert i18n.language() == "en"


WEEK = {
    "fi": ("maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai"),
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
WRITTEN = {
    "fi": ("{} {}.10.2022", "klo 09.05"), "sv": ("{} {}.10.2022", "kl. 09.05"), "en": ("{} 2022-10-{:02}", "at 09:05"),
}  # fmt: skip


@each_language
def test_a_date_has_a_long_weekday_where_a_template_asks_for_it(own: Path, language: str) -> None:
    asked = "{{ day | long_date }}|{{ moment | long_date }}|{{ moment | long_moment }}"
    (own / "own.txt").write_text(asked, encoding="utf-8")
    day, time = WRITTEN[language]
    for number, weekday in enumerate(WEEK[language], 3):
        moment = datetime(2022, 10, number, 9, 5)
        made = Letters(own).render("own.txt", language, {"day": moment.date(), "moment": moment}).split("|")
        long = day.format(weekday, number)
        assert made == [long, long, f"{long} {time}"]


# Letters

ALL = {(kind, name): letter for kind in KINDS for name, letter in samples.letters(kind).items()}
each_letter = pytest.mark.parametrize(("kind", "name"), ALL)
each_kind = pytest.mark.parametrize("kind", KINDS)
TOLD_OLD = {
    "fi": "tiistai 27.9.2022 klo 16.00–18.00",
    "sv": "tisdag 27.9.2022 kl. 16.00–18.00",
    "en": "Tuesday 2022-09-27 at 16:00–18:00",
}
TOLD_NOW = {
    "fi": "torstai 29.9.2022 klo 17.00–19.00",
    "sv": "torsdag 29.9.2022 kl. 17.00–19.00",
    "en": "Thursday 2022-09-29 at 17:00–19:00",
}
NEXT = {"fi": "27.10.2022 klo 17.00", "sv": "27.10.2022 kl. 17.00", "en": "2022-10-27 at 17:00"}


@each_kind
@each_language
def test_a_letter_is_the_one_that_was_read_and_kept(language: str, kind: str) -> None:
    made = ""
    for name, letter in samples.letters(kind).items():
        written = OURS.letter(kind, language, letter)
        made += f"--- {name}\n{written.subject}\n\n{written.text}\n"
    snapshot = SNAPSHOTS / f"{kind}.{language}.txt"
    if os.environ.get("UPDATE_LETTERS"):
        snapshot.write_bytes(made.encode())
    assert made == snapshot.read_bytes().decode()


@each_letter
@each_language
def test_a_letter_says_the_same_in_text_and_in_html(language: str, kind: str, name: str) -> None:
    written = OURS.letter(kind, language, ALL[kind, name])
    page = Page(written.html)
    assert page.text.split() != []
    assert re.findall(r"\w+", page.text) == re.findall(r"\w+", f"{written.subject} {written.text}")
    assert re.findall(r"\n\n\n|[ \t]\n|[ \t]{2}|undefined|None", written.text) == []
    assert written.text == written.text.strip() + "\n"


@each_letter
@each_language
def test_a_letter_as_a_page_is_whole_and_loads_nothing(language: str, kind: str, name: str) -> None:
    html = OURS.letter(kind, language, ALL[kind, name]).html
    page = Page(html)
    tags = [tag for tag, _attributes in page.tags]
    assert html.startswith("<!doctype html>\n")
    assert page.tags[0] == ("html", {"lang": language})
    assert [tags.count(tag) for tag in ("title", "style", "body")] == [1] * 3
    assert {"script", "link", "img", "iframe", "base", "form"}.isdisjoint(tags)
    assert re.findall(r"url\(|@import", html) == []
    assert {place.split()[-2] for place in page.places if place.endswith((" li", " dt", " dd"))} <= {"ul", "dl"}
    assert not [place for place in page.places if re.search(r"\bp (p|ul|dl|h\d)$", place)]
    assert not re.search(r"<(dl|ul|p|dd)>\s*</", html)
    assert {attribute for _tag, attributes in page.tags for attribute in attributes} <= {
        "lang", "charset", "name", "content", "class", "href",
    }  # fmt: skip
    assert len(html) < 6000


@each_letter
@each_language
def test_a_letter_has_the_facts_that_must_stand_in_it(language: str, kind: str, name: str) -> None:
    letter = ALL[kind, name]
    written = OURS.letter(kind, language, letter)
    contact, texts = letter.contact, (written.text, Page(written.html).text)
    with i18n.speaking(language):
        words = [*letters.facts(letter), contact.name, contact.email, contact.phone, letter.host, letter.title, letter.name]
    if kind in ("invitation", "reminder", "change", "speaker-invitation", "speaker-reminder"):
        words += [letter.place, letter.url]
    words += letter.items if kind == "invitation" else []
    words += letter.programme if kind == "invitation" else []
    words += [talk.title for talk in letter.talks if kind.startswith("speaker")]
    words += [letter.description] if kind in ("invitation", "change", "speaker-invitation") else []
    words += [letter.reason] if kind == "cancellation" else []
    words += [letter.feedback_url] if kind == "thanks" else []
    words += [text for reply in letter.replies for text in (reply.text, reply.reason, reply.answered_by) if kind == "report-back"]
    assert [(word, text) for word in words for text in texts if word not in text] == []


@each_language
def test_what_changed_comes_first_with_what_was_told_before(language: str) -> None:
    full = samples.letters("change")["full"]
    text = OURS.letter("change", language, full).text
    lines = [line.partition(": ")[2] for line in text.splitlines()]
    assert lines[4:8] == [TOLD_OLD[language], TOLD_NOW[language], "Mallitalo", full.place]
    assert "https://verkossa.example/vanha" not in text  # who is tired presses the first link there is
    for what, old in {"time": TOLD_OLD[language], "place": "Mallitalo", "title": ": Kokous\n"}.items():
        for changed in ((what,), ("url",)):
            assert (old in OURS.letter("change", language, replace(full, changed=changed)).text) == (changed == (what,))


@each_kind
@each_language
def test_when_the_next_one_is_stands_where_it_is_known(language: str, kind: str) -> None:
    for name, letter in samples.letters(kind).items():
        told = kind in ("thanks", "report-back", "cancellation") and name not in ("least", "replaced")
        assert (NEXT[language] in OURS.letter(kind, language, letter).text) == told


@each_kind
@each_language
def test_the_subject_of_a_panel_gives_nothing_away(language: str, kind: str) -> None:
    for letter in samples.letters(kind).values():
        written = OURS.letter(kind, language, replace(letter, host="HOST", title="TITLE\r\nBcc: all@example.org"))
        assert len(written.subject.splitlines()) == 1
        assert ("HOST" in written.subject, "TITLE" in written.subject) == (letter.public, letter.public)
        said = "raa[td]|paneel|asiak|råd|panel|kund|client|custom|kokou|möte|session|meeting|tapaam|träff"
        assert letter.public or not re.search(said, written.subject, re.IGNORECASE)
        # the first words of a mail are shown on a locked telephone beside the subject
        assert letter.public or not re.search("HOST|TITLE", "".join(written.text.split("\n\n")[:2]))


@each_letter
@each_language
def test_every_text_of_a_letter_is_seen_in_html_as_it_was_typed(language: str, kind: str, name: str) -> None:
    letter = ALL[kind, name]
    kept = ("kind", "role", "answer", "cause", "changed", "missing", "decision")

    def typed(value: Any, text: str) -> Any:
        if isinstance(value, str):
            return value and text
        if isinstance(value, list):
            return [typed(item, text) for item in value]
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{f.name: typed(getattr(value, f.name), text) for f in fields(value) if f.name not in kept})
        return value

    markup = '<b>O\'Neil & co</b> "x" {{ y }}'
    plain, made = (OURS.letter(kind, language, typed(letter, text)) for text in ("plaintext", markup))
    assert [tag for tag, _attributes in Page(made.html).tags] == [tag for tag, _attributes in Page(plain.html).tags]
    assert Page(made.html).text == Page(plain.html).text.replace("plaintext", markup)
    assert (made.subject, made.text) == tuple(text.replace("plaintext", markup) for text in (plain.subject, plain.text))
    assert "<b>" not in made.html


DAYS = {
    "fi": ("tänään, tors", "huomenna, tors", "9 päivän kuluttua, tors", " viikon kuluttua, ", "kahden viikon ", "kolmen viikon "),
    "sv": ("i dag, ", "i morgon, ", "om 9 dagar, ", "om en vecka, ", "om två veckor, ", "om tre veckor, "),
    "en": ("today, ", "tomorrow, ", "in 9 days, ", "in a week, ", "in two weeks, ", "in three weeks, "),
}


@pytest.mark.parametrize("kind", ["reminder", "speaker-reminder"])
@each_language
def test_a_reminder_says_how_long_is_left(language: str, kind: str) -> None:
    for days, words in zip((0, 1, 9, 7, 14, 21), DAYS[language], strict=True):
        text = OURS.letter(kind, language, replace(ALL[kind, "full"], days=days)).text
        found = [each for each in DAYS[language] if each in text]
        assert words in found
        assert len(found) == (2 if language == "fi" and days in (14, 21) else 1)  # " viikon kuluttua" ends both


AGAIN = {
    "fi": ("Pidetään sittenkin: ", "Kerroimme, että {} on peruttu. Se pidetään kuitenkin.", "tapaaminen", "webinaari"),
    "sv": ("Ordnas trots allt: ", "Vi meddelade att {} ordnas ändå.", "träffen är inställd. Den", "webbinariet är inställt. Det"),
    "en": (
        "Taking place after all: ", "We told you that the {} was cancelled. It takes place after all.", "meeting", "webinar",
    ),
}  # fmt: skip
ASKED_NEW = {"fi": "uuteen kutsuun", "sv": "nya inbjudan", "en": "new invitation"}


@pytest.mark.parametrize("kind", ["invitation", "speaker-invitation"])
@each_language
def test_who_was_told_it_is_cancelled_is_told_that_it_takes_place(language: str, kind: str) -> None:
    subject, said, meeting, webinar = AGAIN[language]
    for name, word in (("full", meeting), ("webinar", webinar)):
        once, again = (OURS.letter(kind, language, replace(ALL[kind, name], again=again)) for again in (False, True))
        assert (once.subject.startswith(subject), again.subject.startswith(subject)) == (False, True)
        assert [said.format(word) in written.text for written in (once, again)] == [False, True]
        # who registered has nothing to answer
        assert (ASKED_NEW[language] in again.text) == (ALL[kind, name].role != "registered")


BEFORE = {
    "fi": ("Vastasit aiempaan aikaan", "Emme ole vielä saaneet"),
    "sv": ("Tack för att du svarade om den tidigare tiden", "Vi har inte fått ditt svar"),
    "en": ("Thank you for answering about the earlier time", "We do not have your answer"),
}


@each_language
def test_who_answered_to_another_time_is_thanked_and_asked_for_this_one(language: str) -> None:
    for before in (True, False):
        letter = replace(ALL["reminder", "full"], answer="", answered_before=before)
        text = OURS.letter("reminder", language, letter).text
        assert [words in text for words in BEFORE[language]] == [before, not before]


SAME = {
    "fi": (
        "Aika on sama kuin ennen.", "Sinun ei tarvitse vastata uudelleen, jos olet jo vastannut.",
        "Vanha paikka", "Vanha nimi",
    ),
    "sv": (
        "Tiden är densamma som förut.", "Du behöver inte svara på nytt om du redan har svarat.",
        "Gammal plats", "Gammalt namn",
    ),
    "en": (
        "The time is the same as before.", "You do not need to answer again if you have already answered.",
        "Old place", "Old title",
    ),
}  # fmt: skip


@each_language
def test_a_change_says_that_the_time_is_the_same_and_asks_nobody_twice(language: str) -> None:
    def found(**values: Any) -> list[bool]:
        text = OURS.letter("change", language, replace(ALL["change", "full"], **values)).text
        return [words in text for words in SAME[language]]

    assert found() == [False, False, True, True]
    for role in ("member", "speaker"):
        for answer in ("", "accepted"):
            assert found(changed=("place",), role=role, answer=answer) == [True, True, True, False]
    assert found(changed=("place",), answer="", answered_before=True) == [True, False, True, False]
    assert found(changed=("place",), role="registered") == [True, False, True, False]
    assert found(changed=("place", "title"), before=ALL["change", "first place"].before) == [True, True, False, False]
    assert found(changed=(), before=None) == [False, True, False, False]  # what was told before is not known


PRESS = {"fi": "Hyväksy", "sv": "Acceptera", "en": "Accept"}


@each_language
def test_who_has_to_answer_is_told_how(language: str) -> None:
    def asks(kind: str, **values: Any) -> bool:
        letter = replace(ALL[kind, "full"], **values)
        text = OURS.letter(kind, language, letter).text
        return PRESS[language] in text

    assert asks("invitation")
    assert asks("speaker-invitation")
    assert not asks("invitation", role="registered")
    assert [asks("reminder", answer=answer) for answer in ("", "tentative", "accepted", "declined")] == [True, True, False, False]
    assert not asks("reminder", answer="", role="registered")
    assert [asks("change", changed=changed) for changed in (("time",), ("place",))] == [True, False]
    assert asks("change", changed=("place",), answer="")
    for kind in ("invitation", "reminder", "change"):
        silent = replace(ALL[kind, "full"], answer="", contact=Contact(name="Liisa", email="liisa@example.org", phone=""))
        assert not re.search("soita|soittaa|ring:|call:", OURS.letter(kind, language, silent).text)


@each_language
def test_a_speaker_is_asked_for_what_is_missing_and_for_nothing_else(language: str) -> None:
    full = ALL["speaker-reminder", "full"]
    assert isinstance(full, Letter)

    def asked(*missing: str) -> list[str]:
        text = OURS.letter("speaker-reminder", language, replace(full, talks=[], missing=missing)).text
        return [line for line in text.splitlines() if line.startswith("- ")]

    every = asked(*full.missing)
    assert [asked(code) for code in full.missing] == [[line] for line in every]
    assert (len(every), asked()) == (5, [])


@each_language
def test_without_whom_to_ask_a_letter_is_answered(language: str) -> None:
    for contact in (Contact(name="", email="", phone=""), Contact(name="Liisa", email="", phone="")):
        letter = replace(ALL["invitation", "full"], contact=contact, organisation="")
        text = OURS.letter("invitation", language, letter).text
        assert text.endswith(f"\n{letter.host}\n")
        assert text.count("Liisa") == (1 if contact.name else 0)


def test_a_letter_of_ones_own_needs_a_subject_and_a_letter(own: Path) -> None:
    file, letter = own / "fi" / "thanks.txt", ALL["thanks", "full"]
    (own / "fi" / "thanks.html").write_text("{{ subject }}: {{ letter.name }}", encoding="utf-8")
    file.write_text("\ufeff  Kiitos  \t{{ letter.name }} \r\n\r\nHei\r\nvaan\r\n\r\n", encoding="utf-8", newline="")
    assert Letters(own).letter("thanks", "fi", letter) == Written(
        subject="Kiitos Aino Esimerkki", text="Hei\nvaan\n", html="Kiitos Aino Esimerkki: Aino Esimerkki"
    )
    for text, reason in {
        "": "its first line, the subject, is empty", " \n\nHei\n": "its first line, the subject, is empty",
        "Kiitos": "there is no letter after its subject", "Kiitos\n \n": "there is no letter after its subject",
    }.items():  # fmt: skip
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BadTemplate) as broken:
            Letters(own).letter("thanks", "fi", letter)
        assert broken.value.message == f"The template {file} is broken at line 1: {reason}."


# Pages


@pytest.mark.parametrize("name", MEMOS)
@each_language
def test_a_page_is_whole_and_loads_nothing(language: str, name: str) -> None:
    html = render(language, "html", MEMOS[name])
    page = Page(html)
    tags = [tag for tag, _attributes in page.tags]
    assert html.startswith("<!doctype html>\n")
    assert page.tags[0] == ("html", {"lang": language})
    assert page.tags[2] == ("meta", {"charset": "utf-8"})
    assert page.tags[3][1] == {
        "http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'",
    }  # fmt: skip
    assert [tags.count(tag) for tag in ("title", "h1", "main", "header", "footer", "style")] == [1] * 6
    assert {tag for tag in tags if tag.startswith("h") and tag[1:].isdigit()} == {"h1", "h2"}
    assert {"script", "link", "img", "iframe", "base", "a"}.isdisjoint(tags)
    assert [a for _tag, attributes in page.tags for a in attributes if a in ("src", "href", "style") or a.startswith("on")] == []
    assert re.findall(r"url\(|@import|https?:", html) == []
    assert {place.split()[-2] for place in page.places if place.endswith((" li", " dt", " dd"))} <= {"ul", "dl"}
    assert not [place for place in page.places if re.search(r"\bp (p|ul|dl|h\d)$", place)]
    title = {"fi": "Muistio", "sv": "Minnesanteckningar", "en": "Memo"}[language]
    assert re.findall("<title>(.*)</title>", html)[0].startswith(f"{title}: {MEMOS[name].panel}, ")


# Texts as they were typed

MARKUP = (
    '<script>alert("x")</script>', "R & D", "&lt;b&gt;", "'\" onload=", "{{ memo }}", "</title><h1>", "<!-- -->", "{% raw %}",
)  # fmt: skip


@pytest.mark.parametrize("typed", MARKUP)
@each_language
def test_every_text_is_seen_in_html_as_it_was_typed(language: str, typed: str) -> None:
    for memo in MEMOS.values():
        plain, page = (Page(render(language, "html", filled(memo, text))) for text in ("plaintext", typed))
        assert page.tags == plain.tags
        assert page.text == plain.text.replace("plaintext", typed)
        text = render(language, "txt", filled(memo, typed))
        assert text == render(language, "txt", filled(memo, "plaintext")).replace("plaintext", typed)


MARKS = (
    "*a* **b** _c_ __d__", "`code`", "[a](b) ![c](d)", "<b>x</b>", "<http://a.example>", "# x", "> x", "- x", "+ x", "* x", "---",
    "= x", "1. x", "123. x", "~~x~~", "~~~", "a | b", "back\\slash \\*", "http://a_b.example/_c_", "[a]: b", "R & D", "2 < 3",
    "1.5 x", "#", "!", "&lt;b&gt;", "&copy;", "1) x", "12) x",
)  # fmt: skip
LINES = (
    "one\n- two", "one\n1. two", "one\n1) two", "one\n===", "one\n---", "one\n# two", "one\n> two", "one\n+ two", "a\n|-|",
    "\tone", "    one", "one\n    - two",
)  # fmt: skip


def shown(markdown: str) -> Page:
    return Page(MarkdownIt().enable(["table", "strikethrough"]).render(markdown))


@pytest.mark.parametrize("typed", MARKS)
@each_language
def test_every_text_is_seen_in_markdown_as_it_was_typed(language: str, typed: str) -> None:
    for memo in MEMOS.values():
        plain, page = (shown(render(language, "md", filled(memo, text))) for text in ("plaintext", typed))
        assert page.tags == plain.tags
        assert page.text == plain.text.replace("plaintext", typed)


@pytest.mark.parametrize("typed", LINES)
@each_language
def test_a_line_of_an_outcome_begins_nothing_new_in_markdown(language: str, typed: str) -> None:
    def with_text(text: str) -> Memo:
        return replace(
            FULL,
            items=[replace(FULL.items[0], outcome=text)],
            proposals=[replace(FULL.proposals[0], text=text)],
            questions=[replace(FULL.questions[0], question=text, answer=text)],
        )

    plain, page = (shown(render(language, "md", with_text(text))) for text in ("plaintext", typed))
    breaks = typed.count("\n")
    assert [tag for tag in page.tags if tag[0] != "br"] == plain.tags
    assert len(page.tags) == len(plain.tags) + 4 * breaks  # an outcome, a proposal, a question and its answer
    assert page.text.split() == plain.text.replace("plaintext", typed).split()


@each_language
def test_the_lines_of_an_outcome_stay_lines(language: str) -> None:
    memo = replace(FULL, items=[replace(FULL.items[0], outcome="one  \ntwo\r\nthree")])
    assert "\none  \ntwo  \nthree\n" in render(language, "md", memo)
    assert '<p class="outcome written">one  \ntwo' in render(language, "html", memo)
    assert re.search(r"\.written \{ white-space: pre-(line|wrap)", render(language, "html", memo))


@each_language
def test_a_proposal_of_two_paragraphs_stays_one_item_of_its_list(language: str) -> None:
    two = replace(LEAST, proposals=[replace(FULL.proposals[0], text="one\n\ntwo")])
    assert shown(render(language, "md", two)).places.count("ul li p") == 2


# A template of one's own


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    (folder / "fi").mkdir(parents=True)
    return folder


def test_a_template_of_ones_own_wins(own: Path) -> None:
    (own / "fi/memo.txt").write_bytes(b"\xef\xbb\xbfRaati: {{ memo.panel }}\n{% include 'end.txt' %}")  # Notepad's mark
    (own / "end.txt").write_text("{{ memo.starts | date }} {{ language }}\n", encoding="utf-8")
    (own / "letter.css").write_text("p { color: red }\n", encoding="utf-8")
    assert render("fi", "txt", FULL, own) == "Raati: Esimerkkilän asiakasraati\nto 29.9.2022 fi\n"
    assert render("sv", "txt", FULL, own) == render("sv", "txt", FULL)
    assert "<style>\np { color: red }\n</style>" in render("fi", "html", FULL, own)
    found = Letters(own).names()
    assert [name for name, path in found.items() if path.is_relative_to(own)] == ["letter.css", "fi/memo.txt"]
    assert Letters(own).file("sv/memo.txt") is None
    assert Letters(own).shipped("fi/memo.txt") == (SHIPPED / "fi/memo.txt").read_bytes()


def test_a_copy_of_an_earlier_version_is_found_after_one_of_today(own: Path) -> None:
    old, new = own / "memo.fi.txt", own / "fi" / "memo.txt"
    old.write_text("\n{{ memo.titel }}", encoding="utf-8")
    assert Letters(own).file("fi/memo.txt") == Letters(own).names()["fi/memo.txt"] == old
    with pytest.raises(BadTemplate) as broken:
        render("fi", "txt", FULL, own)
    assert broken.value.details == {"file": str(old), "line": 2}
    old.write_bytes("Läsnä".encode("latin-1"))
    with pytest.raises(BadTemplate, match=r"memo\.fi\.txt is broken at line 1: it is not UTF-8 text\."):
        render("fi", "txt", FULL, own)
    old.write_text("vanha", encoding="utf-8")
    assert (render("fi", "txt", FULL, own), render("sv", "txt", FULL, own)) == ("vanha", render("sv", "txt", FULL))
    new.write_text("uusi", encoding="utf-8")
    assert Letters(own).file("fi/memo.txt") == new
    assert render("fi", "txt", FULL, own) == "uusi"


@pytest.mark.parametrize("name", ["end.html", "end", "end.inc", "END.HTML", "end.txt", "end.md", "end.css"])
def test_what_a_page_includes_is_escaped_whatever_its_name(own: Path, name: str) -> None:
    (own / "fi/memo.html").write_text(f"{{% include '{name}' %}}", encoding="utf-8")
    (own / name).write_text("<b>{{ memo.panel }}</b>", encoding="utf-8")
    assert render("fi", "html", replace(FULL, panel="<i> R & D"), own) == "<b>&lt;i&gt; R &amp; D</b>"


@pytest.mark.parametrize("name", ["end.html", "end", "end.txt"])
def test_what_a_plain_text_includes_is_not_escaped(own: Path, name: str) -> None:
    (own / "fi/memo.txt").write_text(f"{{% include '{name}' %}}", encoding="utf-8")
    (own / name).write_text("{{ memo.panel }}", encoding="utf-8")
    assert render("fi", "txt", replace(FULL, panel="<i> R & D"), own) == "<i> R & D"


@pytest.mark.parametrize("suffix", FORMATS)
def test_half_a_character_becomes_a_question_mark(own: Path, suffix: str) -> None:
    (own / f"fi/memo.{suffix}").write_text("a{{ '\\ud800' }}b", encoding="utf-8")
    assert render("fi", suffix, FULL, own) == "a?b"


def test_without_the_folder_the_shipped_templates_are_used(tmp_path: Path) -> None:
    assert render("fi", "md", FULL, tmp_path / "missing") == render("fi", "md", FULL)


FAULTS = {
    "a name misspelt": ("{{ memo.titel }}", 1, "'titel'"),
    "a name that is not there": ("yksi\n{{ meno.title }}\n", 2, "'meno' is undefined"),
    "a loop over nothing": ("\n\n{% for x in memo.member %}{% endfor %}", 3, "'member'"),
    "a tag half done": ("\n{% if %}", 2, "Expected an expression"),
    "a tag never closed": ("{% if memo.title %}\nx\n", 2, "Unexpected end of template"),
    "an unknown filter": ("\n{{ memo.title | shout }}", 2, "No filter named 'shout'"),
    "a date that is none": ("{{ memo.title | date }}", 1, "'weekday'"),
    "a sum that is none": ("\n{{ memo.title + 1 }}", 2, "can only concatenate"),
    "division by nothing": ("{{ 1 / 0 }}", 1, "division by zero"),
    "a place past the end": ("{{ memo.items[9].title }}", 1, "list object has no element 9"),
    "itself inside itself": ("{% include 'fi/memo.txt' %}", 1, "recursion"),
    "too much": ("{{ range(1000000000) | list }}", 1, "Range too big"),
    "the class of a record": ("{{ memo.__class__.__mro__ }}", 1, "access to attribute '__class__' of 'Memo' object is unsafe"),
    "the class of a text": ("{{ ''.__class__ }}", 1, "unsafe"),
    "a class by a filter": ("{{ memo | attr('__class__') }}", 1, "unsafe"),
    "a class by a format": ("{{ '{0.__class__}'.format(memo) }}", 1, "unsafe"),
    "globals": ("{{ cycler.__init__.__globals__ }}", 1, "unsafe"),
    "a list made longer": ("{{ memo.experts.append('x') }}", 1, "unsafe"),
    "a list emptied": ("\n{{ memo.items.clear() }}", 2, "unsafe"),
    "a record changed": ("{% set memo.title = 'x' %}", 1, "non-namespace"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_file_line_and_reason(own: Path, text: str, line: int, reason: str) -> None:
    file = own / "fi/memo.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadTemplate) as broken:
        render("fi", "txt", FULL, own)
    message = broken.value.message
    assert message.startswith(f"The template {file} is broken at line {line}: ")
    assert reason in message
    assert message.endswith(".")
    assert broken.value.details == {"file": str(file), "line": line}
    assert broken.value.status == 7
    assert FULL.experts == ["Liisa Kokeilu"]
    assert i18n.language() == "en"


def test_a_fault_in_an_included_file_is_told_of_that_file(own: Path) -> None:
    (own / "fi/memo.txt").write_text("{% include 'end.txt' %}", encoding="utf-8")
    for text in ("\n\n{{ meno }}", "\n\n{% if %}"):
        (own / "end.txt").write_text(text, encoding="utf-8")
        with pytest.raises(BadTemplate) as broken:
            render("fi", "txt", FULL, own)
        assert broken.value.details == {"file": str(own / "end.txt"), "line": 3}


@pytest.mark.parametrize("asking", ["include 'missing.txt'", "extends 'missing.txt'", "import 'missing.txt' as missing"])
def test_a_missing_file_is_told_with_the_file_and_line_that_ask_for_it(own: Path, asking: str) -> None:
    (own / "fi/memo.txt").write_text("\n{% include 'end.txt' %}", encoding="utf-8")
    (own / "end.txt").write_text(f"\n\n{{% {asking} %}}", encoding="utf-8")
    with pytest.raises(BadTemplate) as broken:
        render("fi", "txt", FULL, own)
    assert broken.value.message == f"The template {own / 'end.txt'} is broken at line 3: there is no template 'missing.txt'."
    assert broken.value.details == {"file": str(own / "end.txt"), "line": 3}


def test_a_template_that_is_not_utf_8_is_a_broken_one(own: Path) -> None:
    (own / "fi/memo.txt").write_bytes("Läsnä".encode("latin-1"))
    with pytest.raises(BadTemplate, match=r"fi.memo\.txt is broken at line 1: it is not UTF-8 text\."):
        render("fi", "txt", FULL, own)


@pytest.mark.parametrize("name", ["missing.txt", "../own.txt", "/etc/hostname"])
def test_only_what_lies_in_the_folders_is_included(own: Path, name: str) -> None:
    (own.parent / "own.txt").write_text("secret", encoding="utf-8")
    (own / "fi/memo.txt").write_text(f"{{% include '{name}' %}}", encoding="utf-8")
    with pytest.raises(BadTemplate, match=re.escape(f"there is no template '{name}'.")):
        render("fi", "txt", FULL, own)
    with pytest.raises(NotFound, match=re.escape(f"There is no template '{name}'.")):
        Letters(own).render(name, "fi", {})
