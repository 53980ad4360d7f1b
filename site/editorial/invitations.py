"""Invitations: who may hand one out, to whom, and what it opens.

An invitation opens the whole account, so only who may appoint to every place its owner serves at
may hand one out; that is asked again when it is used.
"""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from . import mandates
from .models import Invitation, Mandate

_signer = Signer(salt="editorial.invitation")


class InvitationError(ValueError):
    """The invitation cannot be handed out or used; the message says why and what to do."""


def may_invite(by, mandate) -> bool:
    """Whether `by` may hand the holder of this mandate a way into their account."""
    if mandate.user is None or by == mandate.user:
        return False
    return mandates.may_appoint(by, mandate.role, mandate.body) and mandates.is_named_only_by(
        by, mandate.user
    )


@transaction.atomic
def issue(chosen: Iterable[Mandate], by) -> list[Invitation]:
    """A new invitation for each person of these mandates; what they had before is withdrawn.

    Raises InvitationError, and issues none, if `by` may not invite one of them or a term has ended.
    """
    now, made = timezone.now(), []
    expires = now + datetime.timedelta(days=settings.INVITATION_DAYS)
    for mandate in {mandate.user_id: mandate for mandate in chosen}.values():
        if not may_invite(by, mandate):
            raise InvitationError(
                _("%(person)s还在别处任职，或不归您任免，不能由您发邀请。请找上级管理员。")
                % {"person": mandate.person}
            )
        if not Mandate.objects.running(now).filter(pk=mandate.pk).exists():
            raise InvitationError(_("%(person)s的任期已经结束。") % {"person": mandate.person})
        earlier = Invitation.objects.filter(mandate__user=mandate.user, used_at=None)
        earlier.filter(withdrawn_at=None).update(withdrawn_at=now)
        made.append(Invitation.objects.create(mandate=mandate, issued_by=by, expires_at=expires))
        log(
            instance=mandate.user,
            action="editorial.invite",
            user=by,
            data={"person": mandate.person, "body": mandate.body.title},
        )
    return made


def address(invitation) -> str:
    """The absolute address that opens the invitation."""
    path = reverse("editorial_invitation", args=[_signer.sign(invitation.key)])
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"


def find(token: str) -> Invitation:
    """The invitation this token opens now.

    Raises InvitationError for a forged, used, withdrawn or expired one, and where the mandate has
    ended or whoever issued it may not invite any more.
    """
    rows = Invitation.objects.select_related("mandate__user", "mandate__body", "issued_by")
    try:
        found = rows.filter(key=_signer.unsign(token)).first()
    except BadSignature:
        found = None
    if found is None:
        raise InvitationError(_("这个链接不对，可能没有抄全。请对照邀请单重新扫码或输入。"))
    if found.used_at:
        raise InvitationError(_("这张邀请单已经用过了。请直接登录；忘了密码请找任命您的人重发。"))
    if found.withdrawn_at:
        raise InvitationError(_("这张邀请单已经作废，请用新发的那一张。"))
    if found.expires_at <= timezone.now():
        raise InvitationError(_("这张邀请单过期了，请找任命您的人重发。"))
    if not _still_stands(found):
        raise InvitationError(_("这张邀请单不再有效，请找任命您的人。"))
    return found


@transaction.atomic
def use(token: str, password: str):
    """Set the password of the invited account and return the user; a second use is refused.

    Raises InvitationError as `find` does.
    """
    found = find(token)
    if not Invitation.objects.open().filter(pk=found.pk).update(used_at=timezone.now()):
        raise InvitationError(_("这张邀请单已经用过了。请直接登录；忘了密码请找任命您的人重发。"))
    user = found.mandate.user
    user.set_password(password)
    user.save(update_fields=["password"])
    log(instance=user, action="editorial.invitation_used", user=user, data={})
    return user


def _still_stands(invitation) -> bool:
    mandate, by = invitation.mandate, invitation.issued_by
    running = Mandate.objects.running().filter(pk=mandate.pk, user__is_active=True).exists()
    return running and by is not None and may_invite(by, mandate)
