"""Words of an adopted text are covered everywhere it appears, and come back from nowhere."""

import datetime
import io
import json
import uuid

import docx
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from wagtail.models import Page, PageLogEntry

from covenants import hint_reading, redacting
from covenants.adoption import edition_digest
from covenants.limit_proposals import read_editions
from covenants.models import CovenantPage, Edition, Limit
from covenants.models.edition import Immutable, Provision
from covenants.models.hint import Hint, HintAnswer
from covenants.models.procedure import Procedure
from covenants.redaction import MARK, cover, moved
from editorial.appointments import appoint
from safety import redactions
from safety.models import Redaction
from safety.withdrawal import erasing, ledger
from safety.withdrawal.withdrawing import withdraw
from search import outbox, writer
from search.page_search import find_pages
from tests.factories import CovenantPageFactory, UserFactory, next_edition

pytestmark = pytest.mark.django_db
WORDS = "晏三宝家"
KEPT, NAMED = uuid.uuid4(), uuid.uuid4()
ARTICLES = [
    {"id": str(KEPT), "label": "第一条", "text": "红事不超过十五桌，礼金不超过一百元。"},
    {
        "id": str(NAMED),
        "label": "第二条",
        "text": f"以前{WORDS}办客四十桌，今后每家不超过十桌。",
        "items": [{"label": "（一）", "text": f"{WORDS}已经改正；"}],
    },
]
REASON = "本人要求遮盖姓名。"


@pytest.fixture
def rule():
    page = CovenantPageFactory(articles=ARTICLES, preamble="为树新风，订立本约。")
    changed = [{**ARTICLES[0], "text": "红事不超过十桌，礼金不超过一百元。"}, ARTICLES[1]]
    next_edition(page, *changed, effective_from=datetime.date(2025, 3, 1))
    page.one_minute = f"不要学{WORDS}办四十桌。"
    page.save_revision(user=UserFactory()).publish()
    outbox.drain(wait=True)
    return CovenantPage.objects.get(pk=page.pk)


@pytest.fixture
def reviewer(rule):
    user = UserFactory()
    appoint(user, "township_reviewer", rule.get_parent().get_parent())
    return user


@pytest.fixture
def redact(rule, reviewer, committed):
    def redact(words=WORDS, units=None, reason=REASON):
        found = redacting.places_of(rule, words)
        chosen = [place.unit for place in found] if units is None else units
        with committed():
            done = redacting.redact(rule, words, chosen, reason, by=reviewer)
        carry_on()
        return done

    return redact


def carry_on():
    """What the background process does after the commit."""
    erasing.step()
    outbox.drain(wait=True)


def addresses(rule):
    return [
        rule.url,
        f"{rule.url}?on=2024-12-01",
        f"{rule.url}bijiao/",
        f"{rule.url}bijiao/?from=1&to=2",
        f"{rule.url}txt/",
        f"{rule.url}txt/?on=2024-12-01",
        f"{rule.url}json/",
        f"{rule.url}json/?on=2024-12-01",
        rule.get_parent().url,
        f"/search/?q={WORDS}",
        "/search/?q=办客四十桌",
    ]


def test_where_the_words_stand_is_told_by_unit(rule):
    found = {place.unit: place for place in redacting.places_of(rule, WORDS)}
    article = found[f"article:{NAMED}"]
    assert article.name == "第二条"
    assert article.where == ["第2版", "第1版", "工作稿"]
    before, after = article.excerpts[0]
    assert WORDS in before and MARK in after and WORDS not in after
    assert set(found) == {f"article:{NAMED}", "one_minute"}


def test_readers_see_a_mark_and_the_words_nowhere(client, rule, redact):
    held = {one: WORDS in client.get(one).content.decode() for one in addresses(rule)}
    assert held[rule.url] and held[f"{rule.url}txt/"] and held[f"{rule.url}txt/?on=2024-12-01"]
    assert redact() == 2
    for one in addresses(rule):
        answer = client.get(one)
        assert answer.status_code == 200, one
        text = answer.content.decode()
        assert f"以前{WORDS}" not in text and f"{WORDS}已经" not in text, one
        if "search" not in one:
            assert WORDS not in text, one
    assert MARK in client.get(rule.url).content.decode()
    assert MARK in client.get(f"{rule.url}?on=2024-12-01").content.decode()
    assert find_pages(WORDS).count == 0
    found = find_pages("办客四十桌")
    assert found.count == 1


