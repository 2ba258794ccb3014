"""The public pages as bytes: what is in them, what never is, whose words are escaped, and that every link leads somewhere."""

import html
import posixpath
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.conftest import Program
from tests.exports import sites
from tests.exports.peers import icalendar_reads, vobject_reads

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
VOID = {"meta", "link", "br"}
TAGS = {"html", "head", "title", "body", "header", "nav", "main", "footer", "section", "article", "div", "span", "time", *VOID}
TAGS |= {"h1", "h2", "h3", "p", "a", "ul", "ol", "li", "em", "strong", "blockquote", "code", "pre"}
ATTRIBUTES = {
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "rel",
    "type",
    "title",
    "href",
    "hreflang",
    "class",
    "id",
    "tabindex",
}
ATTRIBUTES |= {"aria-label", "aria-labelledby", "aria-current", "role", "datetime", "start"}

every_page = pytest.mark.parametrize("name", sites.PAGES)

# the name with a piece of the checksum of its bytes
SLIDES = "files/teematiistait/1/esitys-aijala-f19d7f5d.pdf"


class Page(HTMLParser):
    """A page as a browser reads it; everything that is opened has to be closed."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []  # each with the language that is said of it
        self._open: list[tuple[str, str]] = []
        self.feed(content.decode())
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _value in attrs}) == len(attrs), f"an attribute twice: {attrs}"
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if tag not in VOID:
            self._open.append((tag, found.get("lang", self._open[-1][1] if self._open else "")))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open[-1][0] != "title":  # a title cannot be in two languages
            self.texts.append((data.strip(), self._open[-1][1]))

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"a comment: {data}")

    @property
    def text(self) -> str:
        return " ".join(text for text, _language in self.texts)

    def all(self, tag: str, attribute: str) -> list[str]:
        return [found[attribute] for name, found in self.tags if name == tag and attribute in found]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, bytes]]:
    """Give the whole site, built once."""
    with sites.at_home(tmp_path_factory.mktemp("site")) as program:
        sites.fill(program)
        sites.build(program)
        yield sites.tree(program.folder / "public")


@pytest.fixture
def series(program: Program) -> Program:
    """Give the program with a series of twelve bare dates."""
    sites.add_series(program)
    return program


def built(program: Program, *options: str) -> dict[str, bytes]:
    sites.build(program, "public", *options)
    return sites.tree(program.folder / "public")


def absent(tree: Mapping[str, bytes], *words: str) -> None:
    """Assert that no file says any of these words, in its name or in its bytes, folded lines put together."""
    for path, content in tree.items():
        for word in words:
            assert word not in path
            assert word.encode() not in content.replace(b"\r\n ", b""), f"{word} in {path}"


# What every page is made of


def test_a_site_has_an_index_and_a_page_for_each_date_in_each_language(tree: Mapping[str, bytes]) -> None:
    feeds = {f"{folder}teematiistait.ics" for folder in sites.FOLDERS.values()}
    assert set(tree) == {*sites.PAGES, *feeds, "style.css", SLIDES}


@every_page
def test_a_page_is_well_formed_and_of_plain_parts(tree: Mapping[str, bytes], name: str) -> None:
    page = Page(tree[name])
    assert tree[name].startswith(b"<!doctype html>\n<html lang=")
    assert {tag for tag, _attributes in page.tags} <= TAGS
    assert {attribute for _tag, attributes in page.tags for attribute in attributes} <= ATTRIBUTES
    ids = [attributes["id"] for _tag, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    named = [attributes["aria-labelledby"] for _tag, attributes in page.tags if "aria-labelledby" in attributes]
    assert set(named) <= set(ids)


@every_page
def test_the_policy_is_the_strictest_there_is_and_comes_first(tree: Mapping[str, bytes], name: str) -> None:
    metas = [attributes for tag, attributes in Page(tree[name]).tags if tag == "meta"]
    assert metas[0] == {"charset": "utf-8"}
    assert metas[1] == {"http-equiv": "Content-Security-Policy", "content": POLICY}
    assert {"name": "referrer", "content": "no-referrer"} in metas


@every_page
def test_nothing_is_loaded_but_our_style(tree: Mapping[str, bytes], name: str) -> None:
    links = [attributes for tag, attributes in Page(tree[name]).tags if tag == "link"]
    loaded = [link["href"] for link in links if link["rel"] != "alternate"]
    assert loaded == ["style.css" if "/" not in name else "../style.css"]


def test_the_style_loads_nothing(tree: Mapping[str, bytes]) -> None:
    assert not re.search(rb"url\(|@import|@font-face|image-set|expression|//", tree["style.css"])


@every_page
def test_every_link_leads_to_something_in_the_site_or_to_the_web(tree: Mapping[str, bytes], name: str) -> None:
    page = Page(tree[name])
    ids = {attributes.get("id") for _tag, attributes in page.tags}
    for href in page.all("a", "href") + page.all("link", "href"):
        if href.startswith("#"):
            assert href[1:] in ids
        elif not href.startswith(("https://example.org/", "mailto:apua@example.org")):
            assert posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(href))) in tree, href


@every_page
def test_a_page_leads_to_itself_in_every_language_and_says_which_it_is(tree: Mapping[str, bytes], name: str) -> None:
    page = Page(tree[name])
    folder = posixpath.dirname(name)
    choices = [found for tag, found in page.tags if tag == "a" and "hreflang" in found and found.get("lang") == found["hreflang"]]
    choices = choices[: len(sites.FOLDERS)]
    wanted = {language: f"{place}{posixpath.basename(name)}" for language, place in sites.FOLDERS.items()}
    assert {choice["lang"]: posixpath.normpath(posixpath.join(folder, choice["href"])) for choice in choices} == wanted
    own = [choice["lang"] for choice in choices if "aria-current" in choice]
    assert (
        own == [page.tags[0][1]["lang"]] == [language for language, place in sites.FOLDERS.items() if place.strip("/") == folder]
    )


def test_a_bare_date_is_exactly_this(series: Program) -> None:
    tree = built(series, "--language", "en")
    assert tree["2.html"].decode() == BARE


BARE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;self&#39;; base-uri \
&#39;none&#39;; form-action &#39;none&#39;">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>Tue 2022-10-11: Asiakasosallisuuden teematiistait</title>
<link rel="stylesheet" href="style.css">
<link rel="alternate" hreflang="en" href="2.html">
<link rel="alternate" type="text/calendar" title="Dates for your calendar" href="teematiistait.ics">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<p class="series" lang="fi"><a href="index.html">Asiakasosallisuuden teematiistait</a></p>
</header>
<main id="content" tabindex="-1">
<h1>Tuesday 2022-10-11</h1>
<p class="when"><time datetime="2022-10-11T14:00:00">Tuesday 2022-10-11 at 14:00–15:00</time></p>
<p class="hint">The theme will be told later.</p>
<nav class="neighbours" aria-label="Other dates">
<ul role="list">
<li><a href="1.html"><span lang="en">Previous:</span> <span lang="en">(Tue 2022-09-13)</span></a></li>
<li><a href="3.html"><span lang="en">Next:</span> <span lang="en">(Tue 2022-11-08)</span></a></li>
<li><a href="index.html">All dates of the series</a></li>
</ul>
</nav>
</main>
<footer>
<p lang="fi">Esimerkkilän hyvinvointialue</p>
<p>Funded by: <span lang="fi">Euroopan sosiaalirahasto</span></p>
<p><a href="https://example.org/saavutettavuus">Accessibility statement</a></p>
</footer>
</body>
</html>
"""


