"""A township with a village of three groups, its covenant and its people."""

import pytest

from covenants import following
from covenants.models import FollowingBatch
from editorial.appointments import appoint
from tests import factories as make
from tests.covenants.following.steps import FEAST, GIFTS, OWN_WORDS, approve, feast, propose


@pytest.fixture
def township():
    return make.TownshipPageFactory()


@pytest.fixture
def village(township):
    return make.VillagePageFactory(parent=township, name="松林村民委员会")


@pytest.fixture
def covenant(village):
    articles = [
        {"id": FEAST, "text": "酒席不超过十桌。"},
        {"id": GIFTS, "text": "礼金不超过一百元。"},
    ]
    return make.CovenantPageFactory(parent=village, articles=articles)


@pytest.fixture
def groups(village):
    return [make.GroupPageFactory(parent=village, number=n) for n in (1, 2, 3)]


@pytest.fixture
def editor(village):
    user = make.UserFactory(first_name="松林编辑")
    appoint(user, "village_editor", village)
    return user


@pytest.fixture
def reviewer(township):
    user = make.UserFactory(first_name="云台审核")
    appoint(user, "township_reviewer", township)
    return user


@pytest.fixture
def followed(covenant, groups, editor, reviewer):
    """All three groups follow; in the first one the feast is another."""
    batch = propose(covenant, groups, by=editor)
    following.differ(batch, [groups[0].pk], feast(covenant), OWN_WORDS, by=editor)
    approve(batch, by=reviewer)
    return FollowingBatch.objects.get(pk=batch.pk)