def test_word_files_have_the_mark(client, rule, redact):
    redact()
    for address in (f"{rule.url}docx/", f"{rule.url}docx/?on=2024-12-01"):
        document = docx.Document(io.BytesIO(client.get(address).content))
        text = "\n".join(one.text for one in document.paragraphs)
        assert MARK in text and WORDS not in text


def test_no_table_and_no_file_holds_the_words(rule, redact, folders):
    assert _tables_with(WORDS) and _files_with(folders, WORDS)
    redact()
    assert _tables_with(WORDS) == []
    assert _files_with(folders, WORDS) == []


def _tables_with(words):
    """Tables of the database with the words in any column, written out or in JSON escapes."""
    found, escaped = [], json.dumps(words)[1:-1]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            rows = cursor.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608
            text = repr(rows)
            if words in text or escaped in text.replace("\\\\", "\\"):
                found.append(table)
    return found


def _files_with(folder, words):
    encoded = words.encode()
    return [one for one in folder.rglob("*") if one.is_file() and encoded in one.read_bytes()]


def test_saving_again_makes_no_edition_and_brings_nothing_back(client, rule, redact):
    redact()
    page = CovenantPage.objects.get(pk=rule.pk)
    page.get_latest_revision_as_object().save_revision().publish()
    page.refresh_from_db()
    assert page.editions.count() == 2
    assert WORDS not in client.get(rule.url).content.decode()
    assert [one.number for one in page.editions.order_by("number")] == [1, 2]


def test_a_text_that_brings_the_words_back_is_not_adopted(rule, redact):
    redact()
    page = CovenantPage.objects.get(pk=rule.pk)
    added = {"label": "第三条", "text": f"{WORDS}除外。"}
    with pytest.raises(ValidationError) as refused:
        next_edition(page, *ARTICLES, added, effective_from=datetime.date(2026, 3, 1))
    told = " ".join(refused.value.messages)
    assert "第二条" in told and "第三条" in told and "第一条" not in told and WORDS not in told
    page = CovenantPage.objects.get(pk=rule.pk)
    edition = next_edition(page, ARTICLES[0], effective_from=datetime.date(2026, 3, 1))
    assert edition.number == 3


def test_a_digest_is_always_that_of_the_rows(rule, redact):
    for edition in rule.editions.all():
        assert edition.digest == edition_digest(edition, edition.provisions.order_by("position"))
    redact()
    for edition in Edition.objects.filter(page=rule):
        assert edition.digest == edition_digest(edition, edition.provisions.order_by("position"))


def test_what_an_article_says_besides_is_untouched(rule, redact):
    before = list(Provision.objects.filter(stable_id=KEPT).values_list("text", "label"))
    redact()
    assert list(Provision.objects.filter(stable_id=KEPT).values_list("text", "label")) == before
    row = Provision.objects.filter(stable_id=NAMED).last()
    assert row.text == f"以前{MARK}办客四十桌，今后每家不超过十桌。"
    assert row.items == [{"label": "（一）", "text": f"{MARK}已经改正；"}]


def test_limits_keep_their_place(client, rule, redact):
    read_editions([edition.pk for edition in rule.editions.all()])
    Limit.objects.filter(stable_id=NAMED).update(status=Limit.CONFIRMED)
    before = [(x.pk, x.quote) for x in Limit.objects.filter(stable_id=NAMED).order_by("pk")]
    assert before
    redact()
    rows = Limit.objects.filter(stable_id=NAMED, edition__isnull=False).order_by("pk")
    assert [(x.pk, x.quote) for x in rows] == before
    for limit in rows:
        plain = Provision.objects.get(edition=limit.edition, stable_id=NAMED).plain_text
        assert plain[limit.start : limit.end] == limit.quote
        assert WORDS not in limit.clause and limit.status == Limit.CONFIRMED


def test_hints_are_looked_for_again_and_answers_stay(rule, redact):
    edition = rule.editions.order_by("-number").first()
    article = edition.provisions.get(stable_id=NAMED)
    answer = HintAnswer.objects.create(
        page=rule,
        edition=edition,
        stable_id=NAMED,
        rule="fine",
        digest=hint_reading.digest_of(article.plain_text),
        match=f"{WORDS}办客",
        kind=HintAnswer.KEEP,
        reason=f"{WORDS}已经同意。",
    )
    Hint.objects.create(
        edition=edition,
        stable_id=NAMED,
        rule="fine",
        level="red",
        start=2,
        end=8,
        match=f"{WORDS}办客",
        digest=answer.digest,
        answer=answer,
    )
    redact()
    answer.refresh_from_db()
    article.refresh_from_db()
    assert answer.digest == hint_reading.digest_of(article.plain_text)
    assert WORDS not in answer.match + answer.reason
    assert not Hint.objects.filter(edition=edition).exists()


