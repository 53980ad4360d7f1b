"""沿用村约: groups follow their village's covenant; proposed, approved, sent back, revoked.

Every step stands beside the predicate that allows it. A group has either its own covenant or
follows: approving a batch ends what held in its groups, a covenant of its own ends the following.
"""

import datetime
import hashlib
import json
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.permissions import policy_registry

from covenants import following_notices
from covenants.adoption import date_faults
from covenants.filing_rule import Unfiled, close, go_live_days, repeal
from covenants.group_rule import end_former, hold_own, let_go_on, stands_against, what_ends
from covenants.models.edition import Edition
from covenants.models.following import DifferingArticle, Following, FollowingBatch
from covenants.models.procedure import Procedure
from editorial.review import holds_review_right, who_else
from safety.findings import refuse_in_texts
from safety.written import is_written
from search.outbox import touch
from villages.models.public import COUNTY, STEP


def may_propose(user, village) -> bool:
    """Whether `user` may propose here: whoever may edit the village's page."""
    policy = policy_registry.get_by_type(Page)
    return policy.user_has_permission_for_instance(user, "change", village)


def may_revoke(user, village) -> bool:
    """Whether `user` may end what was approved here: whoever may publish here."""
    return holds_review_right(user, village)


def may_review(user, batch: FollowingBatch) -> bool:
    """Whether `user` may approve or send back: may publish here and wrote no part of it."""
    return holds_review_right(user, batch.village) and not _wrote(user, batch)


def author_note(user, batch: FollowingBatch) -> str:
    """What a reviewer who wrote a part of the batch is told; empty for all others."""
    if not holds_review_right(user, batch.village) or not _wrote(user, batch):
        return ""
    wrote = list(batch.authors.values_list("pk", flat=True))
    told = _("这一批里有您登记或代录的部分，不能由您审核。")
    return " ".join([told, who_else(batch.village, wrote)])


def _wrote(user, batch) -> bool:
    return batch.authors.filter(pk=user.pk).exists()


@transaction.atomic
def propose(
    covenant,
    groups: Iterable[Page],
    *,
    adopted_on: datetime.date,
    adopted_by: str,
    effective_from: datetime.date,
    by,
    again: FollowingBatch | None = None,
) -> FollowingBatch:
    """Propose that groups of one village follow its covenant from a day, in one batch.

    Articles that differ in a group now, and still stand in the covenant, go on to differ. With
    `again`, a batch of the village that was sent back, it is what differed there; whoever wrote a
    part of that one wrote a part of this. Raises ValidationError {field: message}.
    """
    village = _locked(covenant.path[:-STEP])
    groups = list(groups)
    _check(covenant, village, groups, adopted_on, adopted_by, effective_from)
    if again and (again.village_id != village.pk or again.state != FollowingBatch.RETURNED):
        raise ValidationError(_("这一批没有退回，不能重交。"))
    batch = FollowingBatch.objects.create(village=village, proposed_by=by, again_of=again)
    batch.authors.add(by, *(again.authors.all() if again else ()))
    followings = Following.objects.bulk_create(
        Following(
            batch=batch,
            group=group,
            covenant_id=covenant.pk,
            adopted_on=adopted_on,
            adopted_by=adopted_by.strip(),
            effective_from=effective_from,
        )
        for group in groups
    )
    _carry_over(covenant, {row.group_id: row for row in followings}, again)
    _log(batch, "covenants.propose_following", by)
    following_notices.tell_handed_in(batch, _titles(groups))
    return batch


def _check(covenant, village, groups, adopted_on, adopted_by, effective_from) -> None:
    faults = date_faults(adopted_on, effective_from)
    if not groups:
        faults["groups"] = _("请勾选沿用村约的小组。")
    elif any(group.path[:-STEP] != village.path for group in groups):
        faults["groups"] = _("只能登记本村的小组。")
    elif waiting := Following.objects.filter(
        _open("batch__"), group__in=[group.pk for group in groups]
    ).select_related("group"):
        faults["groups"] = _("这些小组已经在等审核：%s。") % _titles(row.group for row in waiting)
    if not adopted_by.strip():
        faults["adopted_by"] = _("请填写通过的会议，如：村民小组会议。")
    if effective_from < adopted_on:
        faults.setdefault("effective_from", _("不能早于通过日期。"))
    first = Edition.objects.filter(page_id=covenant.pk).order_by("number").first()
    if first is None or not covenant.live:
        faults["groups"] = _("村里的规约还没有公布，不能登记沿用。")
    elif effective_from < first.effective_from:
        faults.setdefault(
            "effective_from",
            _("不能早于村里规约的施行日期 %s。") % first.effective_from.isoformat(),
        )
    if faults:
        raise ValidationError(faults)


