"""Words that stand beside a text in its file: where it comes from, what is suspended."""

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .document import RuleDocument


def source_lines(document: RuleDocument) -> list[str]:
    """Where the text was taken from and whether it is in force.

    Worded as a site's notice, which the parser keeps out of the text when the file comes back.
    """
    notice = _("来源：%(area)s。%(status)s") % {
        "area": document.area_name,
        "status": document.status,
    }
    return [notice, document.address] if document.address else [notice]


def suspension(day: datetime.date | None) -> str:
    """The remark before a suspended article; empty for one that is not."""
    if day is None:
        return ""
    return _("〔本条自%(day)s起暂停适用〕") % {"day": date_format(day, "Y年n月j日")}