def test_the_ledger_is_covered_where_it_was_chosen(rule, redact):
    procedure = Procedure.objects.create(page=rule, override_reason=f"{WORDS}反对。")
    found = [place.unit for place in redacting.places_of(rule, WORDS)]
    assert "ledger" in found
    redact()
    procedure.refresh_from_db()
    assert procedure.override_reason == f"{MARK}反对。"
    assert _tables_with(WORDS) == []


def test_only_the_units_that_were_chosen(client, rule, redact):
    redact(units=["one_minute"])
    html = client.get(rule.url).content.decode()
    assert f"以前{WORDS}" in html and f"不要学{MARK}" in html


def test_a_draft_goes_on_with_the_words_covered(rule, redact):
    draft = rule.get_latest_revision_as_object()
    draft.closing = f"{WORDS}见证。"
    draft.save_revision(user=UserFactory(username="author"))
    rule.refresh_from_db()
    redact()
    page = CovenantPage.objects.get(pk=rule.pk)
    newest = page.get_latest_revision_as_object()
    assert newest.closing == f"{MARK}见证。"
    assert page.has_unpublished_changes and page.latest_revision.user.username == "author"
    assert _tables_with(WORDS) == []


@pytest.mark.parametrize(
    ("words", "units", "reason", "field"),
    [
        ("晏", None, REASON, "words"),
        ("好" * 61, None, REASON, "words"),
        ("个人信息", None, REASON, "words"),
        (WORDS, [], REASON, "units"),
        (WORDS, ["closing"], REASON, "units"),
        (WORDS, None, " ", "reason"),
        (WORDS, None, f"{WORDS}要求", "reason"),
    ],
)
def test_what_is_refused(redact, words, units, reason, field):
    with pytest.raises(ValidationError) as refused:
        redact(words, units, reason)
    assert field in refused.value.message_dict
    assert not Redaction.objects.exists()


def test_the_log_has_the_reason_and_not_the_words(rule, redact):
    redact()
    entry = PageLogEntry.objects.get(action="covenants.redact", page_id=rule.pk)
    assert entry.data["reason"] == REASON and "第二条" in entry.data["places"]
    assert WORDS not in json.dumps(entry.data, ensure_ascii=False)


def test_editions_stay_closed_to_everything_else(rule):
    for rows in (Edition.objects.all(), Provision.objects.all()):
        with pytest.raises(Immutable):
            rows.redact(effective_from="2020-01-01")
        with pytest.raises(Immutable):
            rows.update(title="x")


def test_it_is_covered_again_after_a_restore(client, rule, redact, committed):
    """The rows as a backup from before has them, and the list that was kept apart from it."""
    kept = {model: list(model.objects.values()) for model in (Edition, Provision, CovenantPage)}
    redact()
    assert WORDS.encode() not in ledger.file().read_bytes()
    assert json.dumps(WORDS)[1:-1].encode() not in ledger.file().read_bytes()
    for model, rows in kept.items():
        for row in rows:
            for names in _columns_of(model):
                values = {name: row[name] for name in names if name in row}
                QuerySet(model).filter(pk=row.get("id", rule.pk)).update(**values)
    Redaction.objects.all().delete()
    CovenantPage.objects.get(pk=rule.pk).save_revision()
    assert WORDS in client.get(rule.url).content.decode()
    with committed():
        call_command("withdraw", "--again")
    carry_on()
    html = client.get(rule.url).content.decode()
    assert WORDS not in html and MARK in html
    assert _tables_with(WORDS) == []
    assert redactions.reapply() == []
    page = CovenantPage.objects.get(pk=rule.pk)
    page.save()
    assert page.editions.count() == 2


def _columns_of(model):
    """Names of the columns that hold a text's words."""
    if model is CovenantPage:
        return [["one_minute", "preamble", "closing", "body", "change_summary"]]
    if model is Edition:
        return [["preamble", "closing", "summary", "digest"]]
    return [["text", "items"]]


