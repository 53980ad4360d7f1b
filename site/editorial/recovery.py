"""Helping someone back into their account: who may help whom, and each step beside its predicate.

The rule is that of appointing: whoever may appoint to every place a person serves at may let them
in again, nobody else, for the account opens all of it. A person with rights beside mandates is
helped by superusers; a superuser by whoever runs the machine (`manage.py recover_account`).
Every step is logged.
"""

from dataclasses import dataclass

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.log_actions import log

from safety.accounts import attempts, second_factor, sessions

from . import mandates
from .backends import ADMIN
from .models import Mandate
from .roles import ROLES


class RecoveryRefused(Exception):
    """The person cannot be helped by this one; the message says who can."""


@dataclass(frozen=True)
class Done:
    """What a step did: a sentence for who helped, and the link to hand over, if there is one."""

    text: str
    link: str = ""


def may_help(by, person) -> bool:
    """Whether `by` may let `person` into their account again."""
    if by.pk == person.pk or not by.is_active or not person.is_active or person.is_superuser:
        return False
    if by.is_superuser:
        return True
    return (
        Mandate.objects.running().filter(user=person).exists()
        and mandates.is_named_only_by(by, person)
        and not (person.get_all_permissions() - {ADMIN})
    )


def people_helped_by(by):
    """A queryset of whom `by` may help, with `is_locked`, `has_phone` and `terms`, by name."""
    users = get_user_model().objects.filter(is_active=True, is_superuser=False).exclude(pk=by.pk)
    running = Mandate.objects.running()
    if not by.is_superuser:
        named = running.filter(_appointed_by(by))
        elsewhere = running.exclude(pk__in=named.values("pk"))
        users = users.filter(pk__in=named.values("user"), user_permissions=None).exclude(
            pk__in=elsewhere.exclude(user=None).values("user")
        )
    terms = running.select_related("body").order_by("pk")
    return (
        users.annotate(
            is_locked=Exists(AccessAttempt.objects.filter(username=OuterRef("username"))),
            has_phone=Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)),
        )
        .prefetch_related(Prefetch("mandates", terms, to_attr="terms"))
        .order_by("username")
    )


def unlock(person, by=None) -> Done:
    """Let them try their password again at once."""
    _check(by, person)
    attempts.unlock(person.get_username())
    _log("editorial.recovery_unlock", person, by)
    return Done(_("已解除锁定，现在就可以再试密码。"))


@transaction.atomic
def forget_phone(person, by=None) -> Done:
    """Forget their second factor and end their sessions; they set a phone up when they sign in."""
    _check(by, person)
    second_factor.remove(person)
    TOTPDevice.objects.filter(user=person).delete()
    sessions.end_sessions(person)
    _log("editorial.recovery_phone", person, by)
    return Done(_("旧手机和备用码已作废，下次登录时重新设置。"))


@transaction.atomic
def new_password_link(person, by=None) -> Done:
    """Void their password and end their sessions; a link lets them choose another, once."""
    _check(by, person)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    sessions.end_sessions(person)
    attempts.unlock(person.get_username())
    _log("editorial.recovery_password", person, by)
    path = reverse(
        "accounts:new_password",
        args=[
            urlsafe_base64_encode(force_bytes(person.pk)),
            default_token_generator.make_token(person),
        ],
    )
    return Done(
        _("旧密码已作废。请把链接当面或打电话确认后交给本人，24 小时内有效，只能用一次。"),
        f"{settings.WAGTAILADMIN_BASE_URL}{path}",
    )


def end_sessions(person, by=None) -> Done:
    """Sign them out everywhere."""
    _check(by, person)
    ended = sessions.end_sessions(person)
    _log("editorial.recovery_sessions", person, by)
    told = ngettext("已退出 %(count)d 台设备。", "已退出 %(count)d 台设备。", ended)
    return Done(told % {"count": ended})


STEPS = {
    "unlock": unlock,
    "password": new_password_link,
    "phone": forget_phone,
    "sessions": end_sessions,
}


def _check(by, person):
    """Nobody stands for the operator of the machine."""
    if by is not None and not may_help(by, person):
        raise RecoveryRefused(_("这个账号不归您重设，请找任命他的上一级。"))


def _appointed_by(by) -> Q:
    condition = Q(pk__in=[])
    for mandate in mandates.live_mandates(by):
        roles = [role.key for role in ROLES.values() if role.appointed_by == mandate.role]
        if not roles:
            continue
        path = mandate.body.path
        condition |= Q(role__in=roles, body__path__gte=path, body__path__lt=f"{path}~")
    return condition


def _log(action, person, by):
    log(instance=person, action=action, user=by, data={"person": person.get_username()})
