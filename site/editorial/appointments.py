"""Appointing and dismissing people: the only place that makes mandates and ends them."""

import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from . import mandates
from .body_collections import body_collection
from .models import Mandate
from .roles import ROLES


class AppointmentError(ValueError):
    """The appointment cannot be made or ended; the message says why, for a person to read."""


@transaction.atomic
def appoint(user, role_key, page, by=None, since=None, until=None, why=""):
    """Give `user` the role at `page` and return the `Mandate`.

    `since` and `until` are dates (from the beginning of the one to the end of the other, local
    time) or aware datetimes; without them the term begins now and does not end. A term that lies
    within one they already hold changes nothing and returns that one. `by` is the user who
    decides; None stands for the system's operator. Raises AppointmentError for an unknown role, a
    page the role does not serve, dates the wrong way round, or a `by` who may not decide this.
    """
    role, page = _checked(role_key, page, by)
    starts_at, ends_at = begins(since) or timezone.now(), ends(until)
    if ends_at is not None and ends_at <= starts_at:
        raise AppointmentError(_("任期的结束必须晚于开始。"))
    _take_turns(user)
    held = Mandate.objects.filter(user=user, role=role.key, body=page, starts_at__lte=starts_at)
    lasting = Q(ends_at=None) if ends_at is None else Q(ends_at=None) | Q(ends_at__gte=ends_at)
    mandate = held.filter(lasting).first()
    if mandate is None:
        if role.media_actions:
            body_collection(page)
        mandate = Mandate.objects.create(
            person=shown_name(user),
            user=user,
            role=role.key,
            body=page,
            starts_at=starts_at,
            ends_at=ends_at,
        )
        _log("editorial.appoint", mandate, by, why)
    mandates.forget(user)
    return mandate


@transaction.atomic
def dismiss(user, role_key, page, by=None, as_of=None, why=""):
    """End the role at `page` for `user`; returns whether there was anything to end.

    `as_of` as in `end`. Terms that have not begun end with the present one.
    """
    role, page = _checked(role_key, page, by)
    _take_turns(user)
    rows = Mandate.objects.running().filter(user=user, role=role.key, body=page)
    ended = [end(mandate, by=by, as_of=as_of, why=why) for mandate in rows.select_related("body")]
    mandates.forget(user)
    return any(ended)


@transaction.atomic
def dismiss_all(user, by=None, as_of=None, why=""):
    """End every role of `user`; returns how many ended."""
    rows = Mandate.objects.running().filter(user=user).select_related("body")
    ended = [end(mandate, by=by, as_of=as_of, why=why) for mandate in rows]
    mandates.forget(user)
    return sum(ended)


@transaction.atomic
def end(mandate, by=None, as_of=None, why=""):
    """End one mandate; returns whether this changed anything.

    `as_of` is its last day (a date), a datetime, or None for this moment. It ends with a day that
    is to come, and at once today; a day that has passed takes the rights at once, too, and is kept
    as the date. A term is never made
    longer, and one that has ended stays as it was recorded. Raises AppointmentError for a `by` who
    may not decide this.
    """
    if by is not None and not mandates.may_appoint(by, mandate.role, mandate.body):
        raise AppointmentError(_not_yours(mandate.get_role_display(), mandate.body))
    now = timezone.now()
    locked = Mandate.objects.select_for_update().get(pk=mandate.pk)
    today = not isinstance(as_of, datetime.datetime) and as_of == timezone.localdate(now)
    ends_at = max(now if as_of is None or today else ends(as_of), locked.starts_at)
    if locked.ends_at is not None and locked.ends_at <= max(now, ends_at):
        return False
    locked.ends_at, locked.ended_by, locked.ended_on = ends_at, by, now
    locked.why_ended = why[: Mandate._meta.get_field("why_ended").max_length]
    locked.save()
    _log("editorial.dismiss", locked, by, why)
    return True


FARTHEST = 100
"""Years from now that a term may begin before or end after."""


def is_within_reach(day: datetime.date) -> bool:
    """Whether a term may begin or end on this day: nobody serves in the year 1 or 9999."""
    return abs(day.year - timezone.localdate().year) <= FARTHEST


def begins(since):
    """The moment at which a term beginning on the day `since` begins; None for None.

    Raises AppointmentError for a day beyond reach.
    """
    if since is None or isinstance(since, datetime.datetime):
        return since
    if not is_within_reach(since):
        raise AppointmentError(_("%s离现在太远。没有定下结束的日子就空着。") % since)
    return timezone.make_aware(datetime.datetime.combine(since, datetime.time.min))


def ends(until):
    """The first moment after a term whose last day is `until`; None for None."""
    if until is None or isinstance(until, datetime.datetime):
        return until
    if until == datetime.date.max:
        return begins(until)
    return begins(until + datetime.timedelta(days=1))


def shown_name(user):
    """The name under which a person is shown."""
    return user.get_full_name() or user.get_username()


def _take_turns(user):
    """Let whoever else appoints or dismisses this person wait until this transaction ends."""
    get_user_model().objects.select_for_update().get(pk=user.pk)


def _checked(role_key, page, by):
    role = ROLES.get(role_key)
    if role is None:
        raise AppointmentError(
            _("没有“%(role)s”这个角色。可用：%(roles)s")
            % {"role": role_key, "roles": "、".join(ROLES)}
        )
    page = Page.objects.get(pk=page.pk)
    if page.specific_class._meta.label != role.serves:
        raise AppointmentError(
            _("“%(role)s”不能设在“%(page)s”。") % {"role": role.name, "page": page.title}
        )
    if by is not None and not mandates.may_appoint(by, role.key, page):
        raise AppointmentError(_not_yours(role.name, page))
    return role, page


def _not_yours(role_name, page):
    return _("您不能任免“%(page)s”的%(role)s。") % {"role": role_name, "page": page.title}


def _log(action, mandate, by, why):
    """Note the change in the history of the body and in that of the person."""
    last = mandate.last_day
    data = {
        "mandate": mandate.pk,
        "person": mandate.person,
        "username": mandate.user.get_username() if mandate.user else "",
        "role": mandate.role,
        "role_name": str(ROLES[mandate.role].name),
        "body": mandate.body.title,
        "from": mandate.first_day.isoformat(),
        "until": last.isoformat() if last else "",
        "why": why,
    }
    log(instance=mandate.body.specific, action=action, user=by, data=data)
    if mandate.user:
        log(instance=mandate.user, action=action, user=by, data=data)
