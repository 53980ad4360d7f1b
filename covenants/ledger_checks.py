"""What is checked before a stage is written into the ledger: its values, its filing, its number.

Days, figures and what must have happened before are judged in `covenants.procedure`.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from wagtail.models import Page

from covenants.ledger_days import day_faults
from covenants.ledger_state import LedgerState
from covenants.ledger_words import faults, finding_words, stage_list
from covenants.models.edition import Edition
from covenants.models.procedure import Procedure
from covenants.procedure import terms
from covenants.procedure.figures import impossible
from safety.findings import refuse_in_texts
from safety.written import as_number
from villages.models.public import VILLAGE
from villages.places import path_range

NEVER_PUBLIC = frozenset({"opinion", "minutes", "file"})
"""Fields of entries that readers never get."""
_FAULT_FIELDS = {
    "votes_above_present": "votes_for",
    "votes_below_present": "explanation",
    "present_above_expected": "present",
    "present_above_eligible": "present",
    "expected_above_eligible": "expected",
    "women_above_present": "women",
    "notified_after_meeting": "notified_on",
}


def is_new(procedure: Procedure) -> bool:
    """Whether the text has to come into force by this ledger, not by having held for long."""
    return procedure.is_running and procedure.legacy_at is None


def check_entry(entry, stage, procedure, profile) -> None:
    """Refuse values that cannot be, or hold personal data. Raises ValidationError by field."""
    left_out = [
        f.name for f in entry._meta.fields if not f.editable or f.many_to_one or f.one_to_one
    ]
    entry.clean_fields(exclude=left_out)
    found = day_faults(entry, stage, procedure, profile, is_new=is_new(procedure))
    if stage == terms.VOTE:
        for finding in impossible(entry.count):
            found.setdefault(_FAULT_FIELDS[finding.code], []).append(finding_words(finding))
        if is_new(procedure):
            # What such a meeting did is no vote, and readers would be told of one.
            findings = LedgerState(procedure, profile, []).law_findings
            other = [finding_words(f) for f in findings if f.code == "other_meeting"]
            found |= {"meeting": other} if other else {}
    if found:
        raise ValidationError(found)
    texts = {
        str(field.verbose_name): getattr(entry, field.name)
        for field in entry._meta.fields
        if isinstance(field, models.CharField | models.TextField)
        and field.editable
        and not field.choices
        and field.name not in NEVER_PUBLIC
    }
    refuse_in_texts({name: text for name, text in texts.items() if text})


def check_filing(state: LedgerState, text: str) -> None:
    """Filing is the township's word that all before it is there. Raises ValidationError."""
    if missing := state.missing_before_filing:
        told = " ".join(faults(state)) or stage_list(missing)
        raise ValidationError(_("还不能备案。%s") % told)
    if state.changed_since_review:
        raise ValidationError(_("合法性审查以后正文又改过，请重新送审。"))
    vote = state.procedure.entry(terms.VOTE)
    if state.procedure.kind != terms.REPEALING and vote.digest != text:
        raise ValidationError(_("表决以后正文又改过，和表决的不是同一份，不能备案。"))


def check_shared_number(filing, page) -> None:
    """Only a group's covenant is filed with another text: its village's, under that one's number.

    Raises ValidationError.
    """
    if not filing.with_village:
        return
    if not is_of_group(page):
        raise ValidationError(
            {"with_village": _("只有小组的规约可以和村里的一起备案，请填这份规约自己的备案号。")}
        )
    village = {"page__path__range": path_range(page.path[:VILLAGE]), "page__depth": page.depth - 1}
    of_village = village | {"page__covenantpage__isnull": False}
    filed = Procedure.objects.filter(**of_village, filing__isnull=False)
    numbers = {*filed.values_list("filing__number", flat=True)}
    numbers |= {*Edition.objects.filter(**of_village).values_list("filing_number", flat=True)}
    if filing.number not in map(as_number, numbers):
        raise ValidationError({"number": _("村里的规约没有用这个备案号备案，请核对。")})


def is_of_group(page) -> bool:
    return len(page.path) > VILLAGE + Page.steplen
