"""The steps of a rule's procedure, each beside the predicate that allows it.

Every step locks the page and the procedure's row, compares its version with the one the person saw,
writes the ledger, notes the page for search and logs who did it, in one transaction. What is
checked stands in `ledger_checks`, what may come into force in `covenants.filing_rule`.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from covenants.adoption import provision_rows, text_digest
from covenants.filing_rule import papers
from covenants.group_rule import hold_group
from covenants.ledger_checks import (
    check_entry,
    check_filing,
    check_shared_number,
    is_new,
    is_of_group,
)
from covenants.ledger_state import LedgerState, profile_of, state_of
from covenants.ledger_words import STAGE_NAMES, finding_words
from covenants.models.edition import Edition
from covenants.models.entry import ENTRY_MODELS, Entry
from covenants.models.procedure import Procedure
from covenants.procedure import terms
from editorial import progress
from editorial.authorship import is_author
from editorial.review import ReviewRefused, author_note, holds_review_right, may_file
from safety.findings import refuse_in_texts
from safety.written import as_number, is_written
from search.outbox import touch
from villages.models import VillagePage
from villages.models.public import VILLAGE

CONFIRMED_SHORT = "covenants.confirm_shortfall"
"""The log's action for a vote confirmed though it fell short of a figure of the law."""

CONFIRM_REASON_MAX = 300


class Stale(ValidationError):
    """Somebody else wrote in the ledger meanwhile."""


def may_open(user, page) -> bool:
    """Whether `user` may see a page's ledger with what is not public."""
    return page.permissions_for_user(user).can_edit() or may_file(user, page)


def may_record(user, page, recorded_by: str) -> bool:
    """Whether `user` may record a stage that a profile leaves to `recorded_by` (of terms)."""
    if recorded_by == terms.BY_VILLAGE:
        return page.permissions_for_user(user).can_edit()
    if recorded_by == terms.BY_FILING_CLERK:
        return may_file(user, page)
    return holds_review_right(user, page)


def may_record_stage(user, procedure: Procedure, page, step) -> bool:
    """`may_record` for a stage of a ledger; no one records the review of a text they wrote."""
    if not may_record(user, page, step.recorded_by):
        return False
    own = step.stage == terms.REVIEW and procedure.is_running
    return not (own and is_author(user, page))


def may_start(user, page) -> bool:
    return page.permissions_for_user(user).can_edit()


def kind_of_next(page) -> str:
    """Whether the next text of a page is its first or revises one."""
    return terms.REVISING if page.editions.exists() else terms.MAKING


@transaction.atomic
def start(page, kind: str, *, by) -> Procedure:
    """Begin a procedure; a page has one running at a time. Raises ValidationError."""
    _allow(may_start(by, page))
    if kind == terms.REPEALING and not page.editions.in_force().exists():
        raise ValidationError(_("现在没有施行中的版本，不用废止。"))
    procedure = Procedure(page_id=page.pk, kind=kind, started_by=by, changed_by=by)
    if is_of_group(page):
        procedure.village = VillagePage.objects.get(path=page.path[:VILLAGE])
    try:
        with transaction.atomic():
            procedure.save()
    except IntegrityError as error:
        raise ValidationError(_("这份规约已经有一个程序在办，请先办完或者停办。")) from error
    _note(page, "covenants.procedure_start", by, kind=procedure.get_kind_display())
    return procedure


@transaction.atomic
def papers_of(edition: Edition, *, by) -> Procedure:
    """The ledger to which the papers of a legacy edition are added, made if need be."""
    page = edition.page.specific
    _allow(may_start(by, page))
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if not edition.is_legacy:
        raise ValidationError(_("这一版的程序资料已经齐全。"))
    found = Procedure.objects.with_ledger().filter(edition=edition).first()
    if found:
        return found
    kind = terms.MAKING if edition.number == 1 else terms.REVISING
    return Procedure.objects.create(
        page_id=page.pk,
        kind=kind,
        edition=edition,
        started_by=by,
        changed_by=by,
        closed_at=timezone.now(),
    )


def can_write(procedure: Procedure) -> bool:
    """Whether the ledger is still open: under way, or of an edition whose papers are missing."""
    return procedure.is_running or bool(procedure.edition and procedure.edition.is_legacy)


