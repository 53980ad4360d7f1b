"""沿用村约: batches of groups that follow their village's covenant, from the desk to the reader."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from covenants import following, validity
from covenants.models import (
    CovenantPage,
    DifferingArticle,
    Edition,
    Following,
    FollowingBatch,
    Immutable,
)
from editorial.appointments import appoint
from home.background import turn_editions
from search.models import OutboxEntry
from search.outbox import drain
from search.page_search import find_pages
from tests import factories as make
from tests.covenants.following.steps import (
    DAY,
    FEAST,
    MARCH,
    OWN_WORDS,
    VALUES,
    approve,
    desk,
    feast,
    html_of,
    propose,
    screen,
)

pytestmark = pytest.mark.django_db


def test_reader_of_the_group_sees_what_it_follows_and_what_differs(
    client, covenant, groups, followed
):
    html = html_of(client, groups[0])
    assert f"本组沿用《{covenant.title}》" in html and f'href="{covenant.url}"' in html
    assert "第1版" in html and "自2024年3月1日起沿用" in html
    assert "2024年2月20日由村民小组会议通过" in html
    assert "本组另有规定" in html and OWN_WORDS in html and "酒席不超过十桌。" in html
    assert "历史存量" in html
    assert "没有登记这里的规约" not in html and "还没有登记：村规民约" not in html
    assert "本组另有规定" not in html_of(client, groups[1])


def test_words_of_a_covenant_that_was_ordered_down_are_not_quoted(
    client, covenant, groups, followed, reviewer
):
    edition = covenant.editions.get()
    validity.end_edition(
        edition, on=timezone.localdate(), reason="ordered", note="责令改正。", by=reviewer
    )
    html = client.get(groups[0].url).content.decode()
    assert "已按责令改正撤下" in html and "不超过十桌" not in html
    assert "不超过十桌" not in client.get(f"{groups[0].url}json/").content.decode()


def test_covenant_tells_which_groups_follow_it(client, covenant, groups, followed):
    html = html_of(client, covenant)
    assert "3 个小组沿用本规约" in html and groups[0].url in html
    following.revoke(followed, note="登记错了。", by=followed.approved_by)
    assert "个小组沿用本规约" not in html_of(client, covenant)


def test_nothing_holds_before_approval(client, covenant, groups, editor):
    batch = propose(covenant, groups, by=editor)
    following.differ(batch, [groups[0].pk], feast(covenant), OWN_WORDS, by=editor)
    assert "本组沿用" not in html_of(client, groups[0])
    assert "个小组沿用" not in html_of(client, covenant)
    assert groups[0].search_passages() == []


def test_nobody_approves_what_they_wrote_a_part_of(covenant, groups, editor, reviewer, township):
    batch = propose(covenant, groups, by=reviewer)
    with pytest.raises(ValidationError):
        approve(batch, by=reviewer)
    other = make.UserFactory()
    appoint(other, "township_reviewer", township)
    following.differ(batch, [groups[0].pk], feast(covenant), OWN_WORDS, by=other)
    with pytest.raises(ValidationError):
        approve(batch, by=other)
    with pytest.raises(ValidationError):
        approve(batch, by=editor)
    assert not Following.objects.in_force().exists()


def test_approval_is_of_what_was_seen(covenant, groups, editor, reviewer):
    batch = propose(covenant, groups, by=editor)
    seen = following.fingerprint(batch)
    following.differ(batch, [groups[0].pk], feast(covenant), OWN_WORDS, by=editor)
    with pytest.raises(ValidationError):
        following.approve(batch, seen=seen, by=reviewer)
    approve(batch, by=reviewer)
    assert Following.objects.in_force().count() == 3


def test_what_is_recorded_cannot_be_changed(followed):
    row = Following.objects.first()
    row.adopted_by = "别的会议"
    article = DifferingArticle.objects.get()
    for step in (
        row.save,
        lambda: Following.objects.update(effective_from=DAY(2020, 1, 1)),
        article.save,
        lambda: DifferingArticle.objects.update(text="另一句"),
        DifferingArticle.objects.all().delete,
        article.delete,
    ):
        with pytest.raises(Immutable):
            step()
    with pytest.raises(ValidationError):
        following.agree(followed, article.pk, by=followed.proposed_by)
    assert DifferingArticle.objects.get().text == OWN_WORDS


def test_a_new_registration_ends_the_former_and_keeps_what_differs(
    client, covenant, groups, followed, editor, reviewer
):
    again = propose(covenant, groups[:1], by=editor, since=DAY(2025, 5, 1))
    approve(again, by=reviewer)
    former = followed.followings.get(group=groups[0].pk)
    assert (former.ended_on, former.ended_reason) == (DAY(2025, 5, 1), Following.REPLACED)
    html = html_of(client, groups[0])
    assert "自2025年5月1日起沿用" in html and OWN_WORDS in html
    assert Following.objects.in_force(DAY(2024, 6, 1)).count() == 3


def test_a_revoked_batch_holds_nowhere_and_says_why(client, groups, followed, reviewer):
    OutboxEntry.objects.all().delete()
    following.revoke(followed, note="会议记录查不到。", by=reviewer)
    assert not Following.objects.in_force().exists()
    assert Following.objects.in_force(DAY(2024, 6, 1)).count() == 3
    assert "本组沿用" not in html_of(client, groups[0])
    touched = set(OutboxEntry.objects.values_list("object_pk", flat=True))
    assert {str(group.pk) for group in groups} <= touched
    entry = PageLogEntry.objects.get(action="covenants.revoke_following")
    assert entry.data["note"] == "会议记录查不到。" and groups[2].title in entry.data["groups"]
    with pytest.raises(ValidationError):
        following.revoke(followed, note="再来一次", by=reviewer)


def test_only_who_may_publish_revokes_and_only_with_a_reason(followed, editor, reviewer):
    for by, note in ((editor, "错了"), (reviewer, "  ")):
        with pytest.raises(ValidationError):
            following.revoke(followed, note=note, by=by)
    assert Following.objects.in_force().count() == 3


def test_following_ends_the_groups_own_covenant(client, covenant, groups, editor, reviewer):
    own = make.CovenantPageFactory(parent=groups[0], articles=["本组自己的办法。"])
    batch = propose(covenant, groups, by=editor)
    client.force_login(reviewer)
    assert f"自己的《{own.title}》第1版" in client.get(screen(batch)).content.decode()
    approve(batch, by=reviewer)
    edition = own.editions.get()
    assert (edition.ended_on, edition.ended_reason) == (MARCH, Edition.REPEALED)
    assert "改为沿用" in edition.ended_note
    following.revoke(batch, note="登记错了。", by=reviewer)
    with pytest.raises(ValidationError):
        validity.take_end_back(edition, by=reviewer)


def test_revoking_before_it_begins_lets_the_former_go_on(covenant, groups, editor, reviewer):
    own = make.CovenantPageFactory(parent=groups[0], articles=["本组自己的办法。"])
    soon = timezone.localdate() + datetime.timedelta(days=20)
    first = propose(covenant, groups[1:], by=editor)
    approve(first, by=reviewer)
    batch = propose(covenant, groups, by=editor, since=soon)
    approve(batch, by=reviewer)
    assert own.editions.get().ended_on == soon
    following.revoke(FollowingBatch.objects.get(pk=batch.pk), note="会改期。", by=reviewer)
    assert own.editions.get().ended_on is None
    assert first.followings.filter(ended_on=None, ended_reason="").count() == 2
    assert Following.objects.in_force(soon).count() == 2


def test_an_own_covenant_ends_the_following(client, groups, followed):
    own = make.CovenantPageFactory(
        parent=groups[0], articles=["本组自己的办法。"], adopted_on=DAY(2025, 1, 10)
    )
    row = followed.followings.get(group=groups[0].pk)
    assert (row.ended_on, row.ended_reason) == (DAY(2025, 1, 10), Following.OWN)
    assert "本组沿用" not in html_of(client, groups[0]) and own.edition_in_force
    assert PageLogEntry.objects.filter(action="covenants.end_following", page=groups[0].pk)
    with pytest.raises(ValidationError):
        make.CovenantPageFactory(parent=groups[1], adopted_on=DAY(2023, 1, 10))
    assert not CovenantPage.objects.child_of(groups[1]).exists()


def test_a_following_cannot_begin_before_what_holds(covenant, groups, editor, reviewer):
    make.CovenantPageFactory(parent=groups[0], adopted_on=DAY(2025, 1, 10))
    batch = propose(covenant, groups, by=editor)
    with pytest.raises(ValidationError) as refused:
        approve(batch, by=reviewer)
    assert groups[0].title in str(refused.value)
    assert not Following.objects.in_force().exists()


def test_an_article_changed_in_the_village_is_noticed(client, covenant, groups, followed):
    changed = {"id": FEAST, "text": "酒席不超过八桌。"}
    make.next_edition(covenant, changed, "和气待人。", effective_from=DAY(2025, 4, 1))
    html = html_of(client, groups[0])
    assert "第2版" in html and "后来改过" in html and "酒席不超过十桌。" in html
    make.next_edition(covenant, "和气待人。", effective_from=DAY(2025, 5, 1))
    assert "没有这一条了" in html_of(client, groups[0])


@pytest.fixture
def own_index(settings, tmp_path):
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "search.backend", "PATH": str(tmp_path / "index")}
    }


def test_search_finds_what_differs_at_the_group(own_index, groups, followed):
    drain(wait=True)
    hits = find_pages("毛驴").hits
    assert [hit.url for hit in hits] == [f"{groups[0].url}#own-{FEAST.hex[:12]}"]
    following.revoke(followed, note="登记错了。", by=followed.approved_by)
    drain(wait=True)
    assert find_pages("毛驴").count == 0


def test_index_learns_when_a_following_begins(covenant, groups, editor, reviewer):
    soon = timezone.localdate() + datetime.timedelta(days=2)
    approve(propose(covenant, groups, by=editor, since=soon), by=reviewer)
    assert turn_editions(timezone.localdate(), soon) == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"adopted_on": DAY(2999, 1, 1)}, "adopted_on"),
        ({"effective_from": DAY(2024, 2, 1)}, "effective_from"),
        ({"effective_from": DAY(2023, 1, 1), "adopted_on": DAY(2023, 1, 1)}, "effective_from"),
        ({"adopted_by": " "}, "adopted_by"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field(covenant, groups, editor, change, field):
    values = {
        "adopted_on": DAY(2024, 2, 20),
        "adopted_by": "村民小组会议",
        "effective_from": MARCH,
        **change,
    }
    with pytest.raises(ValidationError) as refused:
        following.propose(covenant, groups, **values, by=editor)
    assert field in refused.value.message_dict
    assert not FollowingBatch.objects.exists()


def test_groups_must_be_the_villages_and_wait_once(covenant, groups, editor):
    stranger = make.GroupPageFactory()
    propose(covenant, groups[:1], by=editor)
    for chosen in ([], [stranger], groups):
        with pytest.raises(ValidationError) as refused:
            propose(covenant, chosen, by=editor)
        assert "groups" in refused.value.message_dict


def test_desk_proposes_and_review_decides(client, village, covenant, groups, editor, reviewer):
    client.force_login(editor)
    ticked = [group.pk for group in groups[:2]]
    response = client.post(desk(village), {**VALUES, "groups": ticked})
    batch = FollowingBatch.objects.get()
    assert response.url == screen(batch)
    html = client.get(screen(batch)).content.decode()
    assert "待审核" in html and "整批批准" not in html
    article = {"do": "differ", "groups": ticked, "provision": feast(covenant).pk}
    client.post(screen(batch), {**article, "text": OWN_WORDS})
    assert batch.followings.filter(differing__text=OWN_WORDS).count() == 2
    assert client.post(screen(batch), {"do": "approve"}).status_code == 403
    client.force_login(reviewer)
    seen = following.fingerprint(batch)
    assert seen in client.get(screen(batch)).content.decode()
    client.post(screen(batch), {"do": "approve", "seen": seen})
    assert Following.objects.in_force().count() == 2
    client.post(screen(batch), {"do": "revoke", "note": "登记错了。"})
    assert not Following.objects.in_force().exists()
    assert "登记错了。" in client.get(screen(batch)).content.decode()


def test_a_batch_sent_back_says_why_and_can_be_proposed_anew(
    client, village, covenant, groups, editor, reviewer
):
    batch = propose(covenant, groups, by=editor)
    client.force_login(reviewer)
    assert "note" in client.post(screen(batch), {"do": "send_back"}).content.decode()
    client.post(screen(batch), {"do": "send_back", "note": "缺会议记录。"})
    client.force_login(editor)
    html = client.get(screen(batch)).content.decode()
    assert "已退回" in html and "缺会议记录。" in html
    propose(covenant, groups, by=editor)


def test_nothing_ticked_is_told_on_the_screen(client, village, covenant, groups, editor):
    client.force_login(editor)
    assert "请勾选沿用村约的小组" in client.post(desk(village), VALUES).content.decode()


def test_another_villages_editor_is_refused(client, village, covenant, groups, editor):
    batch = propose(covenant, groups, by=editor)
    stranger = make.UserFactory()
    appoint(stranger, "village_editor", make.VillagePageFactory())
    client.force_login(stranger)
    assert client.get(desk(village)).status_code == 403
    assert client.post(desk(village), {**VALUES, "groups": [groups[0].pk]}).status_code == 403
    assert client.get(screen(batch)).status_code == 404
    assert client.post(screen(batch), {"do": "approve"}).status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"do": "x"}, {"do": "agree", "article": "\x00"}, {"do": "differ", "groups": "x"}]
)
def test_a_malformed_request_is_no_fault_of_ours(client, covenant, groups, editor, data):
    client.force_login(editor)
    response = client.post(screen(propose(covenant, groups, by=editor)), data)
    assert response.status_code in (200, 403, 404)


def test_editor_of_an_own_covenant_is_told_what_it_ends(client, groups, followed, editor):
    draft = make.CovenantPageFactory(parent=groups[0], live=False)
    client.force_login(editor)
    html = client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert "沿用到它的施行日期为止" in html


def queries(client, address, data=None):
    with CaptureQueriesContext(connection) as seen:
        response = client.get(address) if data is None else client.post(address, data)
    assert response.status_code in (200, 302)
    return len(seen)


def test_queries_do_not_grow_with_the_groups(client, township, reviewer):
    counts = []
    for number in (10, 100):
        village = make.VillagePageFactory(parent=township)
        covenant = make.CovenantPageFactory(
            parent=village, articles=[{"id": FEAST, "text": "十桌。"}]
        )
        groups = [make.GroupPageFactory(parent=village) for _ in range(number)]
        editor = make.UserFactory()
        appoint(editor, "village_editor", village)
        client.force_login(editor)
        client.get(covenant.url)
        seen = [queries(client, desk(village))]
        pks = [group.pk for group in groups]
        seen.append(queries(client, desk(village), {**VALUES, "groups": pks}))
        batch = FollowingBatch.objects.get(village=village.pk)
        following.differ(batch, pks, feast(covenant), OWN_WORDS, by=editor)
        seen.append(queries(client, screen(batch)))
        client.force_login(reviewer)
        data = {"do": "approve", "seen": following.fingerprint(batch)}
        seen.append(queries(client, screen(batch), data))
        assert Following.objects.in_force().filter(batch=batch).count() == number
        client.logout()
        seen += [queries(client, page.url) for page in (covenant, groups[0], village)]
        counts.append(seen)
    # The database takes at most so many values per statement: a batch may need a second one.
    assert all(many - few <= 2 for few, many in zip(*counts, strict=True)), counts