# Words of people


def hostile(field: str) -> str:
    """Return a text that is markup, template and attribute at once, and says whose it is."""
    breaking = f"""{field}"><script>alert('{field}')</script><img src=x onerror=alert(1)>' & </p></main>"""
    return f"{breaking} {{{{ 7 * 7 }}}} {{% raw %}} &lt;b&gt;"


def test_text_of_people_is_shown_as_it_was_typed_whatever_it_is(program: Program) -> None:
    date, x = "teematiistait/1", hostile
    program("config", "set", "organisation", x("organisation"))
    texts = ("--purpose", x("purpose"), "--funder", x("funder"), "--name-sv", x("name-sv"), "--name-en", x("name-en"))
    program("series", "add", "teematiistait", "--name", x("name"), *texts, *sites.RULE)
    program("webinar plan teematiistait --from 2022-09-01 --until 2022-10-30")
    program("webinar", "edit", date, "--title", x("title"), "--title-sv", x("title-sv"), "--title-en", x("title-en"))
    program("webinar", "edit", date, "--description", x("description"), "--place", x("place"))
    program("talk", "add", date, x("talk"), "--title-sv", x("talk-sv"), "--title-en", x("talk-en"), "--speaker", "Aino Esimerkki")
    program("talk", "confirm", "1")
    program(
        "talk", "speaker", "1", "Aino", "--title", x("profession"), "--organisation", x("speaker-organisation"), "--bio", x("bio")
    )
    program("talk", "speaker", "1", "--may-publish", "yes", "--may-record", "yes")
    program("person", "edit", "1", "--name", "Aino <script>alert(1)</script> Esimerkki")
    program("material", "add", date, x("label"), "--url", "https://example.org/?a=1&b='\"><b>", "--publish")
    program("question", "add", date, x("question"))
    program("question", "answer", "1", x("answer"))
    program("resource", "add", date, x("resource"), "--url", "https://example.org/?a=1&b='\"><b>", "--publish")
    program("note", "add", date, x("note"), "--publish")
    program("question", "publish", "1")
    tree = built(program)
    plain = ("organisation", "funder", "profession", "speaker-organisation", "label", "question", "resource", "place")
    prose = ("description", "bio", "answer", "note")
    for language, folder in sites.FOLDERS.items():
        ending = "" if language == "fi" else f"-{language}"
        page, index = Page(tree[f"{folder}1.html"]), Page(tree[f"{folder}index.html"])
        for field in (*plain, f"name{ending}", f"title{ending}", f"talk{ending}"):
            assert x(field) in page.text, field
        for field in prose:
            assert x(field).replace("&lt;b&gt;", "<b>") in page.text, field  # Markdown knows entities, and shows them
        assert x("purpose").replace("&lt;b&gt;", "<b>") in index.text
        assert "Aino <script>alert(1)</script> Esimerkki" in page.text
    for name in (name for name in tree if name.endswith(".html")):
        page = Page(tree[name])
        assert {tag for tag, _attributes in page.tags} <= TAGS
        assert {attribute for _tag, attributes in page.tags for attribute in attributes} <= ATTRIBUTES
        assert b"49" not in tree[name]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "msteams:/l/meetup", "zoommtg://x"]
)
def test_a_link_to_join_or_to_register_that_is_no_web_page_is_not_on_the_page(series: Program, url: str) -> None:
    series("webinar", "edit", "teematiistait/1", "--url", url)
    series("webinar", "edit", "teematiistait/2", "--registration-url", url, status=2)
    for name, content in built(series).items():
        if name.endswith(".html"):
            assert url not in html.unescape(content.decode())


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [
        ("1.html", "Kokemus työvälineenä", "fi"),
        ("1.html", "Inspelning", "sv"),
        ("1.html", "Hur påverkar arvodet?", "sv"),
        ("1.html", "Delaktighetsplan", "sv"),
        ("1.html", "Arvoden och deras påverkan.", "sv"),
        ("1.html", "På svenska", "sv"),
        ("1.html", "In English", "en"),
        ("sv/1.html", "Erfarenhet som verktyg", "sv"),
        ("sv/1.html", "Arvode", "sv"),
        ("sv/1.html", "Yhteinen keskustelu", "fi"),
        ("sv/1.html", "Tematisdagar om klientdelaktighet", "sv"),
        ("sv/1.html", "Miten palkkio vaikuttaa etuuksiin?", "fi"),
        ("sv/1.html", "oma työkyvyttömyyseläkkeen maksajasi", "fi"),
        ("sv/1.html", "Kirjaston sali, Esimerkkikatu 1", "fi"),
        ("sv/1.html", "Esitys: palkkio", "fi"),
        ("sv/1.html", "Suomeksi", "fi"),
        ("sv/index.html", "maksuton", "fi"),
        ("sv/index.html", "Inställt tema", "sv"),
        ("en/1.html", "Experience as a tool", "en"),
        ("en/1.html", "Palkkio ja etuudet", "fi"),
        ("en/1.html", "Asiakasosallisuuden teematiistait", "fi"),
        ("en/1.html", "tutkija", "fi"),
        ("en/1.html", "Kokemustoimintaverkosto", "fi"),
        ("en/index.html", "Etäkahvit", "fi"),
        ("en/index.html", "Everyday participation", "en"),
        ("en/5.html", "Everyday participation", "en"),
        ("en/6.html", "Etäkahvit", "fi"),
    ],
)
def test_a_text_says_which_language_it_is_in(tree: Mapping[str, bytes], name: str, text: str, language: str) -> None:
    found = [said for words, said in Page(tree[name]).texts if text in words]
    assert found
    assert set(found) == {language}