@transaction.atomic
def record(
    procedure: Procedure, stage: str, values: dict, *, by, version: int, reviewed: bool = False
) -> Entry:
    """Write a stage into the ledger; returns its row.

    `values`: fields of the stage's model. `reviewed`: the workflow has decided who may review.
    Raises ValidationError {field: message}, `Stale` when the ledger changed since `version`,
    ReviewRefused for whom the stage is not.
    """
    page, procedure = _locked(procedure, version)
    profile = profile_of(page)
    step = profile.step(stage)
    _allow(step is not None and may_record(by, page, step.recorded_by))
    if not reviewed:
        _allow(may_record_stage(by, procedure, page, step), author_note(by, page))
    filed = stage != terms.FILING and procedure.is_running and procedure.entry(terms.FILING)
    if filed:
        filing = profile.step(terms.FILING)
        _allow(may_record(by, page, filing.recorded_by), _("已经备案，由备案员才能更正。"))
    state = state_of(page, procedure, profile)
    entry = _entry(procedure, stage, values, state)
    entry.recorded_by = by
    text = _text_of(procedure, page)
    if stage in (terms.REVIEW, terms.VOTE) and procedure.kind != terms.REPEALING:
        # What was filed is the text that was voted on: putting its figures right takes no other.
        entry.digest = entry.digest if filed and entry.digest else text
    if stage == terms.VOTE:
        entry.confirmed_at = entry.confirmed_by = None
    if stage == terms.FILING:
        entry.township_id = _township(page)
        entry.year = entry.on.year if entry.on else 0
        entry.number = as_number(entry.number)
        check_shared_number(entry, page)
    check_entry(entry, stage, procedure, profile)
    if stage == terms.FILING and is_new(procedure):
        check_filing(state_of(page, procedure, profile), text)
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        told = (
            _("这个备案号今年已经用过，请核对；和村里的规约一起备案的，请勾选。")
            if is_of_group(page)
            else _("这个备案号今年已经用过，请核对。一份备案一个号，停办的也算。")
        )
        raise ValidationError({"number": told}) from error
    _changed(procedure, by)
    _note(page, "covenants.record_stage", by, stage=str(STAGE_NAMES[stage]), values=_plain(entry))
    _lift_label(page, procedure, profile, by)
    progress.follow(page.pk, by)
    return entry


@transaction.atomic
def confirm_figures(procedure: Procedure, *, by, version: int, reason: str = "") -> None:
    """A reviewer confirms a vote that only unverified figures question; not who recorded it.

    Where the vote fell short of such a figure, for a reason that is logged and that the county's
    report shows. Raises ValidationError without one.
    """
    page, procedure = _locked(procedure, version)
    vote = procedure.entry(terms.VOTE)
    _allow(vote is not None and may_confirm(by, page, vote))
    state = state_of(page, procedure)
    if not state.to_confirm:
        raise ValidationError(_("没有要确认的。"))
    short = [finding_words(finding) for finding in state.shortfalls]
    reason = reason.strip()[:CONFIRM_REASON_MAX]
    if short and not is_written(reason):
        raise ValidationError(_("人数没有达到法定数，要写明理由才能确认。"))
    refuse_in_texts({_("理由"): reason})
    vote.confirmed_at, vote.confirmed_by = timezone.now(), by
    vote.save(update_fields=["confirmed_at", "confirmed_by"])
    _changed(procedure, by)
    day = vote.on.isoformat()
    if short:
        data = {"procedure": procedure.pk, "found": short, "reason": reason}
        _note(page, CONFIRMED_SHORT, by, day=day, **data)
    else:
        _note(page, "covenants.confirm_figures", by, day=day)
    _lift_label(page, procedure, profile_of(page), by)
    progress.follow(page.pk, by)


def may_confirm(user, page, vote) -> bool:
    """Whoever reviews there, but not the one who recorded the vote."""
    return holds_review_right(user, page) and vote.recorded_by_id != user.pk


@transaction.atomic
def give_up(procedure: Procedure, note: str, *, by, version: int) -> None:
    """Stop a procedure under way; what was recorded stays. Raises ValidationError."""
    page, procedure = _locked(procedure, version)
    _allow(may_start(by, page))
    if not procedure.is_running:
        raise ValidationError(_("这个程序已经办完。"))
    if not is_written(note):
        raise ValidationError({"note": _("请写明不办的缘由。")})
    procedure.closed_at, procedure.closed_note = timezone.now(), note.strip()[:200]
    procedure.save(update_fields=["closed_at", "closed_note"])
    _changed(procedure, by)
    _note(page, "covenants.procedure_stop", by, note=procedure.closed_note)


def may_declare_legacy(user, page) -> bool:
    """Township and county: whoever reviews there."""
    return holds_review_right(user, page)


@transaction.atomic
def declare_legacy(page, *, by) -> Procedure:
    """Let the page's next text enter as one adopted before go-live (历史存量).

    Its day of adoption is asked again when it becomes an edition. Raises ReviewRefused.
    """
    _allow(may_declare_legacy(by, page))
    procedure = Procedure.objects.select_for_update().running().filter(page_id=page.pk).first()
    if procedure is None:
        procedure = start(page, kind_of_next(page), by=by)
    procedure.legacy_at, procedure.legacy_by = timezone.now(), by
    procedure.save(update_fields=["legacy_at", "legacy_by"])
    _changed(procedure, by)
    _note(page, "covenants.declare_legacy", by)
    return procedure


