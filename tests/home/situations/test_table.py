"""The table of situations: shipped, checked, changed by those who may."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from editorial.appointments import appoint
from home.models import Situation
from home.situations.shipped import shipped_situations
from tests import factories as make

from .conftest import covenant
from .test_pages import page_of


def situation(**fields):
    values = {
        "slug": "fengmi",
        "name": "养蜂",
        "question": "蜂箱放哪里？",
        "explanation": "蜂箱放哪里。",
        "words": "养蜂、蜂箱",
    }
    return Situation(**{**values, **fields})


def test_every_shipped_situation_passes_its_own_checks_and_has_matters():
    shipped = shipped_situations()
    assert Situation.objects.count() == len(shipped) >= 14
    by_slug = {one.slug: one for one in Situation.objects.prefetch_related("matters")}
    for row in shipped:
        one = by_slug[row["slug"]]
        one.full_clean()
        assert {matter.key for matter in one.matters.all()} == set(row["matters"])


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"words": "、，"}, "words", "至少写一个"),
        ({"words": "蜂"}, "words", "只有一个字"),
        ({"weak_words": "蜂箱"}, "weak_words", "只写一处"),
        ({"ignored_words": "蜂箱"}, "ignored_words", "一条也找不到"),
        ({"slug": "养蜂"}, "slug", ""),
        ({"slug": "Bees"}, "slug", "小写"),
        ({"icon": "bees"}, "icon", "没有这个图标"),
    ],
)
def test_what_cannot_work_is_refused_with_the_reason(fields, field, words):
    with pytest.raises(ValidationError) as refused:
        situation(**fields).full_clean()
    assert words in "".join(refused.value.message_dict[field])


def test_a_situation_added_by_an_administrator_works_at_once(client, village):
    covenant(village, "蜂箱离路三十米。")
    situation().save()
    assert "<mark>蜂箱</mark>离路三十米" in page_of(client, village, "fengmi")


@pytest.mark.parametrize(
    ("role", "may"),
    [("county_admin", True), ("propaganda_staff", True), ("village_editor", False)],
)
def test_who_may_change_situations(client, village, role, may):
    user = make.UserFactory()
    places = {
        "county_admin": village.get_parent().get_parent(),
        "propaganda_staff": make.FeatureIndexPageFactory(),
        "village_editor": village,
    }
    appoint(user, role, places[role])
    client.force_login(user)
    model = Situation.snippet_viewset
    row = Situation.objects.get(slug="jiuxi")
    edit = client.get(reverse(model.get_url_name("edit"), args=[row.pk]))
    assert (edit.status_code == 200) is may
    delete = client.post(reverse(model.get_url_name("delete"), args=[row.pk]))
    assert delete.status_code != 200 and Situation.objects.filter(pk=row.pk).exists()
