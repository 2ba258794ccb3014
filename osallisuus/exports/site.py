"""The public pages of a series: accessible HTML and CSS (WCAG 2.1 AA), no scripts, nothing loaded from elsewhere.

A page per date and an index in each language, one style sheet, the published files, and a calendar to subscribe to. The same
records give the same bytes: no clock, no random names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from osallisuus.domain import hosts
from osallisuus.domain.feedback import Measure, Summary
from osallisuus.domain.materials import Material
from osallisuus.domain.pages import FIRST_LANGUAGE, Page, Pages, Publicity, Text, Voice, in_language
from osallisuus.exports.letters import SHIPPED, Letters
from osallisuus.i18n import LANGUAGES, _, format_date, format_number, n_, speaking

# Nothing but our own style sheet and links: no script, frame, font, picture or form (CSP level 3).
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
STYLE = "style.css"
_MEGABYTE = 1_000_000
_KILOBYTE = 1_000
_OWN_NAMES = {"fi": "Suomeksi", "sv": "På svenska", "en": "In English"}


@dataclass(frozen=True, kw_only=True)
class Site:
    """What a site is made of: `languages` in order, the first at the root; the calendar of each; who is behind it.

    `statement` is the address of the accessibility statement that a public body has to link to (act 306/2019).
    """

    record: Publicity
    languages: Sequence[str]
    calendars: Mapping[str, bytes]
    organisation: str
    statement: str = ""


def render(site: Site, letters: Letters) -> dict[str, bytes]:
    """Return the pages, the style sheet and the calendars by their path; the files of materials are not among them."""
    tree = {STYLE: (SHIPPED / "site" / STYLE).read_bytes()}
    for language in site.languages:
        folder = _folder(site, language)
        tree[f"{folder}{_feed(site)}"] = site.calendars[language]
        with speaking(language):
            pages = in_language(site.record, language)
            shared = _shared(site, pages)
            for place, page in enumerate(pages.dates):
                name = f"{page.number}.html"
                neighbours = _neighbours(pages, place)
                values = shared | {"page": page, "neighbours": neighbours, "languages": _languages(site, language, name)}
                tree[f"{folder}{name}"] = letters.render("site/date.html", language, values).encode()
            values = shared | {"languages": _languages(site, language, "index.html")}
            tree[f"{folder}index.html"] = letters.render("site/index.html", language, values).encode()
    return tree


def shipped() -> Letters:
    """Return the templates of the pages: ours, whatever a coordinator's own folder holds, for they are tested as they are."""
    return Letters(None)


def files(record: Publicity) -> dict[str, Material]:
    """Return the files that some page names, by their path in the site."""
    pages = in_language(record, FIRST_LANGUAGE).dates
    shown = [one for page in pages for one in (*page.materials, *(one for talk in page.talks for one in talk.materials))]
    return {f"files/{one.file}": one for one in shown if one.file}


def _shared(site: Site, pages: Pages) -> dict[str, object]:
    """Return what every template of a language is given: the pages, the words, and how to write what is not a word."""
    language, root = pages.language, "" if pages.language == site.languages[0] else "../"

    # the mark of a text that is not in the language of the page (WCAG 3.1.2)
    marks = {one: Markup("" if one == language else f' lang="{one}"') for one in LANGUAGES}  # noqa: S704  # a code of ours

    def lang_of(code: str) -> Markup:
        return marks[code or FIRST_LANGUAGE]

    def lang(text: Text) -> Markup:
        return lang_of(text.language) if text.text else Markup("")

    return {
        "pages": pages,
        "organisation": site.organisation,
        "statement": site.statement,
        "policy": POLICY,
        "root": root,
        "feed": _feed(site),
        "words": _words(),
        "language_names": _language_names(),
        "lang": lang,
        "lang_of": lang_of,
        "link": hosts.is_web_address,
        "href": lambda one: one.url or f"{root}files/{one.file}",
        "names": _names,
        "speakers": lambda page: "; ".join(filter(None, (_names(talk.voices) for talk in page.talks))),
        "minutes": lambda n: n_("{n} minute", "{n} minutes", n),
        "facts": lambda one: _facts(one, language),
        "rated": _rated,
        "recommended": _recommended,
    }


