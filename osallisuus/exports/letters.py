"""Letters and memos from Jinja2 templates: ours, or those of the same name in the coordinator's own folder.

A person's own template runs in Jinja2's immutable sandbox: it can say what it is given and nothing else. A name it misspells is
an error with file and line, never an empty place in a letter; in HTML every text is escaped. The sandbox bounds what a template
can reach, not how long it runs.
"""

import errno
import os
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from osallisuus import files
from osallisuus.domain.letters import Letter
from osallisuus.errors import BadTemplate, NotFound
from osallisuus.exports.prose import literal, prose
from osallisuus.i18n import LANGUAGES, _, format_date, format_moment, format_time, long_date, speaking
from osallisuus.reports.blocks import Report, plain, words

# What a template can bring about by what it asks for.
_FAULTS = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError, MemoryError)

SHIPPED = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True, kw_only=True)
class Written:
    """A letter in words: one line of subject, and the same text plain and as HTML."""

    subject: str
    text: str
    html: str


class Letters:
    """Renders templates by name (`fi/memo.txt`); in the folder `own`, where there is one, the same name wins."""

    def __init__(self, own: Path | None, *, in_place: bool = True) -> None:
        """Take a coordinator's own folder; its files stand in the place of ours, but for a template that is named by itself."""
        self.own = own
        self._in_place = in_place

    def names(self) -> Mapping[str, Path]:
        """Return every template there is, with the file that is used for it."""
        found = [path for folder in ("", *sorted(LANGUAGES)) for path in sorted((SHIPPED / folder).glob("*.*"))]
        names = {path.relative_to(SHIPPED).as_posix(): path for path in found}
        return {name: self.file(name) or path for name, path in names.items()}

    def file(self, name: str) -> Path | None:
        """Return the coordinator's own file for a template."""
        paths = [self.own / each for each in (name, _old(name))] if self.own else []
        return next((path for path in paths if path.is_file()), None)

    def shipped(self, name: str) -> bytes:
        """Return the shipped text of a template."""
        return (SHIPPED / name).read_bytes()

    def render(self, name: str, language: str, values: Mapping[str, object]) -> str:
        """Return the text of a template, its dates in a language. Raises BadTemplate with file, line and reason; NotFound."""
        with self._explained(name), speaking(language):
            text = (
                self._environment[name.removesuffix(".j2").endswith((".html", ".htm"))]
                .get_template(name)
                .render(values, language=language)
            )
            return text.encode(errors="replace").decode()  # half a character that a template made up cannot be written

    def letter(self, kind: str, language: str, letter: Letter) -> Written:
        """Return a letter of a kind in a language. Raises BadTemplate, also for a text without subject or without letter."""
        name = f"{language}/{kind}.txt"
        first, _end, rest = self.render(name, language, {"letter": letter}).partition("\n")
        # a header of a mail is one line, whatever a title holds
        subject, text = " ".join(first.split()), rest.strip()
        if not (subject and text):
            reason = _("there is no letter after its subject") if subject else _("its first line, the subject, is empty")
            raise self._bad(self.file(name) or SHIPPED / name, 1, reason)
        html = self.render(f"{language}/{kind}.html", language, {"letter": letter, "subject": subject})
        return Written(subject=subject, text=f"{text}\n", html=html)

    @cached_property
    def _environment(self) -> Mapping[bool, Environment]:
        """What templates are rendered in: by whether their texts are escaped, as in HTML."""
        return {escaped: self._make_environment(escaped=escaped) for escaped in (False, True)}

    def _make_environment(self, *, escaped: bool) -> Environment:
        # our own templates need no sandbox, which takes a third of the time of a site
        environment = (ImmutableSandboxedEnvironment if self.own else Environment)(
            loader=ChoiceLoader(list(self._loaders())),
            undefined=StrictUndefined,
            autoescape=escaped,  # by what is written, not by what it includes
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters |= {"date": _date, "time": format_time, "moment": format_moment, "markdown": literal}
        environment.filters |= {"long_date": _long_date, "long_moment": _long_moment, "prose": prose}
        return environment

    def _loaders(self) -> Iterator[FileSystemLoader]:
        """Yield where templates are looked for, as `file` does."""
        for folder, kind in ((self.own, FileSystemLoader), (self.own, _OldNames), (SHIPPED, FileSystemLoader)):
            if folder:
                yield kind(folder, encoding="utf-8-sig")  # Notepad may begin a file with a mark

    @contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        """Turn what goes wrong in a template into a sentence with its file and line."""
        try:
            yield
        except TemplateNotFound as error:
            if error.name != name:
                raise self._bad(*self._place(error, name), _("there is no template '{name}'").format(name=error.name)) from error
            raise NotFound(
                _("There is no template '{name}'.").format(name=name), hint=_("See what there is: osallisuus template list.")
            ) from error
        except TemplateSyntaxError as error:
            path = Path(error.filename) if error.filename else self._place(error, error.name or name)[0]
            raise self._bad(path, error.lineno, str(error.message)) from error
        except OSError as error:
            raise files.cannot_read(self.file(name) or SHIPPED / name, error) from error
        except UnicodeDecodeError as error:
            raise self._bad(self._place(error, name)[0], 1, _("it is not UTF-8 text")) from error
        except _FAULTS as error:
            path, line = self._place(error, name)
            if not line:
                raise
            raise self._bad(path, line, str(error) or type(error).__name__) from error

    def _place(self, error: BaseException, name: str) -> tuple[Path, int]:
        """Return the file and line that brought an error about, or the template's own where that cannot be known."""
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if self._is_template(frame.filename)]
        return (Path(frames[-1].filename), frames[-1].lineno or 0) if frames else (self.file(name) or SHIPPED / name, 0)

    def _is_template(self, filename: str) -> bool:
        return any(Path(filename).is_relative_to(folder) for folder in filter(None, (SHIPPED, self.own)))

    def _bad(self, path: Path, line: int, reason: str) -> BadTemplate:
        return BadTemplate(
            _("The template {file} is broken at line {line}: {reason}").format(
                file=path, line=line, reason=reason.rstrip(".") + "."
            ),
            hint=_("Mend the line, or move the file away: then the shipped template is used.")
            if self._in_place
            else _("Mend the line."),
            file=str(path),
            line=line,
        )


