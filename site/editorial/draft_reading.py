"""Reading a draft and saying something about it, for those who serve at a place and do not edit.

Wagtail lets only editors and reviewers see a draft. What is said here is a comment of Wagtail's;
the editor's own panel of comments is off, so who edits is told of it and answers on this desk.
"""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.models import Comment, Page
from wagtail.permissions import policy_registry

from . import drafts, notices, procedures
from .models import Mandate

COMMENTS = "updated_comments"
"""Wagtail's own kind of notice, which people may refuse in their account."""
SHOWN = 50
SHOWN_ABOVE = 8
"""Comments listed above the editor."""


class SayForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("意见"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


def reads_only(user, page) -> bool:
    """Whether `user` may read drafts at this place without being able to change them."""
    if not drafts.may_read(user, page):
        return False
    tester = page.permissions_for_user(user)
    return not (tester.can_edit() or tester.can_publish())


@require_http_methods(["GET", "POST"])
def desk(request, page_id):
    """The newest text, the comments on it, and a form for one more."""
    page = _page(request, page_id)
    form = SayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        say(request.user, page, form.cleaned_data["text"])
        messages.success(request, _("意见已记下，编辑打开文本时会看到。"))
        return redirect("editorial_draft", page.pk)
    rows = Comment.objects.filter(page=page.pk).select_related("user", "resolved_by")
    context = {
        "page": page,
        "comments": rows.order_by("-pk")[:SHOWN],
        "form": form,
        "edits": page.permissions_for_user(request.user).can_edit(),
    }
    return render(request, "editorial/draft.html", context)


@require_POST
def resolve(request, page_id, comment_id):
    """Mark a comment as dealt with."""
    page = _page(request, page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    waiting = Comment.objects.filter(pk=comment_id, page=page.pk, resolved_at=None)
    waiting.update(resolved_at=timezone.now(), resolved_by=request.user)
    return redirect("editorial_draft", page.pk)


def tell_comments(request, page):
    """Show in the editor what nobody has dealt with yet, with the way to its clause."""
    waiting = Comment.objects.filter(page=page.pk, resolved_at=None).order_by("-pk")
    count = waiting.count()
    if not count:
        return
    clauses = {clause.contentpath: clause for clause in procedures.clauses(page)}
    rows = [_row(clauses.get(comment.contentpath), comment) for comment in waiting[:SHOWN_ABOVE]]
    told = format_html_join("", "<li>{}{}</li>", rows)
    desk = messages.button(reverse("editorial_draft", args=[page.pk]), _("逐条看、处理"))
    head = _("有 %d 条意见没有处理。") % count
    messages.info(request, format_html("{}<ul>{}</ul>", head, told), buttons=[desk])


def _row(clause, comment) -> tuple[str, str]:
    """(a link to the clause in the editor, what was said of it)."""
    if clause is None:
        return "", comment.text
    return format_html(
        '<a href="#block-{}-section">{}</a>：', clause.key, clause.label
    ), comment.text


@require_safe
def text(request, page_id):
    """The newest text as residents would see it."""
    page = _page(request, page_id)
    return page.make_preview_request(request, page.default_preview_mode)


@transaction.atomic
def say(user, page, words) -> Comment:
    """Keep a comment on the text and tell who edits it: of the nearest body that has any."""
    comment = Comment.objects.create(
        page_id=page.pk,
        user=user,
        text=words,
        contentpath="title",
        revision_created=page.latest_revision,
    )
    policy = policy_registry.get_by_type(Page)
    editors = policy.users_with_permission_for_instance("change", page, include_superusers=False)
    here = editors.filter(pk__in=_serving_nearest(page, editors)).exclude(pk=user.pk)
    title = {"title": page.get_admin_display_title()}

    def made():
        return _("有人对文本提了意见：%(title)s") % title, _("“%(title)s”有新的意见：") % title

    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    notices.tell(here, COMMENTS, made, address, page_id=page.pk)
    return comment


def _serving_nearest(page, people):
    """Ids of those of `people` who serve at the nearest body above the page that has any."""
    rows = Mandate.objects.live().filter(body__in=page.get_ancestors(inclusive=True))
    rows = rows.filter(user__in=people)
    nearest = rows.order_by("-body__depth").first()
    return rows.filter(body=nearest.body_id).values("user") if nearest else []


def _page(request, page_id):
    page = get_object_or_404(Page, pk=page_id)
    if not drafts.may_read(request.user, page):
        raise Http404
    return page.get_latest_revision_as_object()


urls = [
    path("drafts/<int:page_id>/", desk, name="editorial_draft"),
    path("drafts/<int:page_id>/text/", text, name="editorial_draft_text"),
    path(
        "drafts/<int:page_id>/<int:comment_id>/resolve/",
        resolve,
        name="editorial_resolve_comment",
    ),
]