# Only what is published


def test_nothing_is_in_the_site_that_is_not_published(series: Program) -> None:
    date = "teematiistait/1"
    file = series.folder / "SALAINEN.pdf"
    file.write_bytes(b"SALAINEN")
    series("webinar", "edit", date, "--title", "Aihe")
    series("question", "add", date, "SALAINEN kysymys", "--asker", "SALAINEN kysyjä")
    series("question", "answer", "1", "SALAINEN vastaus")
    series("question", "add", date, "Julkinen kysymys", "--asker", "SALAINEN kysyjä", "--theme", "SALAINEN teema")
    series("question", "answer", "2", "Julkinen vastaus")
    series("question", "publish", "2")
    series("note", "add", date, "SALAINEN muistiinpano")
    series("resource", "add", date, "SALAINEN lähde", "--url", "https://example.org/SALAINEN")
    series("material", "add", date, "SALAINEN tiedosto", "--file", str(file))
    series("material", "add", date, "SALAINEN linkki", "--url", "https://example.org/SALAINEN")
    series("registration", "add", date, "SALAINEN ilmoittautuja")
    series.now = series.now.replace(month=9, day=14)
    series("webinar", "held", date)
    for _n in range(9):
        series("feedback", "add", date, "--rating", "5", "--text", "SALAINEN palaute")
    tree = built(series)
    assert b"feedback" not in tree["1.html"]
    series("feedback", "publish", date)
    tree = built(series)
    assert b"feedback" in tree["1.html"]
    absent(tree, "SALAINEN")
    assert b"Julkinen vastaus" in tree["1.html"]
    assert not [path for path in tree if path.startswith("files/")]


