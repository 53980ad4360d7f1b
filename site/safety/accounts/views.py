"""The screens of the second factor: show a code, set a phone up, renew codes, remove it."""

from base64 import b32encode

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponseForbidden
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import DEVICE_ID_SESSION_KEY
from wagtail.admin.auth import require_admin_access
from wagtail.log_actions import log

from . import second_factor as factor
from .forms import CodeForm, PasswordForm, SetUpForm
from .gate import half_signed_in


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request):
    """Asks who is half signed in for a code; leads everybody else where they belong."""
    user = half_signed_in(request)
    if user is None:
        known = request.user.is_authenticated
        return redirect("wagtailadmin_account" if known else "wagtailadmin_login")
    device = factor.device_of(user)
    if device is None:
        return redirect(_with_next(request, "accounts:set_up"))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        passed = factor.check(user, form.cleaned_data["code"])
        if passed is not None:
            _pass(request, passed)
            return redirect(_next(request))
        form.add_error("code", _refusal(factor.device_of(user)))
    context = {"form": form, "next": _next(request), "person": user}
    return render(request, "safety/accounts/second_factor.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request):
    """Shows a new key, takes it into use with its first code, and tells the back-up codes once.

    Who has a phone set up must have shown its code before they come here.
    """
    half = half_signed_in(request)
    user = half or request.user
    if not user.is_authenticated:
        return redirect("wagtailadmin_login")
    if half and factor.device_of(half):
        return redirect(_with_next(request, "accounts:second_factor"))
    form = SetUpForm(user, request.POST or None, with_password=half is None)
    if form.is_valid():
        if factor.confirm(user, form.cleaned_data["code"]):
            _pass(request, factor.device_of(user))
            log(instance=user, action="safety.second_factor_set_up", user=user)
            return _codes(request, user)
        form.add_error("code", _refusal(factor.prepare(user)))
    device = factor.prepare(user)
    secret = b32encode(device.bin_key).decode().rstrip("=")
    context = {
        "form": form,
        "next": _next(request),
        "person": user,
        "is_required": factor.is_required_of(user),
        "is_first": half is not None,
        "address": device.config_url,
        "qr_code": _qr_code(device.config_url),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    return render(request, "safety/accounts/set_up.html", context)


@never_cache
@require_admin_access
@sensitive_post_parameters()
def renew_codes(request):
    """New back-up codes for who has a phone set up and gives the password."""
    if factor.device_of(request.user) is None:
        return redirect("wagtailadmin_account")
    form = PasswordForm(request.user, request.POST or None)
    if form.is_valid():
        log(instance=request.user, action="safety.backup_codes", user=request.user)
        return _codes(request, request.user)
    return render(request, "safety/accounts/renew_codes.html", {"form": form})


@never_cache
@require_admin_access
@sensitive_post_parameters()
def remove(request):
    """Back to the password alone, for those who may."""
    if factor.is_required_of(request.user):
        return HttpResponseForbidden()
    form = PasswordForm(request.user, request.POST or None)
    if form.is_valid():
        factor.remove(request.user)
        log(instance=request.user, action="safety.second_factor_removed", user=request.user)
        messages.success(request, _("已停用两步验证，今后只凭密码登录。"))
        return redirect("wagtailadmin_account")
    return render(request, "safety/accounts/remove.html", {"form": form})


@require_POST
def leave(request):
    """For who stands before the second step with another's account, or without their phone."""
    logout(request)
    return redirect("wagtailadmin_login")


def _pass(request, device):
    request.session.cycle_key()
    request.session[DEVICE_ID_SESSION_KEY] = device.persistent_id


def _codes(request, user):
    context = {"codes": factor.new_backup_codes(user), "next": _next(request)}
    return render(request, "safety/accounts/codes.html", context)


def _refusal(device) -> str:
    text = _("验证码不对，或者已经用过。请等手机上换成下一个再试。")
    if device is not None and factor.waits_until(device):
        text += _("连续输错，等待的时间会越来越长。")
    return text


def _next(request) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("wagtailadmin_home")


def _with_next(request, name) -> str:
    query = request.GET.urlencode()
    return f"{reverse(name)}?{query}" if query else reverse(name)


def _qr_code(text: str):
    drawing = segno.make(text, error="m").svg_inline(
        scale=5, border=4, light="#fff", title=str(settings.OTP_TOTP_ISSUER)
    )
    # Drawn by segno from a text that stands only in its pattern.
    return mark_safe(drawing)  # noqa: S308
