"""Who may approve or publish a text. Views, hooks, the task and tests all ask here.

The rule: no one approves or publishes what they wrote themselves, or wrote down for a village; of
a text with several reviews no one takes two.
Nothing here changes data.
"""

from django.contrib.auth import get_user_model
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page
from wagtail.permissions import policy_registry

from safety.withdrawal.addresses import may_be_withdrawn

from . import authorship, mandates, review_steps
from .models.mandate import Mandate
from .page_tester import PlacePermissionTester
from .roles import FIRST, REVIEWS, SECOND, roles_reviewing

_SEVERAL = "_texts_take_several_approvals"
NAMED = 5
"""People named to an author who looks for someone to approve."""
NOBODY_ELSE = gettext_lazy("现在没有别的人可以审核，请联系系统管理员任命一位审核员。")


class ReviewRefused(Exception):
    """A step of a review that cannot be taken; the message tells the person why."""


def holds_review_right(user, page):
    """Whether `user` may publish at this place at all, their own texts aside."""
    policy = policy_registry.get_by_type(Page)
    return policy.user_has_permission_for_instance(user, "publish", page)


def takes_review(user, page, step):
    """Whether `user` serves as one who takes this review at this place, their own texts aside.

    The last or only one (`roles.FINAL`, "") is for whoever may publish there.
    """
    if step in (FIRST, SECOND):
        return any(mandates.holds_role_at(user, role, page) for role in roles_reviewing(step))
    return holds_review_right(user, page)


def may_file(user, page):
    """Whether `user` may take a text of this place to the township's files: filing clerks, and
    whoever publishes there."""
    return mandates.holds_role_at(user, "township_filer", page) or holds_review_right(user, page)


def may_review(user, page):
    """Whether `user` may approve or return the text now awaiting review."""
    return (
        takes_review(user, page, review_steps.awaited(page))
        and not authorship.is_author(user, page)
        and user.pk not in review_steps.taken_by(page)
    )


def may_override(user, page):
    """Whether `user` may approve what they may not review (their own text, a second review of one
    text) by recording a reason: superusers only."""
    return user.is_active and user.is_superuser and not may_review(user, page)


def may_publish_directly(user, page):
    """Whether `user` may publish `page` with the button, outside the workflow.

    Asked after the button has saved a revision in the user's name: that one counts only if it
    changed something. A text with several reviews, or one that several people have to approve, has
    no way round the workflow.
    """
    if not needs_review(page):
        return True
    if review_steps.has_several(page) or not holds_review_right(user, page):
        return False
    if review_steps.approvals_asked() > 1:
        return False
    if authorship.saved_without_change(page):
        return not authorship.wrote_before(user, page)
    return not authorship.is_author(user, page)


def may_withdraw(user, page):
    """Whether `user` may take `page` down for good: who may publish there, their own texts too.

    For pages that hold texts; a place is not withdrawn.
    """
    return may_be_withdrawn(page) and holds_review_right(user, page)


def needs_review(page_or_model):
    """Whether this page, or the pages of this model, may go live only after someone else's eyes."""
    model = page_or_model if isinstance(page_or_model, type) else page_or_model.specific_class
    return bool(getattr(model, "requires_review", False))


def reviewers(page, wrote=None):
    """Users who should be told that `page` awaits review: of the nearest body that has any.

    A queryset without the authors of its text, or without `wrote` (their ids) for something else
    that awaits review there; a county is not told of what its township can answer, and is where
    the township's only reviewer is an author.
    """
    return _nearest_reviewers(page, authorship.authors(page) if wrote is None else wrote)[1]


def who_else(page, wrote=None) -> str:
    """A sentence for an author: which people of which body may approve in their place."""
    body, found = _nearest_reviewers(page, authorship.authors(page) if wrote is None else wrote)
    if body is None:
        return str(NOBODY_ELSE)
    return _("可以由%(body)s的审核人员审核：%(names)s。") % _named(body, found)


def whose_turn(page) -> str:
    """A sentence for whoever handed a text in: which people of which body review it now."""
    body, found = _nearest_reviewers(page, authorship.authors(page))
    if body is None:
        return str(NOBODY_ELSE)
    return _("现在由%(body)s的审核人员审核：%(names)s。") % _named(body, found)


def _named(body, found) -> dict[str, str]:
    people = [user.get_full_name() or user.get_username() for user in found[: NAMED + 1]]
    names = "、".join(people[:NAMED])
    return {"body": body.title, "names": names if len(people) <= NAMED else _("%s等") % names}


