"""The limits desk and the table on the reading page: only what an editor confirmed is public."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from covenants.models import Limit, Matter, Provision
from editorial.appointments import appoint
from tests import factories as make

pytestmark = pytest.mark.django_db
FEAST = uuid.UUID(int=1)
QUERIES = 20


@pytest.fixture
def village():
    return make.VillagePageFactory(name="松林村民委员会")


@pytest.fixture
def covenant(village):
    articles = [
        {"id": FEAST, "text": "酒席不超过15桌，每桌不超过300元。"},
        "白事不收礼金。",
        "村里的事商量着办。",
    ]
    return make.CovenantPageFactory(parent=village, articles=articles)


@pytest.fixture
def editor(client, village):
    user = make.UserFactory(first_name="松林编辑")
    appoint(user, "village_editor", village)
    client.force_login(user)
    return user


def desk(page):
    return reverse("covenants_limits", args=[page.pk])


def screen(client, page, query=""):
    response = client.get(desk(page) + query)
    assert response.status_code == 200
    return response.content.decode()


def act(client, page, what, **data):
    return client.post(desk(page), {"do": what, **data})


def rows(page):
    return {x.matter.name: x for x in page.limits.select_related("matter")}


def public(client, page, query=""):
    return client.get(page.url + query).content.decode()


def test_the_screen_marks_every_number_beside_its_clause(client, editor, covenant):
    html = screen(client, covenant)
    assert html.count("<mark>") == 3
    for words in ("<mark>15桌</mark>", "<mark>300元</mark>", "<mark>不收礼金</mark>", "每桌金额"):
        assert words in html
    assert "商量着办" not in html
    assert screen(client, covenant).count("<mark>") == 3, "opening twice proposes nothing twice"


def test_nothing_is_public_before_it_is_confirmed(client, editor, covenant):
    screen(client, covenant)
    assert "limits__table" not in public(client, covenant)
    act(client, covenant, "confirm", limit=rows(covenant)["酒席桌数"].pk)
    html = public(client, covenant)
    assert html.count('class="limits__matter"') == 1
    table = html[html.index("limits__table") : html.index("</table>")]
    assert re.search(r"不超过.*15.*桌", table, re.S)
    assert f'href="#a-{FEAST.hex[:12]}"' in table
    assert html.index("limits__table") < html.index("酒席不超过15桌，每桌不超过300元。</p>")


def test_what_means_little_alone_stands_below_with_its_clause(client, editor, village):
    page = make.CovenantPageFactory(
        parent=village,
        articles=["圈舍离水井二十米以上。", "彩礼不超过58000元。", "酒席不超过10桌。"],
    )
    screen(client, page)
    act(client, page, "confirm_all", shown=[x.pk for x in rows(page).values()])
    html = public(client, page)
    order = ["酒席桌数", "5.8万", "期限、距离等 1 项", "圈舍离水井二十米以上</span>", 'id="a-']
    places = [html.index(words) for words in order]
    assert places == sorted(places)


def test_who_confirmed_is_kept(client, editor, covenant):
    screen(client, covenant)
    limit = rows(covenant)["礼金"]
    act(client, covenant, "confirm", limit=limit.pk)
    limit.refresh_from_db()
    assert limit.decided_by == editor and limit.decided_at
    assert "松林编辑" in screen(client, covenant)
    assert "不收礼金" in public(client, covenant).split("</table>")[0]


def test_confirm_all_confirms_what_was_shown_only(client, editor, covenant):
    screen(client, covenant)
    found = rows(covenant)
    act(client, covenant, "reject", limit=found["礼金"].pk)
    act(client, covenant, "confirm_all", shown=[found["酒席桌数"].pk, found["礼金"].pk])
    status = {name: x.status for name, x in rows(covenant).items()}
    assert status == {
        "酒席桌数": Limit.CONFIRMED,
        "礼金": Limit.REJECTED,
        "每桌金额": Limit.PROPOSED,
    }


def test_a_number_read_wrongly_is_corrected(client, editor, covenant):
    screen(client, covenant)
    limit = rows(covenant)["酒席桌数"]
    form = screen(client, covenant, f"?edit={limit.pk}")
    assert 'value="correct"' in form and f'name="limit" value="{limit.pk}"' in form
    values = {
        "limit": limit.pk,
        "matter": limit.matter_id,
        "measure": limit.measure_id,
        "comparator": "<=",
        "value": "12",
        "upper": "",
        "scope": "红事",
    }
    wrong = act(client, covenant, "correct", **(values | {"upper": "3"}))
    assert "应大于前面的数" in wrong.content.decode()
    act(client, covenant, "correct", **values)
    limit.refresh_from_db()
    assert (limit.value, limit.scope, limit.status) == (12, "红事", Limit.CONFIRMED)


def test_a_limit_is_added_by_hand(client, editor, covenant):
    matter = Matter.objects.get(key="times")
    values = {
        "stable_id": FEAST,
        "quote": "每桌不超过300元",
        "matter": matter.pk,
        "measure": matter.measure_id,
        "comparator": "=",
        "value": "1",
    }
    assert "add-heading" in screen(client, covenant, "?add=1")
    wrong = act(client, covenant, "add", **(values | {"quote": "三百元"}))
    assert "没有这几个字" in wrong.content.decode()
    act(client, covenant, "add", **values)
    limit = rows(covenant)["次数"]
    plain = "酒席不超过15桌，每桌不超过300元。"
    assert plain[limit.start : limit.end] == "每桌不超过300元"
    assert limit.status == Limit.CONFIRMED and limit.decided_by == editor


def test_the_editors_screen_says_how_many_wait(client, editor, covenant):
    screen(client, covenant)
    address = reverse("wagtailadmin_pages:edit", args=[covenant.pk])
    html = client.get(address).content.decode()
    assert "核对限额（3 项待确认）" in html and desk(covenant) in html


def test_another_villages_editor_is_refused(client, covenant):
    stranger = make.UserFactory()
    appoint(stranger, "village_editor", make.VillagePageFactory())
    client.force_login(stranger)
    assert client.get(desk(covenant)).status_code == 403
    assert act(client, covenant, "confirm_all", shown=["1"]).status_code == 403
    assert not covenant.limits.exists()


def test_a_limit_of_another_rule_cannot_be_decided_on(client, editor, covenant):
    other = make.CovenantPageFactory(articles=["酒席不超过9桌。"])
    screen(client, covenant)
    client.force_login(make.UserFactory(is_superuser=True))
    screen(client, other)
    client.force_login(editor)
    foreign = rows(other)["酒席桌数"]
    assert act(client, covenant, "confirm", limit=foreign.pk).status_code == 404
    act(client, covenant, "confirm_all", shown=[foreign.pk])
    foreign.refresh_from_db()
    assert foreign.status == Limit.PROPOSED


@pytest.mark.parametrize("data", [{}, {"do": "x"}, {"do": "confirm", "limit": "\x00"}])
def test_a_malformed_request_is_no_fault_of_ours(client, editor, covenant, data):
    screen(client, covenant)
    assert client.post(desk(covenant), data).status_code == 404
    assert client.get(desk(covenant), {"edit": "９", "text": "99"}).status_code == 200


def test_there_is_no_desk_for_other_pages(client, editor, village):
    assert client.get(desk(village)).status_code == 404


def test_a_draft_has_its_limits_and_its_decisions_pass_into_the_edition(client, editor, village):
    draft = make.CovenantPageFactory(parent=village, live=False, articles=["酒席不超过9桌。"])
    html = screen(client, draft)
    assert "<mark>9桌</mark>" in html
    act(client, draft, "confirm_all", shown=[rows(draft)["酒席桌数"].pk])
    draft.live = True
    draft.save()
    (limit,) = draft.editions.get().limits.all()
    assert limit.status == Limit.CONFIRMED and limit.decided_by == editor
    assert draft.limits.count() == 1
    assert "limits__table" in public(client, draft)


def test_a_changed_draft_is_decided_on_before_it_is_adopted(client, editor, covenant):
    screen(client, covenant)
    covenant.body = make.rule_body(("", "", [{"id": FEAST, "text": "酒席不超过八桌。"}]))
    covenant.save_revision()
    assert "工作稿" in screen(client, covenant)
    html = screen(client, covenant, "?text=draft")
    assert "<mark>八桌</mark>" in html and "15桌" not in html
    assert rows(covenant)["每桌金额"].edition is not None, "the edition keeps its own"


def test_an_old_edition_shows_its_own_limits(client, editor, covenant):
    screen(client, covenant)
    act(client, covenant, "confirm_all", shown=[x.pk for x in rows(covenant).values()])
    make.next_edition(
        covenant,
        {"id": FEAST, "text": "酒席不超过8桌，每桌不超过300元。"},
        effective_from=datetime.date(2025, 1, 1),
    )
    now, then = public(client, covenant), public(client, covenant, "?on=2024-01-01")
    assert "酒席桌数" not in now and "每桌金额" in now
    assert "酒席桌数" in then
    assert f'href="?on=2024-01-01#a-{FEAST.hex[:12]}"' in then


def test_a_suspended_article_is_marked_in_the_table(client, editor, covenant):
    screen(client, covenant)
    act(client, covenant, "confirm_all", shown=[x.pk for x in rows(covenant).values()])
    Provision.objects.filter(stable_id=FEAST).update(suspended_from=datetime.date(2025, 1, 1))
    table = public(client, covenant).split("</table>")[0]
    assert table.count("limits__row--suspended") == 2
    assert "暂停适用" in table
    Provision.objects.filter(stable_id=FEAST).update(suspended_until=datetime.date(2025, 2, 1))
    assert "limits__row--suspended" not in public(client, covenant).split("</table>")[0]
    then = public(client, covenant, "?on=2025-01-15").split("</table>")[0]
    assert then.count("limits__row--suspended") == 2


def test_an_unpublished_rule_shows_nothing(client, editor, covenant):
    screen(client, covenant)
    act(client, covenant, "confirm_all", shown=[x.pk for x in rows(covenant).values()])
    covenant.unpublish()
    assert client.get(covenant.url or "/x/").status_code == 404


def test_what_editors_type_is_escaped(client, editor, covenant):
    screen(client, covenant)
    Limit.objects.update(scope="<script>x</script>", status=Limit.CONFIRMED)
    for html in (screen(client, covenant), public(client, covenant)):
        assert "<script>x" not in html
        assert "&lt;script&gt;x" in html


def test_queries_do_not_grow_with_the_limits(client, editor, village):
    few = make.CouncilPageFactory(parent=village, council="ethics", articles=["酒席不超过十桌。"])
    many = make.CouncilPageFactory(parent=village, articles=["礼金不超过100元。"] * 30)
    counts = {}
    for page in (few, many):
        screen(client, page)
        act(client, page, "confirm_all", shown=list(page.limits.values_list("pk", flat=True)))
        for address in (desk(page), page.url):
            client.get(address)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            counts.setdefault(address == page.url, []).append(len(seen))
    assert counts[True][0] == counts[True][1] <= QUERIES
    assert counts[False][0] == counts[False][1]


def test_county_administrators_keep_the_words_and_village_editors_do_not(client, covenant):
    county = covenant.get_ancestors().get(depth=3)
    address = reverse("wagtailsnippets_covenants_matter:list")
    clerk, boss = make.UserFactory(), make.UserFactory()
    appoint(clerk, "village_editor", covenant.get_parent())
    appoint(boss, "county_admin", county)
    client.force_login(clerk)
    assert client.get(address).status_code == 404
    client.force_login(boss)
    html = client.get(address).content.decode()
    assert "酒席桌数" in html and "份子钱" in html
    matter = Matter.objects.get(key="bride_price")
    edit = reverse("wagtailsnippets_covenants_matter:edit", args=[matter.pk])
    values = {
        "name": "彩礼",
        "measure": matter.measure_id,
        "words": "彩礼、聘礼，奶水钱 聘礼",
        "assumed": "=",
        "active": "on",
        "order": "40",
    }
    assert client.post(edit, values).status_code == 302
    matter.refresh_from_db()
    assert matter.words == "彩礼、聘礼、奶水钱"
    gone = reverse("wagtailsnippets_covenants_matter:delete", args=[matter.pk])
    client.post(gone)
    assert Matter.objects.filter(pk=matter.pk).exists()