class _OldNames(FileSystemLoader):
    """Finds copies that were made by an earlier version."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        return super().get_source(environment, _old(template))


def _old(name: str) -> str:
    # until 1.2 templates had no folders: fi/memo.txt was called memo.fi.txt
    return re.sub(rf"^({'|'.join(LANGUAGES)})/([^/]+)\.(\w+)$", r"\2.\1.\3", name)


def _date(day: date | datetime) -> str:
    return format_date(day.date() if isinstance(day, datetime) else day)


def _long_date(day: date | datetime) -> str:
    return long_date(day.date() if isinstance(day, datetime) else day)


def _long_moment(moment: datetime) -> str:
    return _("{date} at {time}").format(date=_long_date(moment), time=format_time(moment))


def own_report(file: Path, report: Report) -> str:
    """Return a report put into somebody's own template. Raises as `Letters.render`, StorageError for a file that is not there.

    The template has `report`, the whole of it as programs read it, with its `closing` sentences, and `figures`: by its name, each
    number's `value`, `words` and whether it is `hidden`.
    """
    if not file.is_file():
        number = errno.EISDIR if files.is_there(file) else errno.ENOENT
        raise files.cannot_read(file, OSError(number, os.strerror(number)))
    with speaking(report.language):
        figures = {
            number.key: {"value": number.value, "words": words(number), "hidden": number.hidden, "label": label}
            for label, number in report.numbers()
        }
        whole = {**plain(report), "closing": report.closing}
    return Letters(file.parent, in_place=False).render(file.name, report.language, {"report": whole, "figures": figures})
