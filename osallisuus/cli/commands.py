"""How a command group is declared: `Group` gives each of its commands `--json`, examples in its help and its name in the log."""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from osallisuus.i18n import _

# Exit status when all went well but something needs a person's attention.
ATTENTION = 8
# Exit status when some of it could not be done, and was told.
PARTLY = 5

F = TypeVar("F", bound=Callable[..., None])


def help_style() -> Any:
    """Return typer's help style: rich panels for a person at a terminal, plain text in a pipe (and half the time)."""
    return "rich" if sys.stdout.isatty() else None


class Command(TyperCommand):
    """A command with `--json` and with examples, kept line by line, at the end of its help."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.params.append(
            # its presence is seen by `run`, so that even a failure to parse the rest can be a JSON document
            TyperOption(
                param_decls=["--json"], is_flag=True, default=False, expose_value=False, help=_("Print one JSON document.")
            )
        )

    def invoke(self, ctx: Any) -> Any:
        """Run the command; its words are what the log will say."""
        ctx.obj.command = " ".join(ctx.command_path.split()[1:])
        return super().invoke(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, then the examples as they are typed."""
        examples, self.epilog = (self.epilog or "").splitlines(), None
        super().format_help(ctx, formatter)
        if examples:
            formatter.write("\n{}:\n{}".format(_("Examples"), "".join(f"  $ osallisuus {line}\n" for line in examples)))


class Group(typer.Typer):
    """A command group, or one command `alone` at the root (`osallisuus today`)."""

    def __init__(self, *, alone: bool = False, cls: type[TyperGroup] | None = None) -> None:
        self.alone = alone
        self._nested: dict[str, str] = {}
        super().__init__(
            cls=cls,
            no_args_is_help=not alone,
            add_completion=False,
            pretty_exceptions_enable=False,
            rich_markup_mode=help_style(),
        )

    def nest(self, name: str, help: str) -> None:
        """Declare a group inside the group; `osallisuus.cli.NAME` holds its `app`."""
        self._nested[name] = help

    def narrowed_to(self, words: Sequence[str]) -> "Group":
        """Return the group with only the verb that the words begin with; all of it when they begin with none."""
        called = [info for info in self.registered_commands if words and info.name == words[0]]
        if not called:
            for name, help_ in self._nested.items():
                self.add_typer(import_module(f"osallisuus.cli.{name}").app, name=name, help=help_)
            self._nested = {}
            return self
        group = Group()
        group.registered_commands = called  # start-up: reading the options of a verb takes half a millisecond each
        return group

    def verb(self, name: str, help: str, *examples: str) -> Callable[[F], F]:
        """Declare a command of the group; `examples` are command lines without the program's name."""
        return self.command(name, cls=Command, help=help, epilog="\n".join(examples))


def single(name: str, help: str, *examples: str) -> tuple[Group, Callable[[F], F]]:
    """Return a group of one command that stands alone at the root, and the decorator that declares it."""
    group = Group(alone=True)
    return group, group.verb(name, help, *examples)


def whole(least: int, most: int) -> Callable[[str | int], int]:
    """Return a parser that takes a whole number within bounds and says what they are."""

    def parse(value: str | int) -> int:
        text = str(value).strip()
        if not text.isdecimal() or not least <= int(text) <= most:
            raise typer.BadParameter(
                _("'{value}' is not a whole number from {least} to {most}.").format(value=value, least=least, most=most)
            )
        return int(text)

    return parse


def number(least: float, most: float) -> Callable[[str | float], float]:
    """Return a parser that takes a number within bounds, with a decimal point or comma."""

    def parse(value: str | float) -> float:
        try:
            found = float(str(value).strip().replace(",", "."))
        except ValueError:
            found = float("nan")
        if not least <= found <= most:
            raise typer.BadParameter(
                _("'{value}' is not a number from {least} to {most}.").format(value=value, least=f"{least:g}", most=f"{most:g}")
            )
        return found

    return parse


def one_of(choices: Sequence[str]) -> Callable[[str], str]:
    """Return a parser that takes one of these words, or the first part of one, and names them all when it is given another."""

    def parse(value: str) -> str:
        word = "-".join(value.casefold().split())
        if word and word not in choices:
            longer = [choice for choice in choices if choice.startswith(f"{word}-")]
            word = longer[0] if len(longer) == 1 else word
        if word not in choices:
            raise typer.BadParameter(_("'{value}' is none of: {choices}.").format(value=value, choices=", ".join(choices)))
        return word

    return parse
