"""Where an invitation leads: setting a password, once, without being signed in."""

from django.contrib.auth.forms import SetPasswordForm
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from safety.rate_limits import bounded

from . import invitations


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@bounded("invitation")
def accept(request, token):
    """Looking uses nothing up, for chat apps open links by themselves; sending the form does."""
    context = {"refusal": "", "form": None, "invitation": None, "done": False}
    try:
        found = invitations.find(token)
        user = found.mandate.user
        form = SetPasswordForm(user, request.POST or None)
        context |= {"invitation": found, "form": form, "username": user.get_username()}
        if request.method == "POST" and form.is_valid():
            invitations.use(token, form.cleaned_data["new_password1"])
            context["done"] = True
    except invitations.InvitationError as error:
        context["refusal"] = str(error)
    status = 410 if context["refusal"] else 200
    response = render(request, "editorial/invitation.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
