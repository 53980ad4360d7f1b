"""The second factor: a code from the phone (TOTP, RFC 6238), or one of the back-up codes.

Who needs one is decided by rules that a room above registers (`require_of`).
"""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils.crypto import get_random_string, salted_hmac
from django_otp.plugins.otp_totp.models import TOTPDevice

from safety.models import BackupCode

CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 10
"""31 letters and digits that are not mistaken for one another: 49 bits a code."""

_rules: list[Callable] = []


def require_of(rule: Callable) -> None:
    """`rule(user)` says whether an active user must have a second factor."""
    if rule not in _rules:
        _rules.append(rule)


def is_required_of(user) -> bool:
    return settings.TWO_FACTOR_REQUIRED and any(rule(user) for rule in _rules)


def device_of(user) -> TOTPDevice | None:
    """The phone that was set up and works, or None."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def must_be_shown_by(user) -> bool:
    """Whether a password alone does not sign this user in: required, or set up by choice."""
    return is_required_of(user) or device_of(user) is not None


def waits_until(device: TOTPDevice):
    """When the next code may be tried after wrong ones; None for at once."""
    allowed, why = device.verify_is_allowed()
    return None if allowed else why["locked_until"]


@transaction.atomic
def check(user, code: str) -> TOTPDevice | None:
    """The user's device if `code` is its code of now, or an unused back-up code; else None.

    No code counts twice. Wrong ones make the next wait: 1, 2, 4 … seconds.
    """
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None or waits_until(device):
        return None
    code = _plain(code)
    if code.isdecimal() and code.isascii() and len(code) == device.digits:
        return device if device.verify_token(code) else None
    if BackupCode.objects.filter(user=user, digest=_digest(user, code)).delete()[0]:
        device.throttle_reset()
        return device
    device.throttle_increment()
    return None


def prepare(user) -> TOTPDevice:
    """The device that is being set up; its key stays the same until it is confirmed."""
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return device or TOTPDevice.objects.create(user=user, confirmed=False, name="totp")


@transaction.atomic
def confirm(user, code: str) -> bool:
    """Take the prepared device into use if `code` is its code; one used before goes."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(_plain(code)):
        return False
    remove(user)
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    return True


@transaction.atomic
def remove(user) -> bool:
    """Forget the user's phone and back-up codes; returns whether there was one."""
    BackupCode.objects.filter(user=user).delete()
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).delete()[0])


@transaction.atomic
def new_backup_codes(user) -> list[str]:
    """Codes to write down, in place of all earlier ones. They cannot be shown again."""
    BackupCode.objects.filter(user=user).delete()
    codes = [get_random_string(LENGTH, LETTERS) for _ in range(CODES)]
    BackupCode.objects.bulk_create(
        BackupCode(user=user, digest=_digest(user, code)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def backup_codes_left(user) -> int:
    return BackupCode.objects.filter(user=user).count()


def _plain(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter not in " -\u3000")


def _digest(user, code: str) -> str:
    return salted_hmac(
        "safety.accounts.second_factor", f"{user.pk} {code}", algorithm="sha256"
    ).hexdigest()
