"""The few fields of signing in."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm, PasswordChangeForm

from safety.rate_limits import seconds_to_wait

CODE_ATTRS = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


def refuse_more_guesses(user):
    """Raises ValidationError where somebody signed in as `user` tries passwords too often."""
    if seconds_to_wait("password", f"user {user.pk}"):
        raise forms.ValidationError(_("试得太多了，请过一会儿再试。"))


class CodeForm(forms.Form):
    """The code from the phone; with `digits_only` no back-up code is offered."""

    code = forms.CharField(label=_("验证码"), max_length=20, widget=forms.TextInput(CODE_ATTRS))

    def __init__(self, *args, digits_only=False, **kwargs):
        super().__init__(*args, **kwargs)
        if digits_only:
            self.fields["code"].widget.attrs["inputmode"] = "numeric"


class PasswordForm(forms.Form):
    """One's own password once more, before something that a borrowed screen must not do."""

    password = forms.CharField(
        label=_("现在的密码"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def __init__(self, user, *args, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self):
        password = self.cleaned_data["password"]
        refuse_more_guesses(self.user)
        if not self.user.check_password(password):
            raise forms.ValidationError(_("密码不对。"))
        return password


class NewPasswordForm(PasswordChangeForm):
    """Wagtail's, in which whoever found a screen unlocked cannot try the old password for ever."""

    def clean_old_password(self):
        refuse_more_guesses(self.user)
        return super().clean_old_password()


class SetUpForm(PasswordForm, CodeForm):
    """The first code of a phone; who is signed in already gives the password as well."""

    field_order = ["password", "code"]

    def __init__(self, user, *args, with_password, **kwargs):
        super().__init__(user, *args, digits_only=True, **kwargs)
        if not with_password:
            del self.fields["password"]


class SignInForm(LoginForm):
    """Wagtail's own, with a sentence that says what to do; it speaks no Chinese of passwords."""

    error_messages = LoginForm.error_messages | {
        "invalid_login": _("用户名或者密码不对。请看清大小写，再试一次。")
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("密码")
        self.fields["password"].widget.attrs["placeholder"] = ""
        self.fields["username"].widget.attrs["placeholder"] = ""
