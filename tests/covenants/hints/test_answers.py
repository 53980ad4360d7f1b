"""Hints of a working text: who answers them, when they count, and what they keep from approval."""

import json

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, PageLogEntry, TaskState

from covenants import hints
from covenants.models import CovenantPage, HintAnswer
from editorial.review import ReviewRefused
from editorial.wagtail_hooks import refuse_own_text
from tests.covenants.hints.conftest import TEXTS
from tests.factories import rule_body


def fresh(page):
    return CovenantPage.objects.get(pk=page.pk)


def state_of(page):
    return Page.objects.get(pk=page.pk).current_workflow_task_state


def approve(page, user):
    state = state_of(page)
    state.task.specific.on_action(state, user, "approve")


def answer_all(page, user, kind=HintAnswer.KEEP):
    for hint in hints.open_hits(fresh(page)):
        hints.answer(fresh(page), hint.key, kind, "司法所看过。", by=user)


def desk(page):
    return reverse("covenants_hints", args=[page.pk])


def test_hints_stand_in_the_order_of_the_text(hinted):
    found = hints.hints_for(fresh(hinted))
    assert [(h.clause.label, h.rule.key, h.level, h.is_open) for h in found] == [
        ("第2条", "fine", "red", True),
        ("第3条", "deposit", "amber", True),
    ]
    assert ("罚款", True) in found[0].segments
    assert "".join(text for text, _hit in found[0].segments) == TEXTS[1]


def test_approval_is_refused_and_names_the_clauses(hinted, people, act, client):
    with pytest.raises(ReviewRefused) as refusal:
        approve(hinted, people.reviewer)
    assert "第2条“罚款”（罚款）" in str(refusal.value)
    assert "第3条" in str(refusal.value)
    response = act(people.reviewer, state_of(hinted), "approve")
    assert "第2条“罚款”" in response.content.decode()
    assert not fresh(hinted).live
    assert state_of(hinted).status == TaskState.STATUS_IN_PROGRESS


def test_a_superuser_is_refused_as_well(hinted, people):
    with pytest.raises(ReviewRefused):
        approve(hinted, people.admin)


def test_a_text_can_be_sent_back_with_its_hints(hinted, people):
    state = state_of(hinted)
    state.task.specific.on_action(state, people.reviewer, "reject", comment="第2条请改。")
    assert state_of(hinted) is None


def test_answered_it_is_approved_and_the_answers_stay_with_the_edition(hinted, people):
    answer_all(hinted, people.reviewer)
    approve(hinted, people.reviewer)
    edition = fresh(hinted).editions.get()
    rows = list(edition.hints.order_by("pk"))
    assert [(row.rule, row.answer.kind, row.answer.by) for row in rows] == [
        ("fine", "keep", people.reviewer),
        ("deposit", "keep", people.reviewer),
    ]
    assert set(edition.hint_answers.values_list("rule", flat=True)) == {"fine", "deposit"}
    assert edition.hint_reading.book.data["rules"]


def test_words_changed_after_the_answer_need_another_one(hinted, people):
    answer_all(hinted, people.reviewer)
    page = fresh(hinted)
    ids = [
        block.id
        for block in page.get_latest_revision_as_object().body[0].value["articles"].bound_blocks
    ]
    changed = [TEXTS[0], TEXTS[1].replace("五十", "五百"), TEXTS[2]]
    page.body = rule_body(
        ("", "", [{"id": key, "text": text} for key, text in zip(ids, changed, strict=True)])
    )
    page.save_revision(user=people.editor)
    assert [hint.rule.key for hint in hints.open_hits(fresh(hinted))] == ["fine"]


def test_an_answer_to_words_that_changed_meanwhile_is_refused(hinted, people):
    stale = hints.open_hits(fresh(hinted))[0].key
    page = fresh(hinted)
    page.body = rule_body(("", "", ["偷砍树木的，罚款八百元。"]))
    page.save_revision(user=people.editor)
    with pytest.raises(hints.AnswerRefused):
        hints.answer(page, stale, HintAnswer.KEEP, "可以。", by=people.reviewer)


