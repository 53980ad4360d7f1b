"""A covenant of which two articles are hinted at, submitted for review."""

import pytest

from tests.editorial.conftest import act, people, press  # noqa: F401
from tests.factories import rule_body

TEXTS = ["邻里和睦。", "偷砍树木的，罚款五十元。", "拖欠水费的，收押金一百元。"]


@pytest.fixture
def hinted(people):  # noqa: F811
    """The draft of `people.own` with `TEXTS` as its articles, submitted by its editor."""
    page = people.draft
    page.body = rule_body(("", "", TEXTS))
    page.save_revision(user=people.editor)
    page.get_workflow().start(page, people.editor)
    return page
