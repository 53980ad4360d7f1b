"""A villager group has either its own covenant or follows its village's: what ends what.

Steps of `covenants.adoption`, `covenants.following` and `covenants.validity`, taken within their
transactions.
"""

import datetime

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from covenants.kinds import COVENANT
from covenants.models.edition import Edition
from covenants.models.following import Following
from covenants.models.procedure import Procedure
from search.outbox import touch
from villages.models.public import GROUP, STEP
from villages.places import path_range

# Content, whatever language the reviewer's screen speaks; tells this end from any other.
FOLLOWS_NOW = "本组改为沿用村里的规约。"


def end_former(former: list[Following], own: list[Edition], day: datetime.date, *, by) -> None:
    """End what `what_ends` names on the day the groups begin to follow (anew)."""
    Following.objects.filter(pk__in=[row.pk for row in former]).update(
        ended_on=day, ended_reason=Following.REPLACED
    )
    Edition.objects.filter(pk__in=[edition.pk for edition in own]).update(
        ended_on=day, ended_reason=Edition.REPEALED, ended_note=FOLLOWS_NOW
    )
    for edition in own:
        data = {"edition": edition.number, "day": day.isoformat(), "note": FOLLOWS_NOW}
        page = edition.page.specific
        log(instance=page, action="covenants.end_edition", user=by, data=data)
    touch(Page, [edition.page_id for edition in own])


def what_ends(rows: list[Following]) -> tuple[list[Following], list[Edition]]:
    """What approving these followings (of one day) ends: former followings, own editions.

    Editions carry `group`. Two queries. A registration that was revoked ends nothing and is not
    ended.
    """
    day = rows[0].effective_from
    by_path = {row.group.path: row.group for row in rows}
    holding = Following.objects.holding_from(day).select_related("group")
    former = holding.filter(group__in=[row.group_id for row in rows])
    revoked = Q(ended_reason=Following.REVOKED, ended_on__lte=timezone.localdate())
    former = list(former.exclude(batch=rows[0].batch_id).exclude(revoked))
    below = path_range(rows[0].group.path[:-STEP])
    editions = own_editions(day, page__path__range=below, page__depth=(GROUP // STEP) + 1)
    own = []
    for edition in editions:
        edition.group = by_path.get(edition.page.path[:-STEP])
        own += [edition] if edition.group else []
    return former, own


def hold_own(rows: list[Following]) -> None:
    """Lock the groups of these followings and the editions of their own covenants.

    In this order, and before any ledger: as a text of a group is adopted, and as it is ended.
    """
    groups = Page.objects.select_for_update().filter(pk__in=[row.group_id for row in rows])
    paths = {path for _pk, path in groups.order_by("pk").values_list("pk", "path")}
    below = path_range(rows[0].group.path[:-STEP])
    editions = Edition.objects.filter(
        page__covenantpage__isnull=False, page__path__range=below, page__depth=(GROUP // STEP) + 1
    ).values_list("pk", "page__path")
    held = [pk for pk, path in editions if path[:-STEP] in paths]
    list(Edition.objects.select_for_update().filter(pk__in=held).order_by("pk").values("pk"))


def hold_group(page) -> None:
    """Lock the group whose own covenant `page` is, before its editions."""
    if _is_own(page):
        list(Page.objects.select_for_update().filter(path=page.path[:-STEP]).values("pk"))


def _is_own(page) -> bool:
    return page.kind == COVENANT and len(page.path) == GROUP + STEP


def own_editions(day: datetime.date, **where):
    """Editions of covenants that hold on `day` or will later."""
    lasting = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    rows = Edition.objects.filter(lasting, page__covenantpage__isnull=False, **where)
    return rows.select_related("page").order_by("page", "number")


def stands_against(row: Following | Edition, day: datetime.date) -> bool:
    """Whether what holds in a group begins or ended too late for another to begin on `day`."""
    return row.effective_from >= day or bool(row.ended_on and row.ended_on <= timezone.localdate())


def let_go_on(rows: list[Following], day: datetime.date, by) -> None:
    """Take back the ends that a batch still to begin on `day` has set."""
    groups = [row.group_id for row in rows if row.ended_on is None]
    former = Following.objects.approved().filter(group__in=groups, ended_on=day)
    former.filter(ended_reason=Following.REPLACED).update(ended_on=None, ended_reason="")
    paths = {row.group.path for row in rows if row.ended_on is None}
    own = Edition.objects.filter(
        page__covenantpage__isnull=False,
        page__path__range=path_range(rows[0].group.path[:-STEP]),
        ended_on=day,
        ended_note=FOLLOWS_NOW,
    ).select_related("page")
    for edition in own:
        if edition.page.path[:-STEP] in paths:
            edition.end(None, "")
            Procedure.objects.filter(ends=edition).update(ends=None)
            data = {"edition": edition.number}
            log(
                instance=edition.page.specific, action="covenants.take_end_back", user=by, data=data
            )
            touch(Page, [edition.page_id])


def end_for_own(page, begins: datetime.date, *, by=None) -> None:
    """End the following of the group whose own covenant `page` comes into force on a day.

    Called within the adoption, after `hold_group`. Raises ValidationError where the following
    began later.
    """
    if not _is_own(page):
        return
    group = Page.objects.get(path=page.path[:-STEP])
    standing = Following.objects.holding_from(max(begins, timezone.localdate()))
    for following in standing.filter(group=group.pk):
        if following.effective_from >= begins:
            raise ValidationError(
                {
                    "effective_from": _(
                        "本组自 %s 起沿用村里的规约，自己的规约要晚于这一天施行，或先撤销沿用。"
                    )
                    % following.effective_from.isoformat()
                }
            )
        following.ended_on, following.ended_reason = begins, Following.OWN
        following.save(update_fields=["ended_on", "ended_reason"])
        touch(Page, [group.pk])
        log(
            instance=group.specific,
            action="covenants.end_following",
            user=by,
            data={"day": begins.isoformat()},
        )


def follows_from(page, day: datetime.date) -> bool:
    """Whether the group of a covenant `page` follows the village's on `day` or later."""
    path = page.path[:-STEP]
    return Following.objects.holding_from(day).filter(group__path=path).exists()