def test_an_editor_only_proposes(hinted, people):
    hint = hints.open_hits(fresh(hinted))[0]
    # While it is read the text is locked for its editor; the proposal comes before that.
    state_of(hinted).workflow_state.cancel(user=people.editor)
    made = hints.answer(fresh(hinted), hint.key, HintAnswer.KEEP, "祖辈就这样。", by=people.editor)
    assert made.proposed
    (now, _other) = hints.hints_for(fresh(hinted))
    assert now.is_open and now.proposal == made and now.answer is None


@pytest.mark.parametrize("name", ["neighbour", "far_reviewer"])
def test_strangers_neither_see_nor_answer(hinted, people, client, name):
    user = getattr(people, name)
    client.force_login(user)
    key = hints.open_hits(fresh(hinted))[0].key
    posted = {"hint": key, "kind": "keep", "reason": "可以"}
    for response in (client.get(desk(hinted)), client.post(desk(hinted), posted)):
        assert response.status_code == 404
    with pytest.raises(hints.AnswerRefused):
        hints.answer(fresh(hinted), key, HintAnswer.KEEP, "可以。", by=user)
    assert not HintAnswer.objects.exists()


def test_an_answer_needs_a_reason(hinted, people):
    key = hints.open_hits(fresh(hinted))[0].key
    for kind, reason in (("keep", "  "), ("drop", "可以")):
        with pytest.raises(hints.AnswerRefused):
            hints.answer(fresh(hinted), key, kind, reason, by=people.reviewer)


def test_a_demand_to_rewrite_keeps_it_open_until_the_words_change(hinted, people):
    answer_all(hinted, people.reviewer, HintAnswer.REWRITE)
    page = fresh(hinted)
    assert len(hints.open_hits(page)) == 2
    assert [d.done for d in hints.demands(page, hints.hints_for(page))] == [False, False]
    page.body = rule_body(("", "", ["偷砍树木的，批评教育、补种树木。", TEXTS[2]]))
    page.save_revision(user=people.editor)
    page = fresh(hinted)
    assert hints.demands(page, hints.hints_for(page))[0].done
    assert [hint.rule.key for hint in hints.open_hits(page)] == ["deposit"]


def test_the_desk_shows_and_takes_answers_and_the_log_keeps_them(hinted, people, client):
    client.force_login(people.reviewer)
    html = client.get(desk(hinted)).content.decode()
    assert "<mark>罚款</mark>" in html and "行政处罚法" in html
    key = hints.open_hits(fresh(hinted))[0].key
    response = client.post(desk(hinted), {"hint": key, "kind": "refer", "reason": "已送司法所。"})
    assert response.status_code == 302
    assert "已送司法所。" in client.get(desk(hinted)).content.decode()
    entry = PageLogEntry.objects.get(action="covenants.hint_answer")
    assert entry.user == people.reviewer
    assert "第2条" in entry.data["clause"] and entry.data["reason"] == "已送司法所。"


def test_an_answered_hint_leads_to_the_next_open_one_and_at_the_end_back(hinted, people, client):
    client.force_login(people.reviewer)
    first, second = hints.open_hits(fresh(hinted))
    for hint, ahead in (
        (second, f'href="#hint-{first.key}"'),
        (first, f'href="{reverse("wagtailadmin_pages:edit", args=[hinted.pk])}">都答复了'),
    ):
        given = {"hint": hint.key, "kind": "keep", "reason": "司法所看过。"}
        response = client.post(desk(hinted), given, follow=True)
        html = response.content.decode()
        answered = html.split(f'id="hint-{hint.key}"')[1].split("</section>")[0]
        assert ahead in answered
        link = answered.split('class="hint__next"')[1].split("</a>")[0]
        target = response.redirect_chain[-1][0].split("#")[1]
        assert f'<a id="{target}"' in link, "the browser gives the focus to a link led to"


