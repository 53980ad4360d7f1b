"""After a county's go-live date a group's own words come by a filed covenant, not by following."""

import datetime

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from covenants import following, ledger
from covenants.filing_rule import Unfiled
from covenants.models import Edition, FollowingBatch, GoLive
from covenants.procedure import terms
from tests import factories as make
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


@pytest.fixture
def locks(monkeypatch):
    """`locks()`: the models of which rows were locked since it was last asked, in order."""
    names, real = [], QuerySet.select_for_update

    def select_for_update(self, **options):
        names.append(self.model.__name__)
        return real(self, **options)

    def locks():
        found = [name for name in dict.fromkeys(names) if name in ("Page", "Edition", "Procedure")]
        names.clear()
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", select_for_update)
    return locks


def test_to_follow_and_to_adopt_lock_in_one_order(covenant, groups, editor, reviewer, locks):
    """Group, edition, ledger: else two people at one group would wait for each other for ever."""
    own = make.CovenantPageFactory(parent=groups[0], adopted_on=datetime.date(2020, 1, 1))
    locks()
    make.next_edition(own, "酒席不超过八桌。", effective_from=datetime.date(2021, 1, 1))
    assert locks() == ["Page", "Edition", "Procedure"]
    ledger.start(own, terms.REPEALING, by=reviewer)
    ledger.override(own, "旧规约已经没有人用。", by=make.UserFactory(is_superuser=True))
    batch = propose(covenant, [groups[0]], by=editor)
    locks()
    approve(batch, by=reviewer)
    assert locks() == ["Page", "Edition", "Procedure"]
    assert not Edition.objects.filter(page_id=own.pk).in_force().exists()