def _nearest_reviewers(page, wrote):
    """(body, users who may take the awaited review there) of the nearest body with such users."""
    wrote = {*wrote, *review_steps.taken_by(page)}
    people = get_user_model().objects.order_by("pk")
    above = page.get_ancestors(inclusive=True)
    roles = roles_reviewing(review_steps.awaited(page))
    rows = Mandate.objects.live().filter(body__in=above, role__in=roles)
    nearest = rows.exclude(user__in=wrote).order_by("-body__depth").select_related("body").first()
    if nearest is None:
        return None, people.none()
    there = rows.filter(body=nearest.body).exclude(user__in=wrote)
    return nearest.body, people.filter(pk__in=there.order_by().values("user"))


class ReviewedPagePermissionTester(PlacePermissionTester):
    """Wagtail's answers, except that an author cannot publish what they wrote, and nobody past
    the workflow what goes through several reviews."""

    def can_publish(self):
        if not super().can_publish():
            return False
        if self.page.pk is None or (self.page.live and not self.page.has_unpublished_changes):
            return True
        if review_steps.has_several(self.page) or self._takes_several():
            return False
        return not authorship.is_author(self.user, self.page)

    def _takes_several(self) -> bool:
        """Whether several people have to approve; asked once for each user, as mandates are."""
        kept = self.user.__dict__
        if _SEVERAL not in kept:
            kept[_SEVERAL] = review_steps.approvals_asked() > 1
        return kept[_SEVERAL]

    def can_delete(self, ignore_bulk=False):
        # Lists ask this several times of each row; Wagtail looks for live pages at and below it.
        writes = self.user.is_active and not self.user.is_superuser
        writes = writes and {"change", "publish"} & self.permissions == {"change"}
        if writes and self.page.is_leaf():
            return not self.page.live
        return super().can_delete(ignore_bulk)

    def can_set_view_restrictions(self):
        return super().can_publish()

    def can_unschedule(self):
        return super().can_publish()


def bind_reviewed_models(models):
    """Give every page model that declares `requires_review = True` the tester above, others ours.

    Declaring is enough: a model that forgot to name the tester as well would be a hole in the
    wall. Wagtail asks `permissions_for_user` of the specific page for this very purpose.
    """
    for model in models:
        if model is not Page:
            tester = _reviewed_tester if needs_review(model) else _tester
            model.permissions_for_user = tester


def _reviewed_tester(page, user):
    return ReviewedPagePermissionTester(user, page)


def _tester(page, user):
    return PlacePermissionTester(user, page)


def obstacles(page, user) -> list[str]:
    """What stands in the way of approving the newest text, in sentences; empty for most pages.

    A page says so itself: `review_obstacles(user)`. Sentences may be marked safe, with links.
    """
    ask = getattr(page.specific, "review_obstacles", None)
    return ask(user) if ask else []


def obstacles_told(found) -> str:
    """`obstacles` in one, links kept."""
    return format_html_join(" ", "{}", ((sentence,) for sentence in found))


def why_not_offered(user, page, action: str) -> str:
    """Why a step of the workflow is not for `user` to take now, empty where it is.

    Tells nothing to those who take no reviews of the page.
    """
    task = page.current_workflow_task
    if task and action in {name for name, *_rest in task.get_actions(page, user)}:
        return ""
    if not takes_review(user, page, review_steps.awaited(page)):
        return ""
    return (task and author_note(user, page)) or _("这份文本刚刚已由他人处理，请刷新查看结果。")


def refuse_unreviewed(workflow_state) -> None:
    """Raises ReviewRefused for a text that came to the end of a workflow without its review."""
    page = workflow_state.content_object
    if needs_review(page) and not review_steps.were_taken(workflow_state):
        raise ReviewRefused(
            _("这份文本没有经过审核，不能发布。请系统管理员在工作流里恢复“逐级审核”这一步。")
        )


def refusal(page):
    """Why a text was not published with the button, and who may do so."""
    if review_steps.has_several(page):
        names = "、".join(str(REVIEWS[step]) for step in review_steps.of(page))
        return _("这类文本要经%s才发布。已保存为草稿，请提交审核。") % names
    if (number := review_steps.approvals_asked()) > 1:
        return _("文本要 %d 个人批准才发布。已保存为草稿，请提交审核。") % number
    return " ".join(
        [_("自己写的文本须由他人审核后发布。已保存为草稿，请提交审核。"), who_else(page)]
    )


def author_note(user, page) -> str:
    """What a reviewer is told who wrote a part of the waiting text, or took one of its reviews
    before; empty for all others."""
    if not takes_review(user, page, review_steps.awaited(page)):
        return ""
    if authorship.is_author(user, page):
        return " ".join([_("这份文本里有您写的或代录的部分，不能由您批准。"), who_else(page)])
    if user.pk in review_steps.taken_by(page):
        return " ".join([_("这份文本您已经审过一道，这一道要由别的人审。"), who_else(page)])
    return ""