def test_a_refused_form_keeps_what_was_typed(hinted, people, client):
    client.force_login(people.reviewer)
    key = hints.open_hits(fresh(hinted))[0].key
    html = client.post(
        desk(hinted), {"hint": key, "kind": "", "reason": "我的理由"}
    ).content.decode()
    assert "我的理由" in html


def test_the_editor_tells_of_the_saved_text(hinted, people, client):
    client.force_login(people.reviewer)
    html = client.get(reverse("wagtailadmin_pages:edit", args=[hinted.pk])).content.decode()
    assert "处合法性提示" in html
    assert desk(hinted) in html


@pytest.mark.parametrize("below", [False, True], ids=["itself", "its_village"])
def test_publishing_in_bulk_is_no_way_around(people, client, below):
    page = people.draft
    page.body = rule_body(("", "", TEXTS))
    page.save_revision(user=people.editor)
    client.force_login(people.reviewer)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    chosen = people.own.pk if below else page.pk
    sent = {"include_descendants": "on"} if below else {}
    response = client.post(f"{address}?id={chosen}", sent, follow=True)
    assert "第2条“罚款”" in response.content.decode()
    assert not fresh(page).live


def test_the_publish_button_is_no_way_around(people, rf):
    page = people.draft
    page.body = rule_body(("", "", TEXTS))
    page.save_revision(user=people.editor)
    request = rf.post("/")
    request.user, request.session = people.reviewer, {}
    request._messages = FallbackStorage(request)
    assert refuse_own_text(request, fresh(page)).status_code == 302
    answer_all(page, people.reviewer)
    assert refuse_own_text(request, fresh(page)) is None


def check(client, page, **sent):
    address = reverse("covenants_hints_check", args=[page.pk])
    return client.post(address, json.dumps(sent), content_type="application/json")


def test_a_text_is_checked_while_it_is_typed(hinted, people, client):
    state_of(hinted).workflow_state.cancel(user=people.editor)
    client.force_login(people.editor)
    clauses = [
        {"id": "9a1b", "label": "第1条", "lines": ["违反的，按以下处理：", "（一）没收工具；"]},
        {"id": "9a1c", "label": "第2条", "lines": ["不得对他人罚款。"]},
    ]
    answer = check(client, hinted, clauses=clauses, adopted_by="村两委").json()
    assert [(row["id"], row["level"]) for row in answer["hints"]] == [
        ("9a1b", "red"),
        ("adopted_by", "amber"),
    ]
    assert answer["open"] == 2
    assert not HintAnswer.objects.exists()


def test_what_the_check_says_agrees_with_what_is_saved(hinted, people, client):
    client.force_login(people.reviewer)
    answer_all(hinted, people.reviewer)
    body = fresh(hinted).get_latest_revision_as_object().body
    clauses = [
        {"id": block.id, "label": block.value["label"], "lines": [block.value["text"]]}
        for block in body[0].value["articles"].bound_blocks
    ]
    assert check(client, hinted, clauses=clauses).json()["open"] == 0


def test_the_check_refuses_strangers_get_and_nonsense(hinted, people, client):
    client.force_login(people.reviewer)
    assert client.get(reverse("covenants_hints_check", args=[hinted.pk])).status_code == 405
    for sent in ({}, {"clauses": 3}, {"clauses": [{"id": "x"}]}):
        assert check(client, hinted, **sent).status_code == 400
    address = reverse("covenants_hints_check", args=[hinted.pk])
    deep = client.post(address, "[" * 100_000, content_type="application/json")
    assert deep.status_code == 400
    client.force_login(people.neighbour)
    assert check(client, hinted, clauses=[]).status_code == 404


def test_the_check_asks_for_the_token(hinted, people):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(people.reviewer)
    assert check(strict, hinted, clauses=[]).status_code == 403


def test_more_hints_cost_no_more_queries(hinted, people, client):
    client.force_login(people.reviewer)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(desk(hinted)).status_code == 200
        return len(seen)

    queries()
    few = queries()
    page = fresh(hinted)
    page.body = rule_body(("", "", [f"第{n}种情形罚款五十元。" for n in range(60)]))
    page.save_revision(user=people.editor)
    assert queries() == few
