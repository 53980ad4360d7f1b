"""Pictures and documents that stand on public pages: changed or deleted by who may publish there.

What hangs on a public page is part of what was reviewed; whoever only proposes puts another one
into the text and submits it. So is what hangs on a text that waits for its review: a file changed
after the reviewer looked at it would become public unseen.
"""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db.models import IntegerField, Q
from django.db.models.functions import Cast
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page, ReferenceIndex, Revision, TaskState
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


def waiting_text(user, model, ids) -> Page | None:
    """A text in review, or approved and scheduled, at a place of `user` that holds one of these
    files and that `user` may not publish, if any."""
    policy = policy_registry.get_by_type(Page)
    own = policy.instances_user_has_any_permission_for(user, {"change"})
    published = policy.instances_user_has_any_permission_for(user, {"publish"})
    in_review = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).values("revision")
    waiting = (
        Revision.objects.filter(base_content_type=ContentType.objects.get_for_model(Page))
        .filter(Q(pk__in=in_review) | Q(approved_go_live_at__isnull=False))
        .annotate(of_page=Cast("object_id", IntegerField()))
        .filter(of_page__in=own.order_by().values("pk"))
        .exclude(of_page__in=published.order_by().values("pk"))
    )
    kind, keys = ContentType.objects.get_for_model(model).pk, {str(key) for key in ids}
    for revision in waiting:
        page = revision.as_object()
        held = ReferenceIndex._extract_references_from_object(page)
        if any(found[0] == kind and str(found[1]) in keys for found in held):
            return page
    return None


def refusal(request, model, ids):
    """The answer to a post that would change or delete what a page of others shows, or None."""
    match = request.resolver_match
    in_bulk = match.url_name == "wagtail_bulk_action" and match.kwargs.get("action") == "delete"
    if request.method != "POST" or not ids or not (in_bulk or match.url_name in CHANGING):
        return None
    if page := page_of_others(request.user, model, ids):
        told = _(
            "已经公开的页面“%(title)s”在用它，没有改，也没有删。请上传新的，放进文本里提交审核；"
            "或者请有权发布这一页的人来改。"
        )
    elif page := waiting_text(request.user, model, ids):
        told = _(
            "“%(title)s”正在审核，或者已经批准、等着发布，里面用了它，没有改，也没有删。"
            "请上传新的，放进文本里重新提交。"
        )
    else:
        return None
    told %= {"title": page.title}
    if match.url_name.endswith("_multiple"):
        return JsonResponse({"success": False, "error_message": told}, status=403)
    messages.error(request, told)
    return redirect(reverse(f"{model._meta.app_label}:index"))