def may_override(user) -> bool:
    return user.is_active and user.is_superuser


@transaction.atomic
def override(page, reason: str, *, by) -> Procedure:
    """Let the page's newest text come into force, or its repeal, without the papers.

    No other text: one that is changed needs another override. Superusers only; the reason is
    logged and readers see it.
    """
    _allow(may_override(by))
    if not is_written(reason):
        raise ValidationError({"reason": _("请写明理由，居民会看到。")})
    refuse_in_texts({_("理由"): reason})
    procedure = Procedure.objects.select_for_update().running().filter(page_id=page.pk).first()
    if procedure is None:
        procedure = start(page, kind_of_next(page), by=by)
    procedure.override_at, procedure.override_by = timezone.now(), by
    procedure.override_reason = reason.strip()[:200]
    procedure.override_digest = working_digest(Page.objects.get(pk=page.pk).specific)
    names = ["override_at", "override_by", "override_reason", "override_digest"]
    procedure.save(update_fields=names)
    _changed(procedure, by)
    _note(page, "covenants.override_filing", by, reason=procedure.override_reason)
    return procedure


def working_digest(page) -> str:
    """Identifies the page's newest working text, as `adoption.text_digest` does an edition's."""
    draft = page.get_latest_revision_as_object()
    rows = provision_rows(draft.body)
    return text_digest(draft.title, draft.preamble, draft.closing, rows)


def _text_of(procedure, page) -> str:
    if procedure.edition:
        return procedure.edition.digest
    return working_digest(page)


def _allow(may: bool, message: str = "") -> None:
    if not may:
        raise ReviewRefused(message or _("这一步不由您登记。"))


def _locked(procedure: Procedure, version: int):
    """(page, the procedure as it is now, locked). Raises Stale, ValidationError when closed."""
    _hold(procedure.page.specific)
    Procedure.objects.select_for_update().get(pk=procedure.pk)
    procedure = Procedure.objects.with_ledger().get(pk=procedure.pk)
    if procedure.version != version:
        raise Stale(_("别人刚刚改过这份台账。请看过最新的内容再保存，您填的没有丢。"))
    if not can_write(procedure):
        raise ValidationError(_("这个程序已经办完，不能再改。"))
    return procedure.page.specific, procedure


def _hold(page) -> None:
    """Lock what approving and publishing lock before a ledger, in their order: a stage that is
    recorded may let the text go on in its workflow, and into force."""
    progress.hold(page.pk)
    list(Page.objects.select_for_update(no_key=True).filter(pk=page.pk).values("pk"))
    hold_group(page)
    list(page.editions.select_for_update().order_by("pk").values("pk"))


def _entry(procedure, stage, values, state: LedgerState) -> Entry:
    """The stage's row with the new values; what it said before is kept where it matters."""
    model = ENTRY_MODELS[stage]
    entry = procedure.entry(stage)
    if entry is None:
        entry = model(procedure=procedure)
    else:
        failed = not (state.vote_counts if stage == terms.VOTE else state.done[stage])
        told = entry.told_as_earlier() if failed and _is_another(entry, values) else None
        entry.earlier = [*entry.earlier, told] if told else entry.earlier
    for name, value in values.items():
        setattr(entry, name, value)
    setattr(procedure, stage, entry)
    return entry


def _is_another(entry, values) -> bool:
    """Whether a stage took place again, rather than being put right."""
    result = values.get("result", getattr(entry, "result", None))
    return values.get("on", entry.on) != entry.on or result != getattr(entry, "result", None)


def _township(page) -> int:
    return Page.objects.values_list("pk", flat=True).get(path=page.path[: VILLAGE - Page.steplen])


def _lift_label(page, procedure: Procedure, profile, by) -> None:
    """Complete the papers of a legacy edition; its words and days stay."""
    edition = procedure.edition
    if edition is None or not edition.is_legacy:
        return
    if state_of(page, procedure, profile).is_complete:
        edition.complete_papers(**papers(procedure))
        _note(page, "covenants.complete_papers", by, edition=edition.number)


def _changed(procedure: Procedure, by) -> None:
    procedure.version += 1
    procedure.changed_by = by
    procedure.save(update_fields=["version", "changed_by", "changed_at"])


def _plain(entry) -> dict:
    """The entry's values for the log, as JSON holds them; of a file its name."""
    names = [f.name for f in entry._meta.fields if f.editable and f.name not in ("recorded_by",)]
    return {
        name: str(getattr(entry, name))
        for name in names
        if name != "procedure" and getattr(entry, name) not in (None, "")
    }


def _note(page, action: str, by, **data) -> None:
    touch(Page, [page.pk])
    log(instance=page, action=action, user=by, data=data)
