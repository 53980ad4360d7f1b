"""How long an adopted text holds: ending an edition, suspending articles and taking both back.

Every step stands beside the predicate that allows it. Each changes the rows, notes the page for
search and records who did it, in one transaction; the adopted words themselves never change.
"""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from covenants import filing_rule
from covenants.adoption import LONGEST_WAIT, said
from covenants.group_rule import follows_from
from covenants.models.edition import Edition, Provision
from covenants.models.procedure import Procedure
from editorial import notices
from editorial.mandates import people_serving
from editorial.review import holds_review_right
from editorial.roles import VILLAGE_EDITOR
from safety.renditions import clear_unshown
from safety.written import is_written
from search.outbox import touch
from villages.models.public import VILLAGE


def may_decide(user, page) -> bool:
    """Whether `user` may end editions and suspend articles here: whoever may publish here."""
    return holds_review_right(user, page)


def can_end(edition: Edition) -> bool:
    """Whether an end may still be set: it is in force today."""
    return edition.in_force()


@transaction.atomic
def end_edition(edition: Edition, *, on: datetime.date, reason: str, note: str, by) -> None:
    """End an edition in force on a day, as `repealed` or `ordered`; `note` is shown to residents.

    Raises ValidationError {field: message}; `Unfiled` where a repeal needs a ledger.
    """
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if reason not in (Edition.REPEALED, Edition.ORDERED):
        raise ValidationError({"reason": _("请选择是废止，还是责令改正。")})
    if not can_end(edition):
        raise ValidationError({"on": _("这一版现在没有施行，不用废止。")})
    _check_day(on, edition, "on")
    if not is_written(note):
        raise ValidationError({"note": _("请写明缘由，居民会看到。")})
    if reason == Edition.REPEALED:
        filing_rule.close(filing_rule.repeal(edition, on), ends=edition)
    edition.end(on, reason, note.strip())
    if edition.is_ordered_down:
        clear_unshown(edition.page.specific)
    _record(edition, "covenants.end_edition", by, day=on.isoformat(), note=note.strip())
    if reason == Edition.ORDERED:
        text = _("%(title)s自%(day)s起按责令改正整份停用：%(note)s")
        _tell_village(edition, text, on, note.strip(), by)


def can_take_end_back(edition: Edition) -> bool:
    """Whether there is a repeal or order to undo."""
    return edition.was_taken_down and not repealed_by_ledger(edition)


def repealed_by_ledger(edition: Edition) -> bool:
    """Whether it was voted and filed that the edition ends, and that day is over: what holds no
    more comes into force again only as it came the first time."""
    over = edition.ended_on is not None and edition.ended_on < timezone.localdate()
    return over and Procedure.objects.filter(ends=edition).exists()


@transaction.atomic
def take_end_back(edition: Edition, *, by) -> None:
    """Undo a repeal or order: the edition holds until the next one again, or without an end."""
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if repealed_by_ledger(edition):
        raise ValidationError(
            _("这一版已按程序废止并且生效，不能撤销。要恢复施行，请在“订立程序”里重新订立。")
        )
    if not can_take_end_back(edition):
        raise ValidationError(_("这一版没有被废止。"))
    if follows_from(edition.page, edition.ended_on):
        raise ValidationError(
            _("本组从那一天起沿用村里的规约，不能恢复；要用自己的，请重新通过、发布。")
        )
    filing_rule.forget_repeal(edition)
    following = Edition.objects.filter(page_id=edition.page_id, number=edition.number + 1).first()
    if following:
        edition.end(following.effective_from, Edition.REPLACED)
    else:
        edition.end(None, "")
    _record(edition, "covenants.take_end_back", by)


def can_suspend(edition: Edition) -> bool:
    """Whether articles of the edition may be suspended or resumed: it holds today or will."""
    return edition.state != "ended"


