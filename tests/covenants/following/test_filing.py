"""After a county's go-live date a group's own words come by a filed covenant, not by following."""

import pytest
from django.utils import timezone

from covenants import following
from covenants.filing_rule import Unfiled
from covenants.models import FollowingBatch, GoLive
from tests.covenants.following.steps import OWN_WORDS, approve, feast, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def go_live(village):
    county = village.get_ancestors()[2].specific
    return GoLive.objects.create(county=county, on="2020-01-01")


def test_new_words_of_a_group_are_refused(covenant, groups, editor, reviewer, go_live):
    batch = propose(covenant, groups, by=editor)
    following.differ(batch, [groups[0].pk], feast(covenant), OWN_WORDS, by=editor)
    with pytest.raises(Unfiled, match="小组自己的规约"):
        approve(batch, by=reviewer)
    assert FollowingBatch.objects.get(pk=batch.pk).approved_at is None


def test_following_word_for_word_needs_no_filing(covenant, groups, editor, reviewer, go_live):
    batch = propose(covenant, groups, by=editor)
    approve(batch, by=reviewer)
    assert FollowingBatch.objects.get(pk=batch.pk).approved_at


def test_what_differed_already_goes_on(covenant, groups, editor, reviewer, followed, village):
    GoLive.objects.create(county=village.get_ancestors()[2].specific, on="2020-01-01")
    again = propose(covenant, groups, by=editor, since=timezone.localdate())
    assert again.followings.filter(differing__isnull=False).exists()
    approve(again, by=reviewer)
