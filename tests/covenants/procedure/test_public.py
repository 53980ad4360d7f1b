"""What readers see of a ledger: its steps, what is announced without its text, the form."""

import gzip

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from wagtail.models import PageViewRestriction

from covenants import ledger
from covenants.models import Edition, GoLive, Opinion, OpinionPeriod, Procedure
from covenants.models.entry import PublicNotice
from covenants.procedure import terms
from covenants.validity import end_edition, take_end_back
from tests import factories as make
from tests.covenants.procedure.conftest import STAGES, ago

pytestmark = pytest.mark.django_db


def html(client, address):
    return client.get(address).content.decode()


def test_the_steps_stand_on_the_page_without_names_or_papers(client, draft, go_live, fill, place):
    place.reviewer.first_name, place.clerk.first_name = "审核员甲", "编辑乙"
    place.reviewer.save(), place.clerk.save()
    fill(draft)
    draft.save_revision().publish()
    page = html(client, draft.url)
    assert "订立的经过（5 步）" in page and "本站登记" in page
    for words in ("酒席几桌合适？", "应到 96 人，到会 60 人。", "赞成 50 票", "云镇备〔2026〕1号"):
        assert words in page
    for hidden in ("审核员甲", "编辑乙", "procedures/", place.clerk.username):
        assert hidden not in page


def test_a_text_voted_but_not_filed_is_announced_without_its_words(client, place, draft, fill):
    fill(draft, until=terms.VOTE)
    village = html(client, place.village.url)
    assert "新文本已表决，待备案" in village and "办客从简" not in village
    assert client.get(draft.url).status_code == 404


def test_on_the_page_of_the_rule_the_old_text_stays(client, place, fill):
    page = make.CovenantPageFactory(parent=place.village, adopted_on=ago(900))
    page.body = make.rule_body(("", "", ["酒席不超过八桌。"]))
    page.save_revision(user=place.clerk)
    fill(page, until=terms.VOTE)
    text = html(client, page.url)
    assert "待备案" in text and "不超过十桌" in text and "八桌" not in text
    repeal = Procedure.objects.get()
    ledger.give_up(repeal, "改为废止。", by=place.clerk, version=repeal.version)
    assert "待备案" not in html(client, page.url)


def test_a_repeal_voted_is_announced(client, place, write):
    page = make.CovenantPageFactory(parent=place.village, adopted_on=ago(900))
    repeal = ledger.start(page, terms.REPEALING, by=place.clerk)
    write(repeal, terms.OPINIONS)
    write(repeal, terms.VOTE)
    assert "已表决废止，待备案" in html(client, page.url)


@pytest.fixture
def repealed(draft, go_live, fill, place, write, confirm):
    """`repealed()`: go through a repeal of the draft's filed edition and end it today."""
    fill(draft)
    draft.save_revision().publish()

    def repeal():
        procedure = ledger.start(draft, terms.REPEALING, by=place.clerk)
        write(procedure, terms.OPINIONS, about="要不要废止这份老规约？")
        write(procedure, terms.VOTE, on=ago(8), votes_for=44, votes_against=12)
        confirm(procedure)
        number = f"云镇备〔2026〕{procedure.pk + 100}号"
        write(procedure, terms.FILING, on=ago(2), number=number)
        values = {"reason": Edition.REPEALED, "note": "村民会议表决废止。", "by": place.reviewer}
        end_edition(draft.editions.get(), on=ago(0), **values)
        return number

    return repeal


def test_by_which_steps_it_was_repealed_stands_beside_how_it_was_made(
    client, draft, repealed, django_assert_max_num_queries
):
    before = len(gzip.compress(client.get(draft.url).content))
    assert "废止的经过" not in html(client, draft.url)
    number = repealed()
    page = html(client, draft.url)
    assert "订立的经过（5 步）" in page and "废止的经过（3 步）" in page
    told = page[page.index("废止的经过（3 步）") :]
    for words in ("要不要废止这份老规约？", "赞成 44 票，反对 12 票", number):
        assert words in told and words not in page[: page.index("废止的经过（3 步）")]
    assert len(gzip.compress(page.encode())) - before < 1500
    with django_assert_max_num_queries(20):
        client.get(draft.url)
    earlier = html(client, f"{draft.url}?on={ago(5).isoformat()}")
    assert "废止的经过（3 步）" in earlier, "whoever looks at a former day is told, too"


def test_an_order_shows_no_repeal(client, draft, go_live, fill, place):
    fill(draft)
    draft.save_revision().publish()
    values = {"reason": Edition.ORDERED, "note": "与法律不符。", "by": place.reviewer}
    end_edition(draft.editions.get(), on=ago(0), **values)
    assert "废止的经过" not in html(client, draft.url)


def test_a_repeal_taken_back_is_not_shown_and_may_be_gone_through_again(
    client, draft, repealed, place
):
    first = repealed()
    take_end_back(draft.editions.get(), by=place.reviewer)
    assert "废止的经过" not in html(client, draft.url)
    second = repealed()
    page = html(client, draft.url)
    assert second in page and first not in page


def test_a_repeal_let_through_says_why(client, place):
    page = make.CovenantPageFactory(parent=place.village, adopted_on=ago(900))
    GoLive.objects.create(county=place.county, on=ago(200))
    ledger.start(page, terms.REPEALING, by=place.clerk)
    admin = make.UserFactory(is_superuser=True)
    ledger.override(page, "村已撤并，无法开会。", by=admin)
    values = {"reason": Edition.REPEALED, "note": "村已撤并。", "by": place.reviewer}
    end_edition(page.editions.get(), on=ago(0), **values)
    assert "由系统管理员放行。理由：村已撤并，无法开会。" in html(client, page.url)


