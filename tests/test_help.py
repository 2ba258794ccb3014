"""Every command is found, explained and shown by examples that really parse."""

import shlex
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from typer.main import get_command, get_group

from osallisuus.cli import groups
from tests.conftest import Program


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command of the program by its words."""
    for name in groups():
        app = import_module(f"osallisuus.cli.{name}").app
        if app.alone:
            yield name, get_command(app)
        else:
            yield from beneath(name, get_group(app.narrowed_to([])))


def beneath(words: str, group: Any) -> Iterator[tuple[str, Any]]:
    """Yield the commands of a group and of the groups inside it."""
    for verb, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from beneath(f"{words} {verb}", command)
        else:
            yield f"{words} {verb}", command


COMMANDS = dict(commands())

# The grammar that scripts depend on: these names are kept (further ones may be added).
CONTRACT = """
init demo today log doctor
panel add|panel list|panel tree|panel show|panel edit|panel close|panel remove
member add|member list|member show|member edit|member leave|member remove
person add|person list|person show|person edit|person duplicates|person merge|person remove
role list|role add|role edit
training add|training list|training edit|training remove
agreement add|agreement withdraw|agreement list|agreement edit|agreement remove
session plan|session add|session list|session show|session edit|session move|session cancel|session restore|session held
session agenda list|session agenda add|session agenda edit|session agenda move|session agenda outcome|session agenda remove
session needs|session memo
attendance add|attendance mark|attendance clear|attendance count|attendance import|attendance list|attendance rates
proposal add|proposal accept|proposal send|proposal raise|proposal answer|proposal done|proposal told|proposal withdraw
proposal undo|proposal list|proposal show|proposal edit|proposal remove
question add|question answer|question list|question remove|question edit|question assign|question approve|question merge
question drop|question reopen|question publish|question unpublish
talk add|talk list|talk edit|talk move|talk speaker|talk invite|talk confirm|talk decline|talk cancel|talk spoke|talk remove
material add|material list|material edit|material captioned|material publish|material unpublish|material remove
resource add|resource list|resource edit|resource publish|resource unpublish|resource remove
note add|note list|note edit|note publish|note unpublish|note remove
registration add|registration import|registration cancel|registration count|registration list|registration forget
feedback add|feedback import|feedback show|feedback remove
checklist list|checklist set|checklist mark|checklist clear
site build
report list|report panel|report year|report you-said-we-did|report series|report programme|report innokyla|report answer-debt
report attendance|report contacts|report art30|report text
template list|template copy|template check
series add|series list|series show|series edit|series copy|series close|series remove
webinar plan|webinar add|webinar list|webinar show|webinar edit|webinar move|webinar cancel|webinar restore|webinar held
webinar ready|webinar publish
calendar export|calendar feed|calendar publish
invite draft|invite list|invite show|invite write|invite send|invite status|invite resend|invite replies
invite told|invite answer|invite withdraw|invite schedule|invite login
db path|db backup|db verify|db restore|db check|db upgrade
config list|config get|config set|config path
"""


def test_the_grammar_is_kept() -> None:
    promised = {words for line in CONTRACT.strip().splitlines()[1:] for words in line.split("|")} | set(
        CONTRACT.split("\n")[1].split()
    )
    assert promised <= set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS)
def test_help_explains_and_shows_examples(blank: Program, words: str) -> None:
    text = blank(*words.split(), "--help").out
    assert "--json" in text
    assert text.count("  $ osallisuus ") >= (1 if words in ("db path", "db check", "db upgrade", "config path") else 2), text
    assert blank(*words.split(), "-h").out == text
    for parameter in COMMANDS[words].params:
        assert parameter.help, f"{words} {parameter.name}"


@pytest.mark.parametrize("words", COMMANDS)
def test_examples_parse(words: str) -> None:
    for line in (COMMANDS[words].epilog or "").splitlines():
        typed = shlex.split(line.partition(" || ")[0].partition(" > ")[0])
        if typed[0] == "--db":
            typed = typed[2:]
        assert " ".join(typed[: len(words.split())]) == words
        COMMANDS[words].make_context(words, typed[len(words.split()) :])


def test_no_command_shows_the_groups(blank: Program) -> None:
    text = blank("--help").out
    assert [
        line.split()[0] for line in text.partition("Commands:\n")[2].splitlines() if line.startswith("  ") and line[2] != " "
    ] == list(groups())


@pytest.mark.parametrize(("typed", "near"), [("webiner list", "webinar"), ("webinar lst", "list")])
def test_a_slip_is_answered_with_near_names(blank: Program, typed: str, near: str) -> None:
    error = blank.json(typed, status=2)["error"]
    assert error["code"] == "usage"
    assert f"'{near}'" in error["message"]