def test_the_kept_copy_on_a_telephone_is_replaced(client, rule, redact):
    village = rule.get_parent().specific
    client.cookies["village"] = village.code

    def stamps():
        return client.get("/my-village/keep.json").content

    before = stamps()
    redact()
    assert stamps() != before


def test_the_screen(client, rule, reviewer):
    client.force_login(reviewer)
    address = reverse("covenants_redact", args=[rule.pk])
    assert client.get(address).status_code == 200
    nothing = client.post(address, {"words": "没有的字", "find": "1"})
    assert "没有这几个字" in nothing.content.decode()
    found = client.post(address, {"words": WORDS, "find": "1"}).content.decode()
    assert MARK in found and "第二条" in found and "第2版、第1版、工作稿" in found
    without = client.post(
        address, {"words": WORDS, "cover": "1", "unit": f"article:{NAMED}", "reason": ""}
    )
    assert "请写明理由" in without.content.decode()
    done = client.post(
        address,
        {
            "words": WORDS,
            "cover": "1",
            "unit": [f"article:{NAMED}", "one_minute"],
            "reason": REASON,
        },
    )
    assert done.status_code == 302
    assert WORDS not in client.get(rule.url).content.decode()


def test_a_rule_that_was_withdrawn_meanwhile_is_told(client, rule, reviewer, monkeypatch):
    places_of = redacting.places_of

    def late(*arguments):
        found = places_of(*arguments)
        withdraw(CovenantPage.objects.get(pk=rule.pk), reason=REASON)
        monkeypatch.undo()
        return found

    monkeypatch.setattr(redacting, "places_of", late)
    client.force_login(reviewer)
    form = {"words": WORDS, "unit": "one_minute", "reason": REASON, "cover": "1"}
    answer = client.post(reverse("covenants_redact", args=[rule.pk]), form, follow=True)
    assert "已经撤下" in answer.content.decode()
    assert not Redaction.objects.exists()


class TestLongOutbox:
    """What is noted for the index before, of an import, keeps no covered word in what is found."""

    @pytest.fixture(autouse=True)
    def before(self, rule):
        other = CovenantPageFactory()
        with outbox.later():
            for _ in range(3):
                outbox.touch(Page, [other.pk] * outbox.BATCH)

    def covered(self, rule, reviewer):
        chosen = [place.unit for place in redacting.places_of(rule, WORDS)]
        redacting.redact(rule, WORDS, chosen, REASON, by=reviewer)

    def waits(self, rule) -> bool:
        assert outbox.backlog()[0] > outbox.BATCH
        return bool(outbox.pending_among(Page, [rule.pk]))

    def test_in_the_request(self, rule, reviewer, committed, monkeypatch):
        monkeypatch.setattr(outbox._serving, "request", True, raising=False)
        # What the making of the pages noted would stand for what is to follow here.
        connection.run_on_commit.clear()
        with committed():
            self.covered(rule, reviewer)
        assert not self.waits(rule)

    def test_in_the_background(self, rule, reviewer, monkeypatch):
        with outbox.later():
            self.covered(rule, reviewer)
        assert self.waits(rule)
        real = writer.expunge

        def killed_on_the_way(directory):
            real(directory)
            raise KeyboardInterrupt

        monkeypatch.setattr(writer, "expunge", killed_on_the_way)
        with pytest.raises(KeyboardInterrupt):
            erasing.step()
        assert not self.waits(rule)


@pytest.mark.parametrize("role", ["village_editor", "elsewhere"])
def test_others_cannot(client, rule, role):
    user = UserFactory()
    if role == "village_editor":
        appoint(user, role, rule.get_parent())
    else:
        other = CovenantPageFactory().get_parent().get_parent()
        appoint(user, "township_reviewer", other)
    client.force_login(user)
    address = reverse("covenants_redact", args=[rule.pk])
    answer = client.post(address, {"words": WORDS, "cover": "1", "unit": ["one_minute"]})
    assert answer.status_code in (302, 403, 404)
    assert CovenantPage.objects.get(pk=rule.pk).one_minute.count(WORDS) == 1


def test_places_in_a_text_move_with_what_is_covered():
    text = "张三和张三的十桌"
    covered = cover(text, "张三")
    assert moved(text.index("十桌"), text, "张三") == covered.index("十桌")
    assert moved(1, text, "张三") is None
    assert moved(0, text, "张三") == 0
    assert cover("张三", "张三", 5) == "■■"
