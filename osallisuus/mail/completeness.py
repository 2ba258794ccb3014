"""What every letter has to say, whoever wrote its template: when, where, and whom to ask."""

import re
from collections.abc import Sequence
from html import unescape

from osallisuus.domain import letters
from osallisuus.domain.events import Event
from osallisuus.domain.letters import Letter
from osallisuus.errors import BadTemplate, Refused
from osallisuus.exports.letters import Written
from osallisuus.i18n import _


def require_whole(letter: Letter, event: Event) -> None:
    """Raise Refused when a letter could not say where, or whom to ask."""
    lacking = letters.lacking(letter)
    if not lacking:
        return
    sentences = {
        "where": _("{occasion} has neither place nor link, so nobody could come."),
        "contact": _("It is not set whom people can ask about {occasion}."),
    }
    hints = {
        "where": _("Say where: osallisuus {verbs} edit {occasion} --place … --url …"),
        "contact": _("Say who: osallisuus config set sender_name NAME; a panel's own contact is its coordinator."),
    }
    words = {"occasion": event.reference, "verbs": event.verbs}
    raise Refused(
        sentences[lacking[0]].format(**words),
        hint=hints[lacking[0]].format(**words),
        code="incomplete_letter",
        lacking=lacking,
    )


def require_unnamed(named: Sequence[str], event: Event) -> None:
    """Raise Refused when a text that everybody gets names a member, also one who gets no letter now."""
    if named:
        raise Refused(
            _("The texts of {occasion} name somebody, and a letter never names a member to others: {words}.").format(
                occasion=event.reference, words=", ".join(named)
            ),
            hint=_("Write them without the name: osallisuus {verbs} edit {occasion} --title … --description …").format(
                verbs=event.verbs, occasion=event.reference
            ),
            code="names_member",
        )


def require_said(words: Sequence[str], written: Written, name: str) -> None:
    """Raise BadTemplate when a template of the coordinator's own leaves out when, where or whom to ask."""
    forms = (written.text, unescape(re.sub("<[^>]*>", " ", written.html)))
    said = [" ".join(form.split()) for form in forms]
    missing = [word for word in words if not all(" ".join(word.split()) in form for form in said)]
    if missing:
        raise BadTemplate(
            _("The letter of the template {name} does not say: {words}.").format(name=name, words=", ".join(missing)),
            hint=_("Every invitation says weekday, date and time, place and link, and whom to ask. Mend the template."),
            file=name,
            line=1,
        )
