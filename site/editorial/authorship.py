"""Who wrote the part of a page's text that nobody else has approved yet.

Reads revisions only. A text's revisions count from the last one that went live or was approved;
whoever saved one since is an author, and so are whoever submitted it and whoever wrote it on
another's behalf (`Contribution`). Revisions saved without a user (imports, commands) make nobody
an author.
"""

import json
from collections.abc import Iterable

from django.db.models import Exists, IntegerField, OuterRef, Q
from django.db.models.functions import Cast
from wagtail.models import Page, Revision, TaskState, WorkflowState, get_default_page_content_type

from .models.contribution import Contribution
from .roles import FIRST, SECOND

# What saving alone changes in a revision's content.
_BOOKKEEPING = frozenset(
    {
        "depth",
        "draft_title",
        "expired",
        "first_published_at",
        "has_unpublished_changes",
        "last_published_at",
        "latest_revision",
        "latest_revision_created_at",
        "live",
        "live_revision",
        "locked",
        "locked_at",
        "locked_by",
        "numchild",
        "owner",
        "path",
        "url_path",
        "wagtail_admin_comments",
    }
)


def unapproved_revisions(page):
    """Revisions of `page` saved after the last live or approved one."""
    approved = _approved_states(str(page.pk)).order_by("-revision_id")
    last = approved.values_list("revision_id", flat=True).first() or 0
    live = Page.objects.filter(pk=page.pk).values_list("live_revision_id", flat=True).first() or 0
    return Revision.objects.filter(
        base_content_type=get_default_page_content_type(),
        object_id=str(page.pk),
        pk__gt=max(last, live),
    )


def credit(revision, users: Iterable) -> None:
    """Note who else wrote what stands in a revision: whoever did it for the one who saved it."""
    others = {user.pk for user in users if user is not None} - {revision.user_id}
    Contribution.objects.bulk_create(
        [Contribution(revision=revision, user_id=pk) for pk in sorted(others)],
        ignore_conflicts=True,
    )


def is_author(user, page):
    """Whether `user` wrote or submitted any part of the text that awaits approval."""
    if unapproved_revisions(page).filter(_wrote(user)).exists():
        return True
    return WorkflowState.objects.filter(
        base_content_type=get_default_page_content_type(),
        object_id=str(page.pk),
        status=WorkflowState.STATUS_IN_PROGRESS,
        requested_by_id=user.pk,
    ).exists()


def authors(page):
    """Ids of the users for whom `is_author` holds."""
    revisions = unapproved_revisions(page)
    wrote = revisions.exclude(user=None).values_list("user_id", flat=True)
    helped = Contribution.objects.filter(revision__in=revisions.order_by().values("pk"))
    asked = WorkflowState.objects.filter(
        base_content_type=get_default_page_content_type(),
        object_id=str(page.pk),
        status=WorkflowState.STATUS_IN_PROGRESS,
        requested_by__isnull=False,
    )
    return {
        *wrote.distinct(),
        *helped.values_list("user_id", flat=True),
        *asked.values_list("requested_by_id", flat=True),
    }


def written_by(user):
    """A Q on TaskState for those whose text `user` wrote or submitted: `is_author` in SQL."""
    later_approval = _approved_states(OuterRef("object_id")).filter(revision_id__gte=OuterRef("pk"))
    later_live = Page.objects.filter(
        pk=Cast(OuterRef("object_id"), IntegerField()), live_revision_id__gte=OuterRef("pk")
    )
    own = Revision.objects.filter(
        base_content_type=get_default_page_content_type(),
        object_id=OuterRef("workflow_state__object_id"),
    ).filter(_wrote(user), ~Exists(later_approval), ~Exists(later_live))
    return Q(Exists(own)) | Q(workflow_state__requested_by_id=user.pk)


def saved_without_change(page):
    """Whether the newest revision has the same content as the one before it.

    The editor's publish button saves a revision in the name of whoever presses it; this tells
    pressing a button from writing.
    """
    newest = list(
        Revision.objects.filter(
            base_content_type=get_default_page_content_type(), object_id=str(page.pk)
        ).order_by("-created_at", "-pk")[:2]
    )
    return len(newest) == 2 and _content(newest[0]) == _content(newest[1])


def wrote_before(user, page):
    """`is_author`, leaving out the newest revision."""
    newest_first = unapproved_revisions(page).order_by("-created_at", "-pk")
    older = list(newest_first.values_list("pk", flat=True)[1:])
    return Revision.objects.filter(_wrote(user), pk__in=older).exists()


def _wrote(user):
    """A Q on Revision for those that `user` saved or had a hand in."""
    helped = Contribution.objects.filter(revision=OuterRef("pk"), user=user.pk)
    return Q(user_id=user.pk) | Q(Exists(helped))


def _approved_states(object_id):
    states = TaskState.objects.filter(
        status=TaskState.STATUS_APPROVED,
        workflow_state__base_content_type=get_default_page_content_type(),
        workflow_state__object_id=object_id,
    )
    # Only a review approves: not a vote or a notice that was recorded, nor the first of several.
    reviewed = states.filter(task__scopedreviewtask__isnull=False)
    return reviewed.exclude(task__scopedreviewtask__step__in=(FIRST, SECOND))


def _content(revision):
    return {
        key: _structure(value) for key, value in revision.content.items() if key not in _BOOKKEEPING
    }


def _structure(value):
    """What a StreamField says: the order of keys in its JSON depends on who wrote it."""
    if isinstance(value, str) and value.startswith(("[", "{")):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