def _carry_over(covenant, by_group: dict[int, Following], again) -> None:
    edition = covenant.shown_edition
    known = set(edition.provisions.values_list("stable_id", flat=True)) if edition else set()
    before = again.followings if again else Following.objects.in_force()
    standing = DifferingArticle.objects.filter(
        following__in=before.filter(group__in=list(by_group), covenant=covenant.pk)
    ).select_related("following")
    DifferingArticle.objects.bulk_create(
        DifferingArticle(
            following=by_group[row.following.group_id],
            stable_id=row.stable_id,
            label=row.label,
            village_text=row.village_text,
            text=row.text,
        )
        for row in standing
        if row.stable_id in known
    )


@transaction.atomic
def differ(batch: FollowingBatch, groups: Iterable[int], provision, text: str, *, by) -> None:
    """In these groups (pks) of a proposed batch `text` holds in place of the village's provision.

    What was entered for it before is replaced. Raises ValidationError {field: message}.
    """
    batch = _locked_batch(batch, FollowingBatch.PROPOSED)
    followings = list(batch.followings.filter(group__in=list(groups)))
    if not followings:
        raise ValidationError({"groups": _("请勾选小组。")})
    text = text.strip()
    if not text:
        raise ValidationError({"text": _("请写明本组怎样规定。")})
    refuse_in_texts({_("本组的规定"): text}, followings[0].group.path)
    if text == provision.plain_text:
        raise ValidationError({"text": _("和村里的条文一样，不用另写。")})
    covenant = followings[0].covenant_id
    if not Edition.objects.filter(pk=provision.edition_id, page_id=covenant).exists():
        raise ValidationError({"provision": _("村里的规约没有这一条。")})
    stale = DifferingArticle.objects.filter(following__in=followings)
    stale.filter(stable_id=provision.stable_id).delete()
    DifferingArticle.objects.bulk_create(
        DifferingArticle(
            following=following,
            stable_id=provision.stable_id,
            label=provision.label,
            village_text=provision.plain_text,
            text=text,
        )
        for following in followings
    )
    batch.authors.add(by)


@transaction.atomic
def agree(batch: FollowingBatch, article_pk: int, *, by) -> None:
    """Take an article that differs out of a proposed batch again."""
    batch = _locked_batch(batch, FollowingBatch.PROPOSED)
    DifferingArticle.objects.filter(following__batch=batch, pk=article_pk).delete()
    batch.authors.add(by)


def fingerprint(batch: FollowingBatch) -> str:
    """Identifies what a reviewer was shown of a batch."""
    rows = DifferingArticle.objects.filter(following__batch=batch).order_by("pk")
    seen = list(rows.values_list("following_id", "label", "text", "village_text"))
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def approve(batch: FollowingBatch, *, seen: str, by) -> None:
    """Approve a batch as a whole; `seen` is the `fingerprint` of what the reviewer looked at.

    Former followings and the groups' own covenants end on the day it takes effect. Raises
    ValidationError, also where something in a group begins only after that day.
    """
    batch = _locked_batch(batch, FollowingBatch.PROPOSED)
    if not may_review(by, batch):
        raise ValidationError(author_note(by, batch) or _("这一批不在您的审核范围内。"))
    if seen != fingerprint(batch):
        raise ValidationError(_("内容刚才改过，请重新看一遍再批准。"))
    rows = list(batch.followings.select_related("group"))
    if not rows:
        raise ValidationError(_("这一批里已经没有小组了。"))
    day = rows[0].effective_from
    groups = {row.group_id: row.group for row in rows}
    hold_own(rows)
    former, own = what_ends(rows)
    late = [row.group for row in [*former, *own] if stands_against(row, day)]
    if late:
        raise ValidationError(
            _("这些小组在 %(day)s 以后还有别的规约或沿用，请先处理：%(groups)s。")
            % {"day": day.isoformat(), "groups": _titles(late)}
        )
    _refuse_unfiled(batch, rows, former)
    repeals = [(edition, _repeal(edition, day)) for edition in own]
    end_former(former, own, day, by=by)
    for edition, procedure in repeals:
        close(procedure, ends=edition)
    batch.approved_at, batch.approved_by = timezone.now(), by
    batch.save(update_fields=["approved_at", "approved_by"])
    touch(Page, groups)
    _log(batch, "covenants.approve_following", by)
    following_notices.tell_approved(batch, _titles(groups.values()), by=by)


