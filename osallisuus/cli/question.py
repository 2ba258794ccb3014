"""`osallisuus question`: questions from outside to a session or webinar, and their answers."""

from typing import Annotated, Any

import typer

from osallisuus.cli.commands import Group, whole
from osallisuus.cli.context import AnyOccasion, App, Yes, app_of
from osallisuus.domain import events, questions
from osallisuus.domain.questions import Question
from osallisuus.i18n import _

app = Group()

Number = Annotated[int, typer.Argument(metavar="ID", parser=whole(1, 10**9), help=_("Its number in the list."))]


@app.verb(
    "add",
    _("Note a question from outside. Who asked is not kept: leave names out."),
    'question add vantaa/2022-09-29 "Miksi kuljetusta saa odottaa puoli tuntia?"',
    'question add vantaa/1 "Milloin puhelinajat muuttuvat?" --theme kuljetus',
)
def add(
    ctx: typer.Context,
    occasion: AnyOccasion,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=_("The question."))],
    theme: Annotated[str, typer.Option("--theme", metavar="TEXT", help=_("Theme, for example 'transport'."))] = "",
) -> None:
    """Add a question; the same words again change nothing."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        question = Question(event_id=event.id, text=text, theme=theme, asked_on=run.today.isoformat())
        question, new = questions.add(run.db, event, question, change)
    sentence = _("Added question {id}.") if new else _("That is question {id} already.")
    run.out.done("question", _public(run, question), sentence.format(id=question.id))
    if not new and theme and question.theme != theme:
        run.out.note(_("It was left as it is; remove it and add it anew to change it."))


@app.verb(
    "answer",
    _("Answer a question, or change its answer; an empty text takes it away. Answers stand in the memo."),
    'question answer 1 "Autoja on iltaisin kaksi. Kolmas tulee tammikuussa."',
    'question answer 1 ""',
)
def answer(ctx: typer.Context, id: Number, text: Annotated[str, typer.Argument(metavar="TEXT", help=_("The answer."))]) -> None:
    """Answer a question."""
    run = app_of(ctx)
    with run.writing() as change:
        answered = questions.answer(run.db, questions.get(run.db, id), text, run.today, change)
    sentence = (
        _("Question {id} is as asked already.")
        if change.empty
        else _("Answered question {id}.")
        if answered.answer
        else _("Question {id} has no answer any more.")
    )
    run.out.done("question", _public(run, answered), sentence.format(id=id))


@app.verb(
    "list",
    _("List questions: of one date or of all, or those without an answer."),
    "question list vantaa/2022-09-29",
    "question list --open --json",
)
def list_(
    ctx: typer.Context,
    occasion: Annotated[str | None, typer.Argument(metavar="OCCASION", help=_("One date; all without it."))] = None,
    open_: Annotated[bool, typer.Option("--open", help=_("Only those without an answer."))] = False,
) -> None:
    """List questions by date."""
    run = app_of(ctx)
    event_id = run.any_event(occasion).id if occasion else 0
    found = questions.search(run.db, event_id=event_id, unanswered=open_)
    run.out.rows(
        "questions",
        [_public(run, question) for question in found],
        (
            (_("Number"), "id"),
            (_("Date"), "occasion"),
            (_("Theme"), "theme"),
            (_("Question"), "text"),
            (_("Answer"), "answer"),
        ),
        empty=_("Every question has an answer.") if open_ else _("There are no questions."),
    )


@app.verb(
    "remove",
    _("Take away a question that was entered by mistake."),
    "question remove 1",
    "question remove 1 --yes --json",
)
def remove(ctx: typer.Context, id: Number, yes: Yes = False) -> None:
    """Remove a question."""
    run = app_of(ctx)
    questions.get(run.db, id)
    run.confirm(_("Remove {numbers} for good?").format(numbers=id), yes=yes)
    with run.writing() as change:
        questions.remove(run.db, questions.get(run.db, id), change)
    run.out.done("question", {"id": id, "removed": True}, _("Removed question {id}.").format(id=id))


def _public(run: App, question: Question) -> dict[str, Any]:
    values: dict[str, Any] = {"occasion": events.lasting(run.db, question.event_id)} | vars(question)
    del values["event_id"]
    return values
