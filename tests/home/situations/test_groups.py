"""A group's page: its own beside its village's, and which of them applies, as far as registered."""

import datetime
import uuid

import pytest
from django.db import transaction

from covenants import following
from editorial.appointments import appoint
from tests import factories as make

from .conftest import FEAST, confirm, covenant
from .test_pages import answer, page_of

FEAST_ID = uuid.UUID(int=1)
OWN_WORDS = "山上办客，酒席不超过十二桌。"


@pytest.fixture
def group(village):
    return make.GroupPageFactory(parent=village, number=1)


@pytest.fixture
def villages_covenant(village):
    return covenant(village, {"id": FEAST_ID, "text": FEAST}, "狗要拴养。")


def follow(covenant, group, township, *, differs=""):
    editor, reviewer = make.UserFactory(), make.UserFactory()
    appoint(editor, "village_editor", covenant.get_parent())
    appoint(reviewer, "township_reviewer", township)
    day = datetime.date(2024, 3, 1)
    batch = following.propose(
        covenant,
        [group],
        adopted_on=day,
        adopted_by="村民小组会议",
        effective_from=day,
        by=editor,
    )
    if differs:
        article = covenant.shown_edition.provisions.get(stable_id=FEAST_ID)
        following.differ(batch, [group.pk], article, differs, by=editor)
    with transaction.atomic():
        following.approve(batch, seen=following.fingerprint(batch), by=reviewer)


def test_a_group_that_follows_shows_the_villages_number_and_says_so(
    client, villages_covenant, group, township
):
    follow(villages_covenant, group, township)
    html = page_of(client, group)
    assert "本组沿用村里的规约，这件事按村里的规定办" in html
    assert answer(html)[0].startswith("红事不超过15桌")
    assert "红事不超过15桌" in client.get(group.url).content.decode()


def test_a_differing_article_stands_in_front_and_hides_the_villages_number(
    client, village, villages_covenant, group, township
):
    follow(villages_covenant, group, township, differs=OWN_WORDS)
    html = page_of(client, group)
    assert "本组另有规定的，按本组的规定办" in html
    assert answer(html) == []
    plain = html.replace("<mark>", "").replace("</mark>", "")
    assert plain.index(OWN_WORDS) < plain.index(FEAST)
    assert "本组另有规定，本组不照这一条" in html
    for address in (group.url, f"{group.url}shiqing/"):
        tiles = client.get(address).content.decode()
        assert "本组另有规定" in tiles and "红事不超过15桌" not in tiles
    assert "本组另有规定的" not in page_of(client, group, "yanggou")


def test_the_village_names_the_groups_that_have_it_otherwise(
    client, village, villages_covenant, group, township
):
    follow(villages_covenant, group, township, differs=OWN_WORDS)
    other = make.GroupPageFactory(parent=village, number=2)
    covenant(other, "本组办客酒席不超过8桌。")
    html = page_of(client, village)
    assert answer(html)[0].startswith("红事不超过15桌")
    assert f'href="{group.url}shiqing/jiuxi/"' in html and OWN_WORDS in html
    assert f'href="{other.url}shiqing/jiuxi/"' in html and "不超过8桌" in html
    other.unpublish()
    assert other.url not in page_of(client, village)


def test_own_and_villages_stand_side_by_side_without_a_verdict(client, villages_covenant, group):
    covenant(group, "本组办客酒席不超过8桌。", "村里已有规定的，从村规民约；没有的按本公约办。")
    html = page_of(client, group)
    assert [words[:6] for words in answer(html)] == ["不超过8桌原", "红事不超过1"]
    assert html.index("本组的规定") < html.index("村里的规定")
    assert "照哪一份办，请问小组长或者村委会" in html
    assert "“村里已有规定的，从村规民约；没有的按本公约办。”" in html
    tiles = client.get(group.url).content.decode()
    assert "本组：不超过8桌；村里：红事不超过15桌" in tiles


def test_where_only_the_village_wrote_about_it_the_group_shows_that(
    client, villages_covenant, group
):
    covenant(group, "牛羊有人跟着放。")
    html = page_of(client, group)
    assert "本组的规约里没有写这件事，下面是村里的规定" in html
    assert answer(html)[0].startswith("红事不超过15桌")


def test_a_group_with_nothing_registered_says_so(client, villages_covenant, group):
    html = page_of(client, group)
    assert "本站没有登记本组自己的规约，也没有登记沿用村约" in html
    assert "村里：红事不超过15桌" in client.get(group.url).content.decode()


def test_texts_of_an_unpublished_village_do_not_show_in_its_groups(
    client, village, villages_covenant, group
):
    village.live = False
    village.save(update_fields=["live"])
    assert "15桌" not in page_of(client, group)
    assert "15桌" not in client.get(group.url).content.decode()


def test_a_groups_numbers_are_not_its_neighbours(client, village, group):
    neighbour = make.GroupPageFactory(parent=village, number=2)
    confirm(covenant(neighbour, "本组办客酒席不超过8桌。"))
    assert "8桌" not in page_of(client, group)
    assert "8桌" not in client.get(group.url).content.decode()
