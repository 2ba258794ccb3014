"""`osallisuus question`: questions to a session or webinar, from being asked to standing on a public page with their answers."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any

import typer

from osallisuus.cli import completion
from osallisuus.cli.commands import Group, whole
from osallisuus.cli.context import AnyOccasion, App, OccasionFilter, On, TextLanguage, app_of, given
from osallisuus.cli.publishing import Number, Numbers, public_of, register
from osallisuus.domain import people, questions
from osallisuus.domain.questions import Question
from osallisuus.i18n import _, n_
from osallisuus.store.logbook import Change
from osallisuus.words import question_words

app = Group()

Theme = Annotated[str | None, typer.Option("--theme", metavar="TEXT", help=_("Theme, for example 'transport'."))]
Asker = Annotated[
    str | None,
    typer.Option("--asker", metavar="TEXT", help=_("Who asked, only if they are to hear of the answer; never published.")),
]


@app.verb(
    "add",
    _("Note a question. Who asked is kept only with --asker: leave names out of the words."),
    'question add vantaa/2022-09-29 "Miksi kuljetusta saa odottaa puoli tuntia?"',
    'question add teematiistait/2 "Miten palkkio vaikuttaa etuuksiin?" --theme palkkiot',
)
def add(
    ctx: typer.Context,
    occasion: AnyOccasion,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=_("The question."))],
    theme: Theme = None,
    language: TextLanguage = None,
    asker: Asker = None,
    on: On = None,
) -> None:
    """Add a question; the same words again change nothing."""
    run = app_of(ctx)
    fields = given(theme=theme, language=language, asker=asker)
    with run.writing() as change:
        event = run.any_event(occasion)
        asked = Question(event_id=event.id, text=text, asked_on=run.past_day(on).isoformat(), **fields)
        question, new = questions.add(run.db, event, asked, change)
    sentence = _("Added question {id}.") if new else _("That is question {id} already.")
    run.out.done("question", _public(run, question), sentence.format(id=question.id))
    if not new and any(getattr(question, name) != value for name, value in fields.items()):
        run.out.note(_("It was left as it is. Change it with: osallisuus question edit {id}.").format(id=question.id))


@app.verb(
    "edit",
    _("Change the words, theme or language of a question. Other words have to be approved and published anew."),
    'question edit 1 --text "Miten palkkio vaikuttaa työttömyysetuuteen?"',
    'question edit 1 --theme palkkiot --asker ""',
)
def edit(
    ctx: typer.Context,
    id: Number,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help=_("The question."))] = None,
    theme: Theme = None,
    language: TextLanguage = None,
    asker: Asker = None,
) -> None:
    """Change a question."""
    changes = given(text=text, theme=theme, language=language, asker=asker)
    _step(ctx, [id], lambda run, one, _day, change: questions.edit(run.db, one, changes, change), _("Changed question {id}."))


@app.verb(
    "assign",
    _("Say who is to answer, for example a speaker; 'nobody' takes it back."),
    "question assign 1 aino",
    "question assign 1 nobody",
)
def assign(
    ctx: typer.Context,
    id: Number,
    person: Annotated[
        str,
        typer.Argument(
            metavar="PERSON", help=_("Number, e-mail address or part of a name; or 'nobody'."), autocompletion=completion.people
        ),
    ],
) -> None:
    """Assign a question."""
    run = app_of(ctx)
    nobody = person == "nobody"
    name = "" if nobody else people.get(run.db, person).name
    sentence = _("Question {id} waits for nobody in particular.") if nobody else _("Question {id} waits for {name}.")

    def give(run: App, one: Question, _day: date, change: Change) -> Question:
        return questions.assign(run.db, one, None if nobody else people.get(run.db, person).id, change)

    _step(ctx, [id], give, sentence, name=name)


@app.verb(
    "answer",
    _("Answer a question, or change its answer; an empty text takes it away. Markdown's lists, emphasis and links will do."),
    'question answer 1 "Autoja on iltaisin kaksi. Kolmas tulee tammikuussa."',
    'question answer 1 ""',
)
def answer(ctx: typer.Context, id: Number, text: Annotated[str, typer.Argument(metavar="TEXT", help=_("The answer."))]) -> None:
    """Answer a question."""
    sentence = _("Answered question {id}.") if text.strip() else _("Question {id} has no answer any more.")
    _step(ctx, [id], lambda run, one, day, change: questions.answer(run.db, one, text, day, change), sentence)


@app.verb("approve", _("Note that answers are right as they stand."), "question approve 1 2", "question approve 1 --json")
def approve(ctx: typer.Context, id: Numbers) -> None:
    """Approve answers."""
    _step(ctx, id, lambda run, one, day, change: questions.approve(run.db, one, day, change), _("Approved question {id}."))


@app.verb(
    "merge",
    _("Let question INTO stand for question ID, too: it is answered once."),
    "question merge 4 1",
    "question merge 4 1 --json",
)
def merge(
    ctx: typer.Context,
    id: Number,
    into: Annotated[int, typer.Argument(metavar="INTO", parser=whole(1, 10**9), help=_("Which one stays."))],
) -> None:
    """Merge a question into another."""
    _step(
        ctx,
        [id],
        lambda run, one, _day, change: questions.merge(run.db, one, questions.get(run.db, into), change),
        _("Question {id} is merged into {into}."),
        into=into,
    )


@app.verb("drop", _("Let questions go unanswered and unpublished."), "question drop 4", "question drop 4 5 --json")
def drop(ctx: typer.Context, id: Numbers) -> None:
    """Drop questions."""
    _step(ctx, id, lambda run, one, day, change: questions.drop(run.db, one, day, change), _("Dropped question {id}."))


@app.verb("reopen", _("Bring back questions that were dropped or merged by mistake."), "question reopen 4", "question reopen 4 5")
def reopen(ctx: typer.Context, id: Numbers) -> None:
    """Bring questions back."""
    _step(ctx, id, lambda run, one, _day, change: questions.reopen(run.db, one, change), _("Question {id} is back."))


@app.verb(
    "list",
    _("List questions by date: of one date or of all; those without an answer, or those that a person is to answer."),
    "question list vantaa/2022-09-29",
    "question list --open --json",
)
def list_(
    ctx: typer.Context,
    occasion: OccasionFilter = None,
    open_: Annotated[bool, typer.Option("--open", help=_("Only those without an answer."))] = False,
    unpublished: Annotated[bool, typer.Option("--unpublished", help=_("Only those that are not public yet."))] = False,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="PERSON", help=_("Only those this person is to answer."), autocompletion=completion.people),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help=_("Also those that were merged or dropped."))] = False,
) -> None:
    """List questions by date."""
    run = app_of(ctx)
    found = questions.search(
        run.db,
        event_id=run.any_event(occasion).id if occasion else 0,
        unanswered=open_,
        unpublished=unpublished,
        assigned_to=people.get(run.db, to).id if to else 0,
    )
    run.out.rows(
        "questions",
        [_public(run, question) for question in found if all_ or question.state not in ("merged", "dropped")],
        (
            (_("Number"), "id"),
            (_("Date"), "occasion"),
            (_("State"), lambda row: question_words()[row["state"]]),
            (_("Age"), lambda row: "" if row["answered_on"] else n_("{n} day", "{n} days", row["age"])),
            (_("To answer"), lambda row: run.names.get(row["assigned_to"] or 0, "")),
            (_("Theme"), "theme"),
            (_("Question"), "text"),
            (_("Answer"), "answer"),
        ),
        empty=_("Every question has an answer.") if open_ else _("There are no questions."),
    )


def _step(
    ctx: typer.Context,
    numbers: Sequence[int],
    act: Callable[[App, Question, date, Change], Question],
    sentence: str,
    **words: object,
) -> None:
    """Take a step with questions and say so, and which of them are not public any more."""
    run = app_of(ctx)
    done, sentences, hidden = [], [], []
    with run.writing() as change:
        for number in dict.fromkeys(numbers):
            before = questions.get(run.db, number)
            after = act(run, before, run.today, change)
            done.append(after)
            sentences.append(
                (_("Question {id} is as asked already.") if after == before else sentence).format(id=number, **words)
            )
            hidden += [number] if before.published_on and not after.published_on else []
    noun, result = ("question", _public(run, done[0])) if len(done) == 1 else ("questions", [_public(run, one) for one in done])
    run.out.done(noun, result, *sentences)
    for number in hidden:
        text = _("It is no longer published. If it is to be: osallisuus question publish {id}; then build the site again.")
        run.out.note(text.format(id=number))


def _public(run: App, question: Question) -> dict[str, Any]:
    age = max((run.today - date.fromisoformat(question.asked_on)).days, 0)
    return public_of(run, question) | {"state": question.state, "age": age}


def _tell_askers(run: App, done: Sequence[Question]) -> None:
    for question in done:
        if question.asker:
            run.out.note(
                _('{asker} asked it: tell them, then forget them: osallisuus question edit {id} --asker "".').format(
                    asker=question.asker, id=question.id
                )
            )


register(
    app,
    "question",
    get=questions.get,
    texts=lambda one: (one.text, one.answer),
    public=_public,
    publish=questions.publish,
    remove=questions.remove,
    published=_tell_askers,
)