@pytest.mark.parametrize("answer", ["", "no"])
def test_a_speaker_without_permission_is_nowhere_in_the_site(series: Program, answer: str) -> None:
    date = "teematiistait/1"
    series("talk", "add", date, "Puhe", "--speaker", "Tuisku Nimetön (Mallikaupunki)", "--speaker", "Aino Esimerkki")
    series("talk", "confirm", "1")
    series("talk", "speaker", "1", "Tuisku", "--title", "erikoissairaanhoitaja", "--bio", "Tuisku kertoo itsestään.")
    series("talk", "speaker", "1", "Aino", "--may-publish", "yes")
    if answer:
        series("talk", "speaker", "1", "Tuisku", "--may-publish", answer)
    tree = built(series)
    absent(tree, "Tuisku", "Nimetön", "erikoissairaanhoitaja", "kertoo")
    assert "Aino Esimerkki" in Page(tree["1.html"]).text
    assert "Mallikaupunki" in Page(tree["1.html"]).text


@pytest.mark.parametrize("word", ["add", "invite", "decline", "cancel"])
def test_a_speaker_who_is_not_sure_to_come_is_nowhere_in_the_site(series: Program, word: str) -> None:
    series("talk", "add", "teematiistait/1", "Epävarma puhe", "--speaker", "Tuisku Nimetön (Mallikaupunki)")
    series("talk", "speaker", "1", "Tuisku", "--may-publish", "yes", "--bio", "Kertoo itsestään.")
    if word == "cancel":
        series("talk", "confirm", "1")
    if word != "add":
        series("talk", word, "1")
    absent(built(series), "Tuisku", "Nimetön", "Mallikaupunki", "Epävarma puhe", "Kertoo")


