"""What editors and reviewers do about personal data that the scan found in a page's newest text.

`safety.findings` decides what may stand; here people see it, and a reviewer may let it stand.
"""

from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import Page

from safety.findings import find_on
from safety.models import PersonalDataOverride, ScannedPage
from safety.models.override import words_digest
from safety.written import is_written

from . import review

SHOWN = 20


def may_let_stand(user, page) -> bool:
    """Whether `user` may let words of the newest text stand: who may review it, no author of it."""
    return review.may_review(user, page)


@transaction.atomic
def let_stand(page, located, reason: str, *, by) -> PersonalDataOverride:
    """Let the words of one finding be published on this page. Raises ReviewRefused."""
    if not may_let_stand(by, page):
        raise review.ReviewRefused(_("只有上级审核员可以放行，而且不能放行自己写的文本。"))
    if not is_written(reason):
        raise review.ReviewRefused(_("请写明放行的理由。"))
    made, _created = PersonalDataOverride.objects.update_or_create(
        page_id=page.pk,
        digest=words_digest(located.finding),
        defaults={
            "kind": located.finding.kind,
            "masked": located.finding.masked[:120],
            "reason": reason.strip()[:200],
            "made_by": by,
        },
    )
    ScannedPage.objects.filter(page_id=page.pk).update(version="")
    data = {"reason": made.reason, "kind": located.kind_name, "masked": made.masked}
    log(instance=page, action="safety.let_stand", user=by, data=data)
    return made


def tell_findings(request, page) -> None:
    """Above the editor: what may not be published, and what to look at again."""
    found = find_on(page)
    red = [one for one in found if one.blocks]
    amber = [one for one in found if not one.blocks]
    if red:
        buttons = []
        if may_let_stand(request.user, page):
            address = reverse("editorial_personal_data", args=[page.pk])
            buttons.append(messages.button(address, _("核对后放行")))
        head = _("下面这些个人信息不能公开，改好以前发布不了（草稿可以保存）：")
        messages.error(request, _listed(page, head, red), buttons=buttons)
    if amber:
        head = _("请核对下面这些地方。未成年人不写姓名，可以写“王某”或“一名学生”：")
        messages.warning(request, _listed(page, head, amber))


def _listed(page, head, found):
    links = ((_anchor(page, one.text.field), one.message) for one in found[:SHOWN])
    rows = format_html_join("", '<li><a href="#{}">{}</a></li>', links)
    return format_html("{}<ul>{}</ul>", head, rows)


def _anchor(page, name: str) -> str:
    """The id of what the editor shows a field by: its control, its blocks, its rows."""
    try:
        field = page._meta.get_field(name)
    except FieldDoesNotExist:
        return f"id_{name}-ADD"
    if isinstance(field, StreamField):
        return name
    if field.one_to_many:
        return f"id_{name}-ADD"
    return f"id_{name}-chooser" if field.many_to_one else f"id_{name}"


@require_http_methods(["GET", "POST"])
def findings(request, page_id):
    """A reviewer goes through what blocks a text and lets parts of it stand, with a reason."""
    page = get_object_or_404(Page, pk=page_id).specific.get_latest_revision_as_object()
    if not may_let_stand(request.user, page):
        raise PermissionDenied
    found = {words_digest(one.finding): one for one in find_on(page) if one.blocks}
    if request.method == "POST":
        chosen = [found[key] for key in request.POST.getlist("finding") if key in found]
        if not chosen:
            messages.error(request, _("请勾选要放行的地方。"))
        else:
            for located in chosen:
                let_stand(page, located, request.POST.get("reason", ""), by=request.user)
            messages.success(request, _("已放行，并记入日志。"))
            return redirect("wagtailadmin_pages:edit", page.pk)
    rows = list(found.items())
    return render(request, "editorial/personal_data.html", {"page": page, "rows": rows})
