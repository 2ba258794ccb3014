"""The root of the command tree: lazy groups, the options before the group, and one way to tell of wrong words."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer import _completion_classes
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command, get_group

from osallisuus import __version__, config
from osallisuus.cli import Clock, groups
from osallisuus.cli.commands import help_style
from osallisuus.cli.output import Output
from osallisuus.errors import OsallisuusError, Refused, UsageError
from osallisuus.i18n import _


class Root(TyperGroup):
    """The root group: help and completion list stubs, and the module of a name that is really called is imported."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, line in groups().items():
            self.commands[name] = TyperCommand(name, help=line)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Put the real command in the place of its stub, then resolve as usual."""
        name = args[0] if args else ""
        stub = self.commands.get(name)
        if type(stub) is TyperCommand:
            group = import_module(f"osallisuus.cli.{name}").app
            command = get_command(group) if group.alone else get_group(group.narrowed_to(args[1:2]))
            command.name, command.help = name, command.help or stub.help
            self.commands[name] = command
        return super().resolve_command(ctx, args)


def invoke(arguments: Sequence[str], out: Output, *, clock: Clock, environ: Mapping[str, str]) -> int:
    """Parse the arguments, run the command and return the exit status."""
    app = typer.Typer(cls=Root, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=help_style())
    app.callback(
        help=_("Customer panels and webinar series: members, dates, calendars. One local file holds everything."),
        context_settings={"help_option_names": ["-h", "--help"]},
    )(_options)
    command = get_command(app)
    # typer reads the help of what it offers as rich markup: slow, and a name such as "[/]" would end the completion
    _completion_classes._sanitize_help_text = lambda text: text  # noqa: SLF001  # there is no public hook
    try:
        status = command.main(
            list(arguments),
            prog_name="osallisuus",
            standalone_mode=False,
            obj=_Run(out, clock, environ),
            windows_expand_args=False,
        )
        return int(status or 0)
    except typer.Abort:
        raise Refused(_("Nothing was changed."), code="declined") from None
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError" and not out.json:
            typer.echo(error.message, err=True)
            return UsageError.status
        raise _usage(error) from error


class _Run:
    """What the root callback turns into the App of a command."""

    def __init__(self, out: Output, clock: Clock, environ: Mapping[str, str]) -> None:
        self.out = out
        self.clock = clock
        self.environ = environ


# What must run for a faulty settings file to be found and mended.
_MENDERS = ("config", "doctor")


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"osallisuus {__version__}")
        raise typer.Exit


def _options(
    ctx: typer.Context,
    db: Annotated[str, typer.Option("--db", metavar="FILE", help=_("The database; else OSALLISUUS_DB or the settings."))] = "",
    lang: Annotated[
        str, typer.Option("--lang", metavar="fi|sv|en", help=_("Language; else OSALLISUUS_LANG or the settings."))
    ] = "",
    no_input: Annotated[bool, typer.Option("--no-input", help=_("Never ask; for scripts."))] = False,
    _debug: Annotated[bool, typer.Option("--debug", help=_("Show where in the program a fault is."))] = False,
    _version: Annotated[
        bool, typer.Option("--version", "-V", help=_("Print the version."), is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    from osallisuus.cli.context import App  # start-up: --help needs none of the nouns

    run: _Run = ctx.obj
    try:
        settings = config.load(run.environ, database=db, language=lang)
    except OsallisuusError as error:
        if ctx.invoked_subcommand not in _MENDERS:
            raise
        run.out.note(error.message)
        settings = config.load(run.environ, database=db, language=lang, ignore_file=True)
    no_input = no_input or bool(run.environ.get("OSALLISUUS_NO_INPUT"))
    app = App(settings, clock=run.clock, out=run.out, no_input=no_input)
    ctx.obj = app
    ctx.call_on_close(app.close)


def _usage(error: Any) -> UsageError:
    """Return the error in our words: one sentence and where the help is."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return UsageError(_("A command is missing."), hint=_("See: {path} --help").format(path=error.ctx.command_path))
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx else "osallisuus"
    return UsageError(_sentence(error), hint=_("See: {path} --help").format(path=path))


def _sentence(error: Any) -> str:
    """Return what typer found wrong, in the language in use; its classes are private, their names and parts are not."""
    parameter = getattr(error, "param", None)
    what = parameter.get_error_hint(error.ctx) if parameter else ""
    kind = type(error).__name__
    if kind == "MissingParameter" and what:
        return _("{what} is missing.").format(what=what)
    if kind == "NoSuchOption":
        near = _(" Did you mean {names}?").format(names=", ".join(sorted(error.possibilities))) if error.possibilities else ""
        return _("There is no option {option}.").format(option=error.option_name) + near
    if kind == "BadParameter" and what:
        return _("{what}: {reason}").format(what=what, reason=error.message)
    message = str(error.format_message())
    if message.startswith("Got unexpected extra argument"):
        words = message.partition(" (")[2].rpartition(")")[0]
        return _("There are words too many: {words}. Put a name or text with spaces in quotes.").format(words=words)
    return message
