"""What a panel is not for: one person's case, and medical decisions. Said as a question to the coordinator, never as a block.

The words below are those that such matters are usually told in, in three languages. They miss some and suspect others wrongly:
the coordinator answers the question with `--scope`, and a matter that is fine is marked `ok` for good.
"""

import re

from osallisuus.i18n import _

SCOPES = ("individual-case", "medical-decision", "ok")

_SUSPECT = {
    "medical-decision": (
        r"diagnoos\w*|lääkity\w*|lääkemäär\w*|annostu\w*|hoitopäätö\w*"
        r"|diagnos(?:en|er)?|medicinering\w*|vårdbeslut\w*"
        r"|diagnosis|diagnoses|medication|prescri\w+|dosage|treatment decision"
    ),
    "individual-case": (
        r"minun (?:asia|hakemu|päätö|hoito)\w*|äitini\w*|isäni\w*|lapseni\w*|puolisoni\w*|poikani\w*|tyttäreni\w*"
        r"|valitu(?:s|ks)\w*|kantelu\w*|potilasvahin\w*|yksittäistapau\w*"
        r"|min (?:mamma|pappa|mor|far|son|dotter|man|fru|ansökan)|klagomål\w*|patientskad\w*"
        r"|my (?:mother|father|son|daughter|husband|wife|child|case|application)|complaints?|patient injury"
    ),
}


def suspected(text: str) -> str:
    """Return medical-decision or individual-case when the words sound like one, else nothing."""
    words = text.casefold()
    return next((scope for scope, pattern in _SUSPECT.items() if re.search(rf"\b(?:{pattern})\b", words)), "")


def question(scope: str) -> str:
    """Return what the coordinator is asked about a scope; nothing where there is nothing to ask."""
    return {
        "individual-case": _(
            "Is this about one person's case? A panel does not handle those; the patient or social ombudsman helps with them."
        ),
        "medical-decision": _("Is this a medical decision? Those belong to the person and those who treat them, not to a panel."),
    }.get(scope, "")