def test_announcing_stays_within_the_queries_of_a_page(
    client, place, fill, django_assert_max_num_queries
):
    page = make.CovenantPageFactory(parent=place.village, adopted_on=ago(900))
    page.body = make.rule_body(("", "", ["酒席不超过八桌。"]))
    page.save_revision(user=place.clerk)
    fill(page, until=terms.VOTE)
    client.get(page.url)
    for address in (page.url, place.village.url):
        with django_assert_max_num_queries(20):
            client.get(address)


@pytest.fixture
def asked(draft, place, write):
    """The period in which opinions on the draft are asked for on the web."""
    procedure = ledger.start(draft, terms.MAKING, by=place.clerk)
    return write(procedure, terms.OPINIONS, begins=ago(2), ends=ago(-8), form_open=True)


def test_residents_write_opinions_that_nobody_else_reads(client, asked, place):
    assert "写意见" in html(client, place.village.url)
    form = html(client, asked.address)
    assert "酒席几桌合适？" in form and "办客从简" not in form
    sent = client.post(asked.address, {"text": "十桌太少，\n八十桌正好。"}, follow=True)
    told = sent.content.decode()
    assert "收到了，谢谢" in told
    assert f'<a class="button" href="{place.village.url}">' in told, "the rule is no page yet"
    assert 'name="text"' not in told, "an empty form looks as if nothing had been sent"
    assert Opinion.objects.get().text.startswith("十桌太少")
    assert "十桌太少" not in html(client, asked.address)
    assert "no-store" in client.get(asked.address)["Cache-Control"]


def test_empty_overlong_and_trapped_opinions_are_refused(client, asked):
    for data in (
        {"text": " "},
        {"text": "长" * 801},
        {"text": "好", "trap": "x"},
        {"text": "\x00"},
    ):
        assert client.post(asked.address, data).status_code == 200
    assert not Opinion.objects.exists()


def test_objections_are_taken_while_the_notice_hangs_out(client, place, write):
    page = make.CouncilPageFactory(parent=place.village, adopted_on=ago(900))
    procedure = ledger.start(page, terms.REVISING, by=place.clerk)
    write(procedure, terms.VOTE)
    notice = write(procedure, terms.NOTICE, begins=ago(2), ends=ago(-8), form_open=True)
    assert "写异议" in html(client, page.url)
    assert "村务公开栏公示" in html(client, notice.address)
    sent = client.post(notice.address, {"text": "第二条不同意。"}, follow=True)
    assert "公示结束以后，村里会写明怎么处理" in sent.content.decode()
    assert f'<a class="button" href="{page.url}">' in sent.content.decode()
    assert Opinion.objects.get().stage == terms.NOTICE
    assert "第二条不同意" not in html(client, page.url) + html(client, notice.address)
    PublicNotice.objects.update(begins=ago(20), ends=ago(1))
    assert "写异议" not in html(client, page.url)
    assert "没有收下" in client.post(notice.address, {"text": "好"}).content.decode()


def test_after_the_period_residents_are_told_and_keep_their_words(client, asked, place):
    OpinionPeriod.objects.update(begins=ago(20), ends=ago(1))
    over = html(client, f"{asked.address}?sent=1")
    assert "现在已经结束" in over and f'href="{place.village.url}"' in over
    assert 'name="text"' not in over and "收到了" not in over
    late = client.post(asked.address, {"text": "十桌太少。"}).content.decode()
    assert "没有收下" in late and "十桌太少。" in late and not Opinion.objects.exists()
    # A procedure that ended early takes none either.
    OpinionPeriod.objects.update(ends=ago(-1))
    asked.procedure.refresh_from_db()
    version = asked.procedure.version
    ledger.give_up(asked.procedure, "另行修订。", by=place.clerk, version=version)
    assert "现在已经结束" in html(client, asked.address)


def test_there_is_no_form_before_the_period_or_where_none_was_offered(client, asked):
    OpinionPeriod.objects.update(begins=ago(-1), ends=ago(-9))
    assert client.get(asked.address).status_code == 404
    assert client.post(asked.address, {"text": "好"}).status_code == 404
    OpinionPeriod.objects.update(begins=ago(1), form_open=False)
    assert client.get(asked.address).status_code == 404


def test_a_closed_place_has_no_form(client, asked, place):
    PageViewRestriction.objects.create(page=place.village, restriction_type="login")
    assert client.get(asked.address).status_code == 404


def test_opinions_are_bounded(client, asked, settings):
    # Other forms of the same scope may have counted for this address.
    cache.clear()
    settings.RATE_LIMITS = {"request": (2, 3600)}
    client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    answers = [client.post(asked.address, {"text": "好"}).status_code for _ in range(3)]
    assert answers == [302, 302, 429]


def test_who_comes_after_too_many_is_told_that_nothing_was_taken(client, asked, monkeypatch):
    monkeypatch.setattr("covenants.opinion_form.MOST_LETTERS", 1)
    Opinion.objects.create(procedure=asked.procedure, stage=terms.NOTICE, text="另一期的。")
    assert client.post(asked.address, {"text": "第一条。"}).status_code == 302
    refused = client.post(asked.address, {"text": "第二条。"}).content.decode()
    assert "这里收不下了" in refused and "第二条。" in refused
    assert Opinion.objects.filter(stage=terms.OPINIONS).count() == 1


def test_no_personal_data_enters_what_is_published(draft, place, write):
    procedure = ledger.start(draft, terms.MAKING, by=place.clerk)
    with pytest.raises(ValidationError, match="手机号"):
        write(procedure, terms.OPINIONS, summary="有事打 13812345678。")
    with pytest.raises(ValidationError, match="至少要 7 天"):
        write(procedure, terms.OPINIONS, begins=ago(5), ends=ago(3))
    assert terms.OPINIONS in STAGES
