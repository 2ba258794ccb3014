"""A webinar series with all that can hang on it, entered through the program, and the folder that `site build` makes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import RULE, Program, Ran

SLUG = "teematiistait"
DATES = 12
FOLDERS = {"fi": "", "sv": "sv/", "en": "en/"}
NAMES = ("index.html", *(f"{n}.html" for n in range(1, DATES + 1)))
PAGES = [f"{folder}{name}" for folder in FOLDERS.values() for name in NAMES]

# What is hardest to set: a word longer than any phone is wide, and an address longer still.
WORD = "kokemusasiantuntijakoulutusohjelmakoordinaattoriverkostoyhteistyökumppanuussopimusneuvottelukunta"
ADDRESS = f"https://example.org/{'aineistot-ja-tallenteet/' * 12}".ljust(300, "x")

ANSWER = f"""Kysy **aina** ensin *maksajalta*:

- [Kansaneläkelaitos](https://example.org/kela)
- oma työkyvyttömyyseläkkeen maksajasi
  1. ensin puhelimella
  2. sitten kirjallisesti
- <{ADDRESS}>

> Palkkio on veronalaista tuloa.

Katso `verokortti` ja {WORD}. Kirjoita: <mailto:apua@example.org>."""


@contextmanager
def at_home(folder: Path) -> Iterator[Program]:
    """Give the program with an empty database in a folder, for what several tests share."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"HOME": "", "OSALLISUUS_DB": "osallisuus.db", "OSALLISUUS_CONFIG": "config.toml"}.items():
            patch.setenv(name, str(folder / value))
        patch.setenv("LANG", "C.UTF-8")
        for name in ("OSALLISUUS_LANG", "LANGUAGE", "LC_ALL"):
            patch.delenv(name, raising=False)
        patch.chdir(folder)
        program = Program(folder)
        program("init")
        yield program


def add_series(program: Program) -> None:
    """Add the series and plan its twelve dates over two years."""
    program("config", "set", "organisation", "Esimerkkilän hyvinvointialue")
    program("config", "set", "accessibility_statement", "https://example.org/saavutettavuus")
    texts = {
        "--name": "Asiakasosallisuuden teematiistait",
        "--name-sv": "Tematisdagar om klientdelaktighet",
        "--purpose": "Kerran kuussa **tunti** osallisuudesta.\n\n- maksuton\n- kaikille avoin",
        "--funder": "Euroopan sosiaalirahasto",
    }
    program("series", "add", SLUG, *(word for text in texts.items() for word in text), *RULE)
    program("webinar", "plan", SLUG, "--from", "2022-09-01", "--until", "2023-08-31")


def fill(program: Program) -> None:
    """Fill an empty database with the series: dates held, cancelled, full, open, bare; everything that can be published."""
    add_series(program)
    _first(program)
    _second(program)
    program("webinar", "edit", f"{SLUG}/3", "--title", "Peruttu aihe", "--title-sv", "Inställt tema")
    program("webinar", "cancel", f"{SLUG}/3", "--reason", "puhuja sairastui")
    _full(program)
    _open(program)
    program("webinar", "edit", f"{SLUG}/7", "--title", WORD)
    program("webinar", "cancel", f"{SLUG}/8", "--reason", "hiihtoloma")


def build(program: Program, folder: str = "public", *options: str, status: int = 0) -> Ran:
    return program("site", "build", SLUG, folder, *options, status=status)


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its path in it, without the list of what is ours."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    found.pop("osallisuus-site.json", None)
    return found


def _first(program: Program) -> None:
    """Fill the first date, held on 13 September: everything there is, in two languages."""
    date = f"{SLUG}/1"
    titles = ("--title", "Kokemus työvälineenä", "--title-sv", "Erfarenhet som verktyg", "--title-en", "Experience as a tool")
    program("webinar", "edit", date, *titles, "--description", "Mitä *kokemus* tuo? Katso <https://example.org/aihe>.")
    program("webinar", "edit", date, "--place", "Kirjaston sali, Esimerkkikatu 1", "--url", "https://example.org/liity")
    aino, eero = "Aino Esimerkki (Esimerkkijärjestö ry)", "Eero Malli (Mallikaupunki)"
    program(
        "talk", "add", date, "Palkkio ja etuudet", "--title-sv", "Arvode", "--speaker", aino, "--speaker", eero, "--minutes", "25"
    )
    program("talk", "add", date, "Yhteinen keskustelu", "--minutes", "15")
    program("talk", "confirm", "1")
    program("talk", "speaker", "1", "Aino", "--title", "tutkija", "--bio", "Tutkii *osallisuutta*.", "--slides", "accessible")
    for name in ("Aino", "Eero"):
        program("talk", "speaker", "1", name, "--may-publish", "yes", "--may-record", "yes")
    program.now = datetime(2022, 9, 14, 6, tzinfo=UTC)
    program("webinar", "held", date)
    slides = program.folder / "Esitys Äijälä.pdf"
    slides.write_bytes(b"%PDF-1.4\n" + b"a" * 2_345_678)
    program("material", "add", date, "Esitys: palkkio", "--file", str(slides), "--talk", "1", "--publish")
    program("material", "add", date, "Inspelning", "--url", "https://example.org/i", "--kind", "recording", "--language", "sv")
    program("material", "publish", "2")
    program("material", "add", date, "Tallenne tekstityksin", "--url", f"{ADDRESS}t", "--kind", "recording")
    program("material", "publish", "3")
    program("material", "captioned", "3")
    program("material", "add", date, WORD, "--url", "https://example.org/w", "--kind", "link", "--language", "en", "--publish")
    program("question", "add", date, "Miten palkkio vaikuttaa etuuksiin?")
    program("question", "answer", "1", ANSWER)
    program("question", "add", date, "Hur påverkar arvodet?", "--language", "sv")
    program("question", "answer", "2", "Fråga alltid *först*.\nDet lönar sig.")
    program("question", "add", date, f"Mikä on {WORD}?")
    program("question", "answer", "3", f"```\n{WORD}\n```\n{ADDRESS}")
    program("resource", "add", date, "Kokemustoimintaverkosto", "--url", ADDRESS)
    program("resource", "add", date, "Delaktighetsplan", "--url", "https://example.org/plan", "--language", "sv")
    program("note", "add", date, "Palkkiot ja niiden **vaikutus**.\n\n1. etuudet\n2. verot")
    program("note", "add", date, "Arvoden och deras påverkan.", "--language", "sv")
    for rating in (5, 4, 4, 5, 3, 5, 1):
        program("feedback", "add", date, "--rating", str(rating), "--recommend", str(rating * 2))
    program("webinar", "publish", date)
    program("feedback", "publish", date)


def _second(program: Program) -> None:
    """Fill the second date, held on 11 October: long words everywhere, and a speaker whose name may not be published."""
    date = f"{SLUG}/2"
    program("webinar", "edit", date, "--title", f"Uusi {WORD}", "--place", WORD, "--description", ADDRESS)
    program("talk", "add", date, WORD, "--speaker", f"Tuisku Nimetön ({WORD})", "--minutes", "1")
    program("talk", "confirm", "3")
    program("talk", "speaker", "3", "Tuisku", "--title", WORD, "--bio", WORD, "--may-publish", "no")
    program.now = datetime(2022, 10, 12, 6, tzinfo=UTC)
    program("webinar", "held", date)


def _full(program: Program) -> None:
    """Fill the fourth date, to come in December: registered full, with somebody in the waiting line."""
    date = f"{SLUG}/4"
    program("webinar", "edit", date, "--title", "Osallisuus arjessa", "--title-en", "Everyday participation", "--capacity", "2")
    program("webinar", "edit", date, "--registration-url", ADDRESS, "--url", "https://example.org/salainen-linkki")
    for name in ("Jono Yksi", "Jono Kaksi", "Jono Kolme"):
        program("registration", "add", date, name)


def _open(program: Program) -> None:
    """Fill the fifth date, where one joins without registering, and the sixth, where there is room."""
    program("webinar", "edit", f"{SLUG}/5", "--title", "Etäkahvit", "--url", "https://example.org/etäkahvit", "--place", "Etänä")
    program(
        "webinar", "edit", f"{SLUG}/6", "--title", "Työpaja", "--registration-url", "https://example.org/ilmo", "--capacity", "9"
    )
    program("talk", "add", f"{SLUG}/6", "Tulossa", "--speaker", "Vahvistamaton Puhuja (Esimerkkijärjestö ry)", "--minutes", "20")