def _repeal(edition: Edition, day: datetime.date) -> Procedure | None:
    """The ledger by which a group's own covenant may end; to follow is no way round a repeal.

    Raises `Unfiled`, naming the group.
    """
    try:
        return repeal(edition, day)
    except Unfiled as fault:
        told = {"group": edition.group.title, "why": " ".join(fault.messages)}
        raise Unfiled(_("%(group)s现在有自己的规约，改为沿用先要废止它：%(why)s") % told) from fault


def _refuse_unfiled(batch: FollowingBatch, rows, former) -> None:
    """From the county's go-live date on a group's new words need a covenant that is filed.

    What already differed in the group goes on. Raises `Unfiled`.
    """
    path = batch.village.path
    day = go_live_days([path]).get(path[:COUNTY])
    if day is None or rows[0].adopted_on < day:
        return
    held = _differing(former)
    new = [words for words in _differing(rows) if words not in held]
    if new:
        raise Unfiled(
            _(
                "%(day)s以后，小组另有规定的条文要写进小组自己的规约，由乡镇（街道）备案，"
                "不能只登记沿用。请去掉新写的条文再批准。"
            )
            % {"day": day.isoformat()}
        )


def _differing(rows) -> set[tuple]:
    """{(group pk, stable id, text)} of what differs in these followings."""
    found = DifferingArticle.objects.filter(following__in=[row.pk for row in rows])
    return set(found.values_list("following__group_id", "stable_id", "text"))


@transaction.atomic
def send_back(batch: FollowingBatch, *, note: str, by) -> None:
    """Refuse a batch as a whole, saying why."""
    batch = _locked_batch(batch, FollowingBatch.PROPOSED)
    if not may_review(by, batch):
        raise ValidationError(author_note(by, batch) or _("这一批不在您的审核范围内。"))
    batch.returned_at, batch.returned_note = timezone.now(), _reason(note)
    batch.save(update_fields=["returned_at", "returned_note"])
    _log(batch, "covenants.return_following", by, note=batch.returned_note)
    following_notices.tell_sent_back(batch, _batch_titles(batch), by=by)


@transaction.atomic
def revoke(batch: FollowingBatch, *, note: str, by) -> None:
    """End all of an approved batch today; what has not begun will never hold.

    What had ended before it began goes on only where it has not begun yet.
    """
    batch = _locked_batch(batch, FollowingBatch.APPROVED)
    if not may_revoke(by, batch.village):
        raise ValidationError(_("这里要由能发布的人撤销。"))
    note, today = _reason(note), timezone.localdate()
    rows = list(batch.followings.select_related("group"))
    day = rows[0].effective_from if rows else today
    if day > today:
        let_go_on(rows, day, by)
    standing = batch.followings.holding_from(today)
    standing.update(ended_on=max(day, today), ended_reason=Following.REVOKED, ended_note=note)
    batch.revoked_at, batch.revoked_note = timezone.now(), note
    batch.save(update_fields=["revoked_at", "revoked_note"])
    touch(Page, [row.group_id for row in rows])
    _log(batch, "covenants.revoke_following", by, note=note)
    following_notices.tell_revoked(batch, _titles(row.group for row in rows), by=by)


def _open(prefix="") -> Q:
    empty = ("approved_at", "returned_at", "revoked_at")
    return Q(**{f"{prefix}{name}__isnull": True for name in empty})


def _reason(note: str) -> str:
    if not is_written(note):
        raise ValidationError({"note": _("请写明缘由。")})
    return note.strip()


def _titles(pages) -> str:
    return "、".join(dict.fromkeys(page.title for page in pages))


def _batch_titles(batch: FollowingBatch) -> str:
    return _titles(Page.objects.filter(followings__batch=batch).order_by("path"))


def _locked(path: str) -> Page:
    return Page.objects.select_for_update().get(path=path)


def _locked_batch(batch: FollowingBatch, state: str) -> FollowingBatch:
    """The batch as it stands now, to be changed by one at a time; in the state a step needs."""
    fresh = FollowingBatch.objects.select_for_update(of=("self",)).select_related("village")
    found = fresh.get(pk=batch.pk)
    _locked(found.village.path)
    if found.state != state:
        raise ValidationError(_("这一批的状态刚才变了，请刷新再看。"))
    return found


def _log(batch: FollowingBatch, action: str, by, **data) -> None:
    data = {"batch": batch.pk, "groups": _batch_titles(batch), **data}
    log(instance=batch.village.specific, action=action, user=by, data=data)