@pytest.mark.parametrize("whose", [("Tuisku",), ()], ids=["named", "of all who speak"])
def test_a_permission_that_is_withdrawn_takes_name_and_slides_away(series: Program, whose: tuple[str, ...]) -> None:
    slides = series.folder / "esitys.pdf"
    slides.write_bytes(b"%PDF Tuisku")
    series("talk", "add", "teematiistait/1", "Puhe", "--speaker", "Tuisku Nimetön")
    series("talk", "confirm", "1")
    series("talk", "speaker", "1", "--may-publish", "yes")
    series("material", "add", "teematiistait/1", "Esitys", "--file", str(slides), "--talk", "1", "--publish")
    assert any(path.startswith("files/teematiistait/1/esitys-") for path in built(series))
    series("talk", "speaker", "1", *whose, "--may-publish", "no")
    tree = built(series)
    absent(tree, "Tuisku", "Nimetön", "files/teematiistait/1/esitys-")
    assert not (series.folder / "public/files").exists()


def test_what_is_unpublished_is_taken_away(series: Program) -> None:
    series("note", "add", "teematiistait/1", "Keskustelu", "--publish")
    assert b"Keskustelu" in built(series)["1.html"]
    series("note", "unpublish", "1")
    absent(built(series), "Keskustelu")


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ((), "https://example.org/liity"),
        (("--registration-url", "https://example.org/ilmo"), "https://example.org/ilmo"),
        (("--capacity", "5"), ""),
        (("--capacity", "5", "--registration-url", "https://example.org/ilmo"), "https://example.org/ilmo"),
    ],
)
def test_where_to_join_is_told_only_where_nobody_registers(series: Program, options: tuple[str, ...], shown: str) -> None:
    series("webinar", "edit", "teematiistait/1", "--url", "https://example.org/liity", *options)
    tree = built(series)
    buttons = [found["href"] for tag, found in Page(tree["1.html"]).tags if tag == "a" and found.get("class") == "button"]
    assert buttons == [shown] * bool(shown)
    if options:
        absent(tree, "https://example.org/liity")
    else:
        assert b"https://example.org/liity" in tree["teematiistait.ics"]


def test_after_a_date_there_is_nowhere_to_join(series: Program) -> None:
    series("webinar", "edit", "teematiistait/1", "--url", "https://example.org/liity")
    series("webinar", "edit", "teematiistait/2", "--url", "https://example.org/peruttu")
    series("webinar", "cancel", "teematiistait/2")
    series.now = series.now.replace(month=9, day=14)
    series("webinar", "held", "teematiistait/1")
    pages = {name: content for name, content in built(series).items() if name.endswith(".html")}
    absent(pages, "https://example.org/liity", "https://example.org/peruttu")


def test_a_cancelled_date_says_so_and_not_why(series: Program) -> None:
    series("webinar", "edit", "teematiistait/3", "--title", "Peruttu aihe", "--place", "Sali")
    series("webinar", "cancel", "teematiistait/3", "--reason", "puhuja sairastui")
    tree = built(series, "--language", "en")
    absent(tree, "sairastui")
    assert "Peruttu aihe" in Page(tree["3.html"]).text
    assert "This webinar has been cancelled." in Page(tree["3.html"]).text
    assert "Cancelled" in Page(tree["index.html"]).text
    assert tree["teematiistait.ics"].count(b"STATUS:CANCELLED") == 1


def test_a_date_that_planning_took_back_was_never_there(series: Program) -> None:
    every_second = ("--from", "2022-09-01", "--until", "2023-08-31", "--rule", "every 2 months on the 2nd tuesday")
    series("webinar", "plan", "teematiistait", *every_second, "--yes")
    tree = built(series)
    assert sorted(name for name in tree if name.startswith(("1", "2", "3"))) == ["1.html", "11.html", "3.html"]
    assert "11.10.2022" not in Page(tree["index.html"]).text


def test_few_answers_are_not_shown_for_they_could_be_somebodys(series: Program) -> None:
    series.now = series.now.replace(month=9, day=14)
    series("webinar", "held", "teematiistait/1")
    for _n in range(5):
        series("feedback", "add", "teematiistait/1", "--rating", "4")
    series("feedback", "publish", "teematiistait/1")
    assert b'id="feedback"' in built(series)["1.html"]
    series("feedback", "remove", "5", "--yes")
    assert b'id="feedback"' not in built(series)["1.html"]


# The same again


