"""Making the report that was asked for, and putting it where it was asked for: a terminal, a pipe, a file."""

import errno
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from osallisuus import files, i18n
from osallisuus.cli import showing
from osallisuus.cli.context import App
from osallisuus.domain.hosts import Host, Panel, Series
from osallisuus.errors import NotFound, UsageError
from osallisuus.exports import formats
from osallisuus.i18n import _
from osallisuus.reports import catalogue, quoting
from osallisuus.reports.asking import Asked
from osallisuus.reports.blocks import Number, Report, plain, words
from osallisuus.words import record_words

_KINDS: Mapping[str, type[Host] | None] = {"panel": Panel, "series": Series, "host": None}
_ENDINGS = {".txt": "text", ".md": "md", ".html": "html", ".htm": "html", ".xlsx": "xlsx", ".pdf": "pdf", ".json": "json"}
# What is no text, and is of no use on a terminal.
_BINARY = ("xlsx", "pdf")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What was typed after the name of a report."""

    host: str | None
    year: int | None
    since: str | None
    until: str | None
    format: str | None
    output: Sequence[str]
    language: str | None
    internal: bool
    template: str | None
    explain: str | None
    not_name: Sequence[str]
    force: bool


@dataclass(frozen=True, kw_only=True)
class _Target:
    """Where a report goes, and in which format."""

    path: Path
    format: str


def answer(run: App, name: str, wanted: Wanted) -> None:
    """Make a report and show it, write it, or list what is behind one of its numbers."""
    if wanted.explain and (wanted.output or wanted.format or wanted.template):
        raise UsageError(_("--explain only prints."), hint=_("Leave --output, --format and --template out."))
    targets = _targets(run, wanted)
    asked = _asked(run, name, wanted)
    with run.db.snapshot():
        with i18n.speaking(wanted.language or run.language):
            report = catalogue.make(run.db, asked)
        if wanted.explain:
            _explain(run, report, wanted.explain)
            return
    _put(run, report, wanted, targets)
    if report.left_out:
        left_out = ", ".join(report.left_out)
        run.out.note(_("Left out as names: {words}. What is none can stay: --not-name WORD.").format(words=left_out))
    if any(number.hidden for _label, number in report.numbers()) and report.audience == "public":
        run.out.note(_("Small numbers are not told (..). To see them yourself: --internal."))
    if any(one and one != report.language for one in quoting.languages(report.blocks)):
        run.out.note(_("Some of what people wrote is in another language than the report."))
    for command in report.missing:
        run.out.note(_("It would say more: {command}").format(command=command))


def _targets(run: App, wanted: Wanted) -> list[_Target]:
    """Return the files that are asked for, none where the report is to be printed; raise before anything is made or written."""
    named = [output for output in wanted.output if output != "-"]
    if not named:
        _format(wanted, None)
        return []
    if len(named) < len(wanted.output):
        raise UsageError(_("A report is printed or written, not both."), hint=_("Leave '-o -' out."))
    paths = [run.target(Path(output), force=wanted.force) for output in named]
    if len({path.absolute() for path in paths}) < len(paths):
        raise UsageError(_("The same file is named twice."), hint=_("Name it once."))
    for path in paths:
        if not files.is_there(path.absolute().parent):
            raise files.cannot_write(path, FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)))
    return [_Target(path=path, format=_format(wanted, path)) for path in paths]


def _asked(run: App, name: str, wanted: Wanted) -> Asked:
    sheet = catalogue.CATALOGUE[name]
    if wanted.host and not sheet.about:
        raise UsageError(_("This report is about everything; leave '{host}' out.").format(host=wanted.host))
    if not wanted.host and sheet.required:
        lists = {"panel": "osallisuus panel list", "series": "osallisuus series list"}
        raise UsageError(
            _("Say what the report is about: osallisuus report {name} NAME.").format(name=name),
            hint=_("See what there is: {commands}").format(commands=lists.get(sheet.about, ", ".join(lists.values()))),
            code="no_host",
        )
    if not sheet.dated and (wanted.year or wanted.since or wanted.until):
        raise UsageError(_("This report is as things stand today."), hint=_("Leave --year, --from and --until out."))
    since, until = _period(run, wanted)
    return Asked(
        name=name,
        host=run.host(wanted.host, _KINDS[sheet.about]) if wanted.host else None,
        since=since,
        until=until,
        today=run.today,
        internal=wanted.internal or sheet.audience == "internal",
        settings=run.settings,
        spare=wanted.not_name,
    )


def _period(run: App, wanted: Wanted) -> tuple[date, date]:
    """Return the first and last day that were asked for: a calendar year, this one without a word."""
    if wanted.year and (wanted.since or wanted.until):
        raise UsageError(_("A year and a period are asked for at once."), hint=_("Give --year, or --from and --until."))
    since, until = run.day(wanted.since), run.day(wanted.until)
    if since or until:
        first = since or (until or run.today).replace(month=1, day=1)
        last = until or max(run.today, first.replace(month=12, day=31))
        if first > last:
            raise UsageError(
                _("The period would end ({until}) before it begins ({since}).").format(
                    until=i18n.format_date(last), since=i18n.format_date(first)
                ),
                hint=_("Give --from and --until."),
            )
        return first, last
    year = wanted.year or run.today.year
    return date(year, 1, 1), date(year, 12, 31)


def _format(wanted: Wanted, path: Path | None) -> str:
    """Return the format that is asked for, by its name or by the ending of the file; raise UsageError for one that cannot be."""
    ending = path.suffix.casefold() if path else ""
    if wanted.template:
        if wanted.format:
            raise UsageError(_("A template of your own is its own format."), hint=_("Leave --format out."))
        if ending.removeprefix(".") in _BINARY:
            raise UsageError(_("A template makes text, no {format}.").format(format=ending.removeprefix(".")))
        return "template"
    if not wanted.format and ending and ending not in _ENDINGS:
        raise UsageError(
            _("No format ends in '{ending}'.").format(ending=ending),
            hint=_("Use one of {endings}, or say --format.").format(endings=", ".join(_ENDINGS)),
        )
    if wanted.format and _ENDINGS.get(ending, wanted.format) != wanted.format:
        raise UsageError(
            _("A file that ends in '{ending}' is no {format}.").format(ending=ending, format=wanted.format),
            hint=_("Leave --format out, or name the file otherwise."),
        )
    kind = wanted.format or _ENDINGS.get(ending, "text")
    if kind in _BINARY and not path:
        raise UsageError(
            _("A file of the kind {format} is no text to print.").format(format=kind),
            hint=_("Say where to put it: -o report.{format}").format(format=kind),
        )
    return kind


def _put(run: App, report: Report, wanted: Wanted, targets: Sequence[_Target]) -> None:
    """Write a report into its files, or print it."""
    if targets:
        # all are made before the first is written: where one cannot be made, none is
        made = [(target, _content(report, wanted, target.format)) for target in targets]
        for target, content in made:
            files.replace(target.path, content)
        written = [{"file": str(target.path), "format": target.format} for target in targets]
        sentences = [_("Wrote {file}.").format(file=target.path) for target in targets]
        run.out.done("report", {"files": written, **plain(report)}, *sentences)
        return
    kind = _format(wanted, None)
    if kind == "text" and not run.out.json and showing.is_for_eyes():
        with i18n.speaking(report.language):
            showing.show(run.out, report)
    elif run.out.json:
        text = {"text": _content(report, wanted, kind).decode()} if wanted.template else {}
        run.out.document({"report": {**text, **plain(report)}})
    elif wanted.template and showing.is_for_eyes():
        run.out.text(_content(report, wanted, kind).decode())
    else:
        run.out.whole(_content(report, wanted, kind).decode())


def _content(report: Report, wanted: Wanted, format: str) -> bytes:
    if wanted.template:
        from osallisuus.exports import letters  # start-up: jinja2, only where a template is used

        return letters.own_report(Path(wanted.template), report).encode()
    return formats.render(report, format)


def _explain(run: App, report: Report, key: str) -> None:
    """List the records behind a number, or all numbers with their names."""
    numbers: dict[str, tuple[str, Number]] = {}
    for label, number in report.numbers():
        numbers.setdefault(number.key, (label, number))
    if key == "list":
        rows = [_public(label, number) for label, number in numbers.values()]
        named = ((_("Figure"), "key"), (_("Value"), "shown"), (_("What it is"), "label"))
        run.out.rows("figures", rows, named, empty=_("There is no number in this report."))
        return
    called = {label.casefold(): name for name, (label, _number) in numbers.items()}
    key = called.get(key.casefold(), key)
    if key not in numbers:
        near = get_close_matches(key, numbers, n=3)
        raise NotFound(
            _("There is no number '{key}' in this report.").format(key=key),
            hint=_("Did you mean {names}?").format(names=", ".join(near)) if near else _("See them all: --explain list."),
        )
    label, number = numbers[key]
    behind = number.behind
    found = run.db.rows(behind.sql, dict(behind.values)) if behind else []
    records = [{"noun": behind.noun if behind else "", "n": 1, **dict(row)} for row in found]
    if run.out.json:
        run.out.document({"figure": {**_public(label, number), "records": records}})
        return
    with i18n.speaking(report.language):
        shown = words(number)
    run.out.say(f"{label}: {shown}")
    nouns = record_words()
    columns = (
        (_("Kind"), lambda row: nouns.get(row["noun"], row["noun"])),
        (_("Number"), "id"),
        (_("Day"), "day"),
        (_("Counts"), "n"),
        (_("What"), "text"),
    )
    run.out.rows("records", records, columns, empty=_("There is no record behind it."))
    if number.hidden:
        run.out.note(_("A public report does not tell this number; what is listed here is for your eyes only."))


def _public(label: str, number: Number) -> dict[str, object]:
    values = dict(vars(replace(number, behind=None)))
    del values["behind"]
    return {**values, "label": label, "shown": words(number)}
