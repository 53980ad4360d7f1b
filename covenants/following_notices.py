"""What a batch of followings tells people: reviewers that it waits, the village what came of it.

Called within the steps of `covenants.following`; the notices leave after the commit.
"""

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _

from covenants.models.following import FollowingBatch
from editorial import notices, review
from editorial.models import Mandate
from editorial.roles import roles_allowing


def tell_handed_in(batch: FollowingBatch, groups: str) -> None:
    """Tell those who may approve it; `groups`: their titles."""
    wrote = list(batch.authors.values_list("pk", flat=True))
    _tell(
        batch,
        review.reviewers(batch.village, wrote),
        notices.SUBMITTED,
        lambda village: (
            _("有小组沿用村约等待审核：%s") % village,
            _("%(village)s提交了这些小组沿用村规民约（居民公约）：%(groups)s。请打开查看：")
            % {"village": village, "groups": groups},
        ),
    )


def tell_approved(batch: FollowingBatch, groups: str, *, by) -> None:
    """Tell the village that its batch was approved by `by`."""
    _tell(
        batch,
        _village_people(batch, by),
        notices.APPROVED,
        lambda village: (
            _("小组沿用村约已批准：%s") % village,
            _("%(village)s这些小组沿用村规民约（居民公约）已批准：%(groups)s。")
            % {"village": village, "groups": groups},
        ),
    )


def tell_sent_back(batch: FollowingBatch, groups: str, *, by) -> None:
    """Tell the village why its batch came back."""
    note = batch.returned_note
    _tell(
        batch,
        _village_people(batch, by),
        notices.REJECTED,
        lambda village: (
            _("小组沿用村约被退回：%s") % village,
            _("%(village)s登记的沿用（%(groups)s）被退回，缘由：%(note)s 可以打开改好再交：")
            % {"village": village, "groups": groups, "note": note},
        ),
    )


def tell_revoked(batch: FollowingBatch, groups: str, *, by) -> None:
    """Tell the village why what was approved holds no longer."""
    note = batch.revoked_note
    _tell(
        batch,
        _village_people(batch, by),
        notices.REJECTED,
        lambda village: (
            _("小组沿用村约已撤销：%s") % village,
            _("%(village)s登记的沿用（%(groups)s）已撤销，缘由：%(note)s")
            % {"village": village, "groups": groups, "note": note},
        ),
    )


def _tell(batch, users, kind, words) -> None:
    address = reverse("covenants_following_batch", args=[batch.pk])
    notices.tell(users, kind, lambda: words(batch.village.title), address)


def _village_people(batch, by) -> set:
    """Who edits the village, and who wrote a part of the batch; not the one who acted."""
    terms = Mandate.objects.live().filter(
        body=batch.village_id, role__in=roles_allowing({"change"})
    )
    editors = get_user_model().objects.filter(pk__in=terms.values("user"))
    return {*editors, *batch.authors.all()} - {by}