def test_the_same_records_give_the_same_bytes(series: Program) -> None:
    sites.build(series, "one")
    series.now = series.now.replace(hour=20)
    sites.build(series, "other")
    assert sites.tree(series.folder / "one") == sites.tree(series.folder / "other")


def test_after_a_change_only_what_says_it_is_written(series: Program) -> None:
    built(series)
    series("webinar", "edit", "teematiistait/5", "--title", "Uusi aihe")
    done = series.json("site", "build", "teematiistait", "public")["site"]
    pages = {f"{folder}{name}" for folder in sites.FOLDERS.values() for name in ("4.html", "5.html", "6.html", "index.html")}
    assert set(done["written"]) == pages | {f"{folder}teematiistait.ics" for folder in sites.FOLDERS.values()}
    assert done["removed"] == []
    assert series.json("site", "build", "teematiistait", "public")["site"]["written"] == []


def test_a_dry_run_writes_nothing(series: Program) -> None:
    assert len(series.json("site", "build", "teematiistait", "public", "--dry-run")["site"]["written"]) == 43
    assert not (series.folder / "public").exists()


@pytest.mark.parametrize(
    ("options", "folders"),
    [
        (("--language", "sv", "--language", "fi"), {"sv": "", "fi": "fi/"}),
        (("--language", "en"), {"en": ""}),
        (("--language", "fi", "--language", "fi"), {"fi": ""}),
        ((), sites.FOLDERS),
    ],
)
def test_the_first_language_is_in_the_folder_itself(
    series: Program, options: tuple[str, ...], folders: Mapping[str, str]
) -> None:
    tree = built(series, *options)
    assert {name for name in tree if name.endswith("index.html")} == {f"{folder}index.html" for folder in folders.values()}
    for language, folder in folders.items():
        page = Page(tree[f"{folder}index.html"])
        assert page.tags[0] == ("html", {"lang": language})
        assert page.all("link", "hreflang") == list(folders)
        assert ("languages" in [found.get("class") for _tag, found in page.tags]) == (len(folders) > 1)


def test_a_language_that_is_left_out_is_taken_away(series: Program) -> None:
    built(series)
    tree = built(series, "--language", "fi")
    assert not [name for name in tree if "/" in name]
    assert not (series.folder / "public/sv").exists()


def test_the_database_is_never_in_a_public_folder(series: Program) -> None:
    before = sorted(path.name for path in series.folder.iterdir())
    for folder in (".", str(series.folder), "..", "osallisuus.db-files/public"):
        (series.folder / "osallisuus.db-files").mkdir(exist_ok=True)
        ran = sites.build(series, folder, "--force", status=4)
        assert "would be published" in ran.err
    (series.folder / "osallisuus.db-files").rmdir()
    assert sorted(path.name for path in series.folder.iterdir()) == before


# The calendar


@pytest.mark.parametrize("reads", [icalendar_reads, vobject_reads])
def test_the_calendar_of_the_site_is_read_by_other_programs(tree: Mapping[str, bytes], reads: object) -> None:
    assert callable(reads)
    summaries = {
        language: [one.summary for one in reads(tree[f"{folder}teematiistait.ics"]).values()]
        for language, folder in sites.FOLDERS.items()
    }
    assert {language: len(each) for language, each in summaries.items()} == dict.fromkeys(sites.FOLDERS, sites.DATES)
    assert "Erfarenhet som verktyg" in summaries["sv"][0]
    assert "Experience as a tool" in summaries["en"][0]
    assert "Kokemus työvälineenä" in summaries["fi"][0]
    absent(
        {path: content for path, content in tree.items() if path.endswith(".ics")},
        "Tuisku",
        "Vahvistamaton",
        "salainen-linkki",
        "sairastui",
    )


def test_the_names_of_the_rich_site_are_those_that_may_be_told(tree: Mapping[str, bytes]) -> None:
    absent(tree, "Tuisku", "Vahvistamaton", "Jono Yksi", "salainen-linkki", "sairastui", "hiihtoloma")


def test_stored_files_are_published_as_they_are(tree: Mapping[str, bytes], tmp_path: Path) -> None:
    assert tree[SLIDES] == b"%PDF-1.4\n" + b"a" * 2_345_678
