"""Pictures and documents that stand on public pages: changed or deleted by who may publish there.

What hangs on a public page is part of what was reviewed; whoever only proposes puts another one
into the text and submits it.
"""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

CHANGING = {"edit", "delete", "edit_multiple", "delete_multiple"}


def page_of_others(user, model, ids) -> Page | None:
    """A public page that shows one of these files and that `user` may not publish, if any."""
    held = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        to_content_type=ContentType.objects.get_for_model(model),
        to_object_id__in=[str(key) for key in ids],
    )
    pages = {int(key) for key in held.values_list("object_id", flat=True)}
    policy = policy_registry.get_by_type(Page)
    own = policy.instances_user_has_any_permission_for(user, {"publish"})
    shown = Page.objects.filter(pk__in=pages, live=True)
    return shown.exclude(pk__in=own.order_by().values("pk")).first()


def refusal(request, model, ids):
    """The answer to a post that would change or delete what a page of others shows, or None."""
    match = request.resolver_match
    in_bulk = match.url_name == "wagtail_bulk_action" and match.kwargs.get("action") == "delete"
    if request.method != "POST" or not ids or not (in_bulk or match.url_name in CHANGING):
        return None
    page = page_of_others(request.user, model, ids)
    if page is None:
        return None
    told = _(
        "已经公开的页面“%(title)s”在用它，没有改，也没有删。请上传新的，放进文本里提交审核；"
        "或者请有权发布这一页的人来改。"
    ) % {"title": page.title}
    if match.url_name.endswith("_multiple"):
        return JsonResponse({"success": False, "error_message": told}, status=403)
    messages.error(request, told)
    return redirect(reverse(f"{model._meta.app_label}:index"))
