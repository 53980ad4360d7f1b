"""What those who answer for a place do about requests to take down or correct; who may do it.

The one predicate is the right to review at the body that answers (`requests_for`).
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from safety.models import RemovalRequest
from safety.publishers import pages_to_publish

from . import notices, review


def requests_for(user):
    """Requests that `user` may see and answer; a condition of one query, whatever they serve."""
    if user.is_active and user.is_superuser:
        return RemovalRequest.objects.all()
    return RemovalRequest.objects.filter(body__in=pages_to_publish(user).values("pk"))


def can_take_up(request: RemovalRequest) -> bool:
    return request.state == RemovalRequest.NEW


@transaction.atomic
def take_up(request: RemovalRequest, *, by) -> None:
    """Note that the request is being checked. Raises ValidationError."""
    request = _locked(request)
    if not can_take_up(request):
        raise ValidationError(_("这份申请已经有人在办了。"))
    _keep(request, RemovalRequest.CHECKING, by)


def can_close(request: RemovalRequest) -> bool:
    return not request.is_closed


@transaction.atomic
def close(request: RemovalRequest, state: str, answer: str, *, by) -> None:
    """Close a request as done or refused, with what was answered. Raises ValidationError."""
    request = _locked(request)
    if state not in RemovalRequest.CLOSED:
        raise ValidationError(_("请选择已办，还是不予办理。"))
    if not can_close(request):
        raise ValidationError(_("这份申请已经办结。"))
    answer = answer.strip()
    if not answer:
        raise ValidationError(_("请写明怎么办的；不予办理的写明理由，并答复提出的人。"))
    if len(answer) > (most := RemovalRequest.LONGEST_ANSWER):
        raise ValidationError(_("办理结果请写在 %d 个字以内。") % most)
    request.answer, request.closed_at = answer, timezone.now()
    _keep(request, state, by)


def _locked(request):
    return RemovalRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)


def _keep(request, state, by):
    request.state, request.decided_by = state, by
    request.save()
    place = request.page or request.body
    if place is not None:
        # The log outlives the request: no word of it, nobody's name.
        data = {"number": request.number, "state": state}
        log(instance=place.specific, action="editorial.removal_request", user=by, data=data)


def tell_reviewers(request: RemovalRequest) -> None:
    """A notice to those who review at the body, or at the nearest above it that has any."""
    if request.body is None:
        return
    values = {"number": request.number, "body": request.body.title, "due": request.due.isoformat()}

    def make():
        subject = _("收到撤下、更正申请 %(number)s") % values
        text = _("%(body)s收到一份撤下、更正申请，请在 %(due)s 前办理。") % values
        return subject, text

    path = reverse("editorial_removal_request", args=[request.pk])
    notices.tell(review.reviewers(request.body, wrote=[]), notices.SUBMITTED, make, path)
