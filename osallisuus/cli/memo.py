"""Writing the memo of a session: gathered, rendered, put where it was asked for, and what to know before it goes out."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from osallisuus import files, i18n
from osallisuus.cli.context import App
from osallisuus.domain import memos
from osallisuus.domain.hosts import Panel
from osallisuus.errors import UsageError
from osallisuus.i18n import _, n_

_SUFFIXES = {"": "text", ".txt": "text", ".md": "md", ".html": "html", ".htm": "html"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked for; `spare` are words that only look like names."""

    public: bool
    language: str | None
    format: str | None
    output: str | None
    spare: tuple[str, ...]
    force: bool


def write(run: App, occasion: str, asked: Asked) -> None:
    """Write or print the memo of a session."""
    language = asked.language or run.language
    path = run.target(Path(asked.output), force=asked.force) if asked.output and asked.output != "-" else None
    kind = asked.format or _format_of(path)
    event = run.event(occasion, Panel)
    organisation = run.settings.organisation
    with i18n.speaking(language), run.db.snapshot():
        draft = memos.prepare(run.db, event, organisation=organisation, public=asked.public, today=run.today, spare=asked.spare)
    text = run.letters.render(f"{language}/memo.{'txt' if kind == 'text' else kind}", language, {"memo": draft.memo})
    # names that were left out are for the coordinator's eyes: a program that publishes the document must not find them in it
    document = asdict(draft.memo) | {
        "language": language,
        "left_out_count": len(draft.left_out),
        "doubted_count": len(draft.doubted),
        "untranslated_items": [int(number) for number in draft.untranslated],
    }
    if path:
        files.replace(path, text.encode())
        run.out.done("memo", {"file": str(path)} | document, _("Wrote {file}.").format(file=path))
    elif run.out.json:
        run.out.document({"memo": {"text": text} | document})
    else:
        run.out.text(text)
    _tell(run.out.note, draft, language)


def _format_of(path: Path | None) -> str:
    """Return the format that the ending of a file asks for; raise UsageError for one that no memo can be written in."""
    suffix = path.suffix.lower() if path else ""
    if suffix not in _SUFFIXES:
        raise UsageError(
            _("A memo cannot be written as {suffix}.").format(suffix=suffix),
            hint=_("It can be .txt, .md or .html; Word opens .html."),
        )
    return _SUFFIXES[suffix]


def _tell(note: Callable[[str], object], draft: memos.Draft, language: str) -> None:
    """Say what the coordinator should know before the memo goes out."""
    if draft.memo.draft:
        note(_("The session is not marked as held yet: this is a draft."))
    if draft.left_out:
        note(_("Left out as names: {words}. What is none can stay: --not-name WORD.").format(words=", ".join(draft.left_out)))
    if draft.doubted:
        note(_("Written small, and left in: {words}.").format(words=", ".join(draft.doubted)))
    if draft.memo.public:
        note(_("Names of people this program does not know are not found by it. Read the memo before it is published."))
    if draft.unpublished:
        numbers = " ".join(map(str, draft.unpublished))
        note(_("Answered and not in it: publish them first with osallisuus question publish {numbers}.").format(numbers=numbers))
    if draft.untranslated:
        n = len(draft.untranslated)
        sentence = n_(
            "Not written in this language ({language}): item {numbers}. It stands as it was written.",
            "Not written in this language ({language}): items {numbers}. They stand as they were written.",
            n,
            language=language,
            numbers=", ".join(draft.untranslated),
        )
        note(sentence)
