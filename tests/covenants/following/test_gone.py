"""What groups quote of their village's covenant goes when the covenant goes."""

import pytest
from django.utils import timezone
from wagtail.models import Page

from safety.withdrawal import erasing
from safety.withdrawal.withdrawing import withdraw
from search import outbox
from search.page_search import find_pages
from tests.covenants.following.steps import html_of
from tests.safety.withdrawal.planting import Words, in_files

pytestmark = pytest.mark.django_db
QUOTED = "酒席不超过十桌"
OWN = "毛驴驮水"


@pytest.fixture(autouse=True)
def index(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "search.backend", "PATH": str(tmp_path / "index")}
    }
    return tmp_path / "index"


def addresses(group):
    return [group.url, f"{group.url}txt/", f"{group.url}json/", f"{group.url}?on=2024-06-01"]


def test_the_index_forgets_what_differed_in_groups(
    client, covenant, groups, followed, index, django_capture_on_commit_callbacks
):
    outbox.drain(wait=True)
    (hit,) = find_pages(OWN).hits
    assert hit.url.startswith(groups[0].url)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(covenant, reason="本人要求删除。")
    assert OWN not in html_of(client, groups[0])
    assert find_pages(OWN).count == 0
    erasing.step()
    assert in_files(index, Words("毛驴驮", "zqxnone")) == []


@pytest.mark.parametrize("over", [{"expire_at": timezone.now()}, {"live": False}])
def test_a_covenant_that_is_not_shown_is_not_quoted(client, covenant, groups, followed, over):
    texts = {one: client.get(one).content.decode() for one in addresses(groups[0])}
    assert all(QUOTED in text for text in texts.values())
    Page.objects.filter(pk=covenant.pk).update(**over)
    for one in addresses(groups[0]):
        assert QUOTED not in client.get(one).content.decode(), one