@transaction.atomic
def suspend(provisions: Iterable[Provision], *, on: datetime.date, note: str, by) -> None:
    """Suspend articles of one edition from a day; they stay readable and are marked in the text.

    Where a coming edition has them word for word, they are suspended there, too.

    Raises ValidationError {field: message}.
    """
    provisions = list(provisions)
    if not provisions:
        raise ValidationError({"articles": _("请勾选要暂停适用的条文。")})
    edition = Edition.objects.select_for_update().get(pk=provisions[0].edition_id)
    if not can_suspend(edition):
        raise ValidationError({"on": _("这一版已经不施行了。")})
    _check_day(on, edition, "on")
    if not is_written(note):
        raise ValidationError({"note": _("请写明缘由，居民会看到。")})
    _carried_on(edition, provisions).update(
        suspended_from=on, suspended_until=None, suspended_note=note.strip()
    )
    labels = "、".join(p.label or str(p.position) for p in provisions)
    _record(
        edition, "covenants.suspend", by, day=on.isoformat(), note=note.strip(), articles=labels
    )
    text = _("%(title)s的这些条文自%(day)s起暂停适用：%(articles)s。缘由：%(note)s")
    _tell_village(edition, text, on, note.strip(), by, articles=labels)


@transaction.atomic
def resume(provision: Provision, *, on: datetime.date, by) -> None:
    """Let a suspended article apply again from a day; before it began, the suspension vanishes."""
    edition = Edition.objects.select_for_update().get(pk=provision.edition_id)
    provision = edition.provisions.get(pk=provision.pk)
    if provision.suspended_from is None or not can_suspend(edition):
        raise ValidationError(_("这一条没有暂停适用。"))
    _check_day(on, edition, "on")
    if on <= provision.suspended_from:
        changed = {"suspended_from": None, "suspended_until": None, "suspended_note": ""}
    else:
        changed = {"suspended_until": on}
    _carried_on(edition, [provision]).update(**changed)
    label = provision.label or str(provision.position)
    _record(edition, "covenants.resume", by, day=on.isoformat(), articles=label)


def _carried_on(edition: Edition, provisions: list[Provision]):
    """The provisions, and the same words in editions adopted later that are not in force yet."""
    words = {said(p.text, p.items) for p in provisions}
    later = Provision.objects.filter(
        edition__page_id=edition.page_id, edition__number__gt=edition.number
    )
    same = [p.pk for p in later if said(p.text, p.items) in words]
    return Provision.objects.filter(pk__in=[*(p.pk for p in provisions), *same])


def _check_day(on: datetime.date, edition: Edition, field: str) -> None:
    if on < edition.effective_from:
        raise ValidationError(
            {field: _("不能早于这一版的施行日期 %s。") % edition.effective_from.isoformat()}
        )
    if on > timezone.localdate() + LONGEST_WAIT:
        raise ValidationError({field: _("日期离现在太远，请核对年份。")})
    if edition.ended_on and edition.ended_reason == Edition.REPLACED and on >= edition.ended_on:
        raise ValidationError(
            {field: _("这一版到 %s 由新版代替，请填更早的日期。") % edition.ended_on.isoformat()}
        )


def _tell_village(edition: Edition, text: str, on, note: str, by, **values) -> None:
    """Tell the village's editors what the township ordered."""
    values |= {"title": edition.title, "day": on.isoformat(), "note": note}
    editors = people_serving([edition.page.path[:VILLAGE]], [VILLAGE_EDITOR])
    notices.tell(
        editors.exclude(pk=by.pk) if by else editors,
        notices.REJECTED,
        lambda: (_("责令改正：%s") % edition.title, text % values),
        reverse("covenants_procedure", args=[edition.page_id]),
        page_id=edition.page_id,
    )


def _record(edition: Edition, action: str, by, **data) -> None:
    touch(Page, [edition.page_id])
    page = Page.objects.get(pk=edition.page_id).specific
    log(instance=page, action=action, user=by, data={"edition": edition.number, **data})
