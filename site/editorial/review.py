"""Who may approve or publish a text. Views, hooks, the task and tests all ask here.

The rule: no one approves or publishes what they wrote themselves. Nothing here changes data.
"""

from django.utils.translation import gettext as _
from wagtail.models import Page, PagePermissionTester
from wagtail.permissions import policy_registry

from . import authorship


class ReviewRefused(Exception):
    """A step of a review that cannot be taken; the message tells the person why."""


def holds_review_right(user, page):
    """Whether `user` may publish at this place at all, their own texts aside."""
    policy = policy_registry.get_by_type(Page)
    return policy.user_has_permission_for_instance(user, "publish", page)


def may_review(user, page):
    """Whether `user` may approve or return the text now awaiting review."""
    return holds_review_right(user, page) and not authorship.is_author(user, page)


def may_override(user, page):
    """Whether `user` may approve their own text by recording a reason: superusers only."""
    return user.is_active and user.is_superuser and authorship.is_author(user, page)


def may_publish_directly(user, page):
    """Whether `user` may publish `page` with the button, outside the workflow.

    Asked after the button has saved a revision in the user's name: that one counts only if it
    changed something.
    """
    if not needs_review(page):
        return True
    if not holds_review_right(user, page):
        return False
    if authorship.saved_without_change(page):
        return not authorship.wrote_before(user, page)
    return not authorship.is_author(user, page)


def needs_review(page_or_model):
    """Whether this page, or the pages of this model, may go live only after someone else's eyes."""
    model = page_or_model if isinstance(page_or_model, type) else page_or_model.specific_class
    return bool(getattr(model, "requires_review", False))


def reviewers(page):
    """Users who should be told that `page` awaits review: of the nearest body that has any.

    A queryset without authors; a county is not told of what its township can answer.
    """
    policy = policy_registry.get_by_type(Page)
    wrote = authorship.authors(page)
    for body in page.get_ancestors(inclusive=True).order_by("-depth"):
        rows = body.group_permissions.filter(permission__codename="publish_page")
        found = policy.users_with_permission_for_instance(
            "publish", page, include_superusers=False
        ).filter(groups__in=rows.values("group"))
        found = found.exclude(pk__in=wrote)
        if found.exists():
            return found
    return policy.users_with_permission_for_instance("publish", page).none()


class ReviewedPagePermissionTester(PagePermissionTester):
    """Wagtail's answers, except that an author cannot publish what they wrote."""

    def can_publish(self):
        if not super().can_publish():
            return False
        if self.page.pk is None or (self.page.live and not self.page.has_unpublished_changes):
            return True
        return not authorship.is_author(self.user, self.page)

    def can_set_view_restrictions(self):
        return super().can_publish()

    def can_unschedule(self):
        return super().can_publish()


def bind_reviewed_models(models):
    """Give every page model that declares `requires_review = True` the tester above.

    Declaring is enough: a model that forgot to name the tester as well would be a hole in the
    wall. Wagtail asks `permissions_for_user` of the specific page for this very purpose.
    """
    for model in models:
        if needs_review(model):
            model.permissions_for_user = _permissions_for_user


def _permissions_for_user(page, user):
    return ReviewedPagePermissionTester(user, page)


def refusal():
    return _("自己写的文本须由他人审核后发布。已保存为草稿，请提交审核。")