def _language_names() -> dict[str, str]:
    return {"fi": _("in Finnish"), "sv": _("in Swedish"), "en": _("in English")}


def _words() -> dict[str, str]:
    return {
        "skip": _("Skip to the content"),
        "languages": _("Languages"),
        "calendar": _("Dates for your calendar"),
        "subscribe": _("Opens in your calendar. To get changes by themselves, subscribe to the address of this link."),
        "funder": _("Funded by"),
        "statement": _("Accessibility statement"),
        "by_registration": _("The link to join is sent to those who have registered."),
        "coming": _("Coming"),
        "none_coming": _("No new dates yet."),
        "past": _("Held before"),
        "no_theme": _("The theme will be told later."),
        "cancelled": _("Cancelled"),
        "full": _("Full"),
        "is_cancelled": _("This webinar has been cancelled."),
        "is_full": _("All places are taken."),
        "can_wait": _("All places are taken. You can register for the waiting list."),
        "register": _("Register"),
        "join": _("Join the webinar"),
        "programme": _("Programme"),
        "materials": _("Materials"),
        "questions": _("Questions and answers"),
        "resources": _("Read more"),
        "discussion": _("What was discussed"),
        "feedback": _("What participants thought"),
        "neighbours": _("Other dates"),
        "all_dates": _("All dates of the series"),
    }


def _names(voices: Sequence[Voice]) -> str:
    """Return who speaks, from where: `Aino Esimerkki, tutkija, Esimerkkijärjestö ry; …`; nobody is left out half."""
    each = (", ".join(filter(None, (voice.name, voice.title, voice.organisation))) for voice in voices)
    return "; ".join(dict.fromkeys(filter(None, each)))


def _facts(one: Material, language: str) -> str:
    """Return what to know before a material is opened: its kind, format and size; for a recording, how it is with captions."""
    kinds = {"slides": _("slides"), "recording": _("recording"), "link": _("link"), "document": _("document")}
    facts = [kinds[one.kind]]
    if one.file:
        facts += [one.file.rpartition(".")[2].upper()] if "." in one.file.rpartition("/")[2] else []
        facts += [_size(one.size or 0)]
    if one.kind == "recording":
        due = one.captions_due
        facts.append(
            _("with captions")
            if not due
            else _("captions will be there by {date}").format(date=format_date(due).partition(" ")[2])
        )
    if one.language and one.language != language:
        facts.append(_language_names()[one.language])
    return ", ".join(facts)


def _size(size: int) -> str:
    if size >= _MEGABYTE:
        return _("{n} MB").format(n=format_number(size / _MEGABYTE, 1))
    return _("{n} kB").format(n=max(1, round(size / _KILOBYTE)))


def _rated(measure: Measure) -> str:
    return n_(
        "{n} participant gave the grade {mean} (5 is best).",
        "{n} participants gave the grade {mean} on average (5 is best).",
        measure.n,
        mean=format_number(measure.mean, 1),
    )


def _recommended(summary: Summary) -> str:
    n = summary.recommend.n if summary.recommend else 0
    return n_(
        "{n} participant said whether they would recommend it. The recommendation index is {index} (from -100 to +100).",
        "{n} participants said whether they would recommend it. The recommendation index is {index} (from -100 to +100).",
        n,
        index=f"{summary.index:+d}".replace("-", "−"),
    )


def _neighbours(pages: Pages, place: int) -> list[tuple[str, Page | None]]:
    before = pages.dates[place - 1] if place else None
    after = pages.dates[place + 1] if place + 1 < len(pages.dates) else None
    return [(_("Previous"), before), (_("Next"), after)]


def _languages(site: Site, language: str, name: str) -> list[dict[str, str]]:
    """Return the same page in each language, seen from the folder of one."""
    up = "" if language == site.languages[0] else "../"
    return [{"language": one, "name": _OWN_NAMES[one], "href": f"{up}{_folder(site, one)}{name}"} for one in site.languages]


def _folder(site: Site, language: str) -> str:
    return "" if language == site.languages[0] else f"{language}/"


def _feed(site: Site) -> str:
    return f"{site.record.series.slug}.ics"
