"""The screen of the ledger: who may fill in what, what is said, two people at once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import PageLogEntry

from covenants import ledger
from covenants.models import Opinion, Procedure
from covenants.procedure import terms
from editorial.appointments import appoint
from tests import factories as make
from tests.covenants.procedure.conftest import STAGES, ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def screen(client, draft):
    """`screen(user)`: the ledger's page; with `action` posts it."""

    def screen(user, action="", query="", page=draft, **data):
        client.force_login(user)
        address = reverse("covenants_procedure", args=[page.pk]) + query
        if action:
            return client.post(address, {"action": action, **data}, follow=True)
        return client.get(address)

    return screen


def typed(stage, **changes):
    values = STAGES[stage]() | changes
    return {f"{stage}-{name}": value for name, value in values.items() if value is not None}


def text(response):
    return response.content.decode()


def current(page):
    return Procedure.objects.with_ledger().get(page_id=page.pk)


def test_a_clerk_goes_through_the_village_stages(screen, place, draft):
    assert "现在没有在办的程序" in text(screen(place.clerk))
    html = text(screen(place.clerk, "start"))
    assert 'id="stage-opinions" open' in html and html.count(" open>") == 1
    assert 'name="review-result"' not in html, "the township's stage has no form for the clerk"
    html = text(screen(place.clerk, terms.OPINIONS, version=0, **typed(terms.OPINIONS)))
    assert "“征集民意”已登记" in html and 'id="stage-draft" open' in html
    assert current(draft).opinions.about == "酒席几桌合适？"


def test_neighbours_and_strangers_have_no_ledger(screen, place, draft):
    neighbour = make.UserFactory()
    appoint(neighbour, "village_editor", make.VillagePageFactory(parent=place.township))
    for user in (neighbour, make.UserFactory()):
        response = screen(user, "start")
        assert response.status_code in (403, 404) or "start" not in text(response)
    assert not Procedure.objects.exists()


def test_a_clerk_can_neither_review_nor_file(screen, place, draft, fill):
    procedure = fill(draft, until=terms.DRAFT)
    for stage in (terms.REVIEW, terms.FILING):
        screen(place.clerk, stage, version=procedure.version, **typed(stage))
    assert current(draft).entry(terms.REVIEW) is None
    assert current(draft).entry(terms.FILING) is None


def test_a_filing_clerk_files_and_does_nothing_else(screen, place, draft, fill):
    filer = make.UserFactory()
    appoint(filer, "township_filer", place.township)
    procedure = fill(draft, until=terms.VOTE)
    html = text(screen(filer))
    assert 'name="filing-number"' in html and 'name="vote-present"' not in html
    screen(filer, terms.VOTE, version=procedure.version, **typed(terms.VOTE, votes_for=40))
    assert current(draft).vote.votes_for == 50
    screen(filer, terms.FILING, version=procedure.version, **typed(terms.FILING))
    assert current(draft).filing.recorded_by == filer


def test_what_fails_is_said_with_its_numbers(screen, place, draft, fill):
    procedure = fill(draft, until=terms.REVIEW)
    html = text(
        screen(
            place.clerk,
            terms.VOTE,
            version=procedure.version,
            **typed(terms.VOTE, present=41, women=12, votes_for=35, votes_abstain=0),
        )
    )
    assert "到会 41 人，未过应到 96 人的半数" in html
    version = current(draft).version
    html = text(screen(place.clerk, terms.VOTE, version=version, **typed(terms.VOTE, votes_for=59)))
    assert "共 69 票，比到会的 60 人还多" in html and 'value="59"' in html, "nothing typed is lost"


def test_a_vote_before_opinions_ended_is_refused(screen, place, draft, fill):
    procedure = fill(draft, until=terms.DRAFT)
    html = text(
        screen(place.clerk, terms.VOTE, version=procedure.version, **typed(terms.VOTE, on=ago(41)))
    )
    assert "早于“征集民意”结束" in html and current(draft).entry(terms.VOTE) is None


def test_of_two_who_write_at_once_the_second_is_told_and_loses_nothing(screen, place, draft, fill):
    procedure = fill(draft, until=terms.OPINIONS)
    seen = procedure.version
    screen(place.clerk, terms.DRAFT, version=seen, **typed(terms.DRAFT, by="村委会"))
    html = text(screen(place.clerk, terms.DRAFT, version=seen, **typed(terms.DRAFT, by="议事会")))
    assert "别人刚刚改过" in html and 'value="议事会"' in html
    assert current(draft).draft.by == "村委会"
    assert f'name="version" value="{seen + 1}"' in html, "the next save knows what it replaces"


def test_minutes_are_private_and_judged_by_content(client, screen, place, draft, fill, png):
    procedure = fill(draft, until=terms.REVIEW)
    bad = SimpleUploadedFile("a.png", b"<html>")
    values = typed(terms.VOTE)
    html = text(
        screen(
            place.clerk, terms.VOTE, version=procedure.version, **values, **{"vote-minutes": bad}
        )
    )
    assert "不是 PDF、JPG 或 PNG" in html
    good = SimpleUploadedFile("签到表.png", png)
    screen(place.clerk, terms.VOTE, version=procedure.version, **values, **{"vote-minutes": good})
    assert current(draft).vote.minutes.name.startswith("procedures/")
    address = reverse("covenants_procedure_scan", args=[procedure.pk, "vote"])
    assert client.get(address).status_code == 200
    client.force_login(make.UserFactory())
    assert client.get(address).status_code in (302, 403)


def test_what_a_reviewer_confirms_is_not_what_they_typed(screen, place, draft, fill, write):
    fill(draft, until=terms.REVIEW)
    procedure = current(draft)
    write(procedure, terms.VOTE, by=place.reviewer)
    version = current(draft).version
    assert "确认人数" not in text(screen(place.reviewer))
    screen(place.reviewer, "confirm", version=version)
    assert current(draft).vote.confirmed_at is None
    assert "确认人数" in text(screen(place.other))
    screen(place.other, "confirm", version=version)
    assert current(draft).vote.confirmed_by == place.other


def test_a_verified_figure_blocks_and_nobody_confirms_it(place, draft, fill, write, confirm):
    from covenants.models import LawFigure

    LawFigure.objects.update(verified=True)
    fill(draft, until=terms.REVIEW)
    write(current(draft), terms.VOTE, present=41, women=12, votes_for=35, votes_abstain=0)
    with pytest.raises(Exception, match="没有要确认的"):
        confirm(current(draft))
    with pytest.raises(Exception, match="未过应到 96 人的半数"):
        write(current(draft), terms.FILING)


SHORT = {"present": 41, "women": 12, "votes_for": 35, "votes_abstain": 0}
WHY = "县里查过，当天有两个组封路，补签名单已交。"


@pytest.fixture
def short(draft, fill, write):
    """A vote of 41 of 96, which the law's unverified figure asks to be 49."""
    fill(draft, until=terms.REVIEW)
    write(current(draft), terms.VOTE, **SHORT)
    return current(draft)


def test_a_vote_without_quorum_is_confirmed_for_a_typed_reason_only(screen, place, draft, short):
    html = text(screen(place.reviewer))
    assert 'role="alert"' in html and "这次表决没有达到登记的法定数" in html
    assert (
        "未过应到 96 人的半数" in html and 'name="note"' in html and "看过了，确认人数" not in html
    )
    for nothing in ("", "   "):
        html = text(screen(place.reviewer, "confirm", version=short.version, note=nothing))
        assert "要写明理由才能确认" in html and current(draft).vote.confirmed_at is None
    html = text(screen(place.reviewer, "confirm", version=short.version, note="电话13900000123"))
    assert "电话13900000123</textarea>" in html, "refused, and what was typed is still there"
    assert current(draft).vote.confirmed_at is None
    screen(place.reviewer, "confirm", version=short.version, note=WHY)
    assert current(draft).vote.confirmed_by == place.reviewer
    entry = PageLogEntry.objects.get(page=draft.pk, action=ledger.CONFIRMED_SHORT)
    assert entry.user == place.reviewer and entry.data["reason"] == WHY
    assert "未过应到 96 人的半数" in entry.data["found"][0] and WHY in entry.message


def test_one_that_reached_the_figures_needs_no_reason(screen, place, draft, fill, write):
    fill(draft, until=terms.REVIEW)
    write(current(draft), terms.VOTE)
    assert "这次表决没有达到" not in text(screen(place.reviewer))
    screen(place.reviewer, "confirm", version=current(draft).version)
    assert current(draft).vote.confirmed_at
    assert not PageLogEntry.objects.filter(action=ledger.CONFIRMED_SHORT).exists()


def test_the_county_reads_of_it_in_its_report_until_the_vote_is_recorded_anew(
    client, place, draft, short, write, confirm
):
    county, far = make.UserFactory(), make.UserFactory()
    appoint(county, "county_admin", place.county)
    appoint(far, "county_admin", make.VillagePageFactory().get_parent().get_parent())
    confirm(short, reason=WHY)

    def report(user):
        client.force_login(user)
        return text(client.get(reverse("covenants_legacy")))

    assert WHY in report(county) and place.village.title in report(county)
    assert WHY not in report(far)
    write(current(draft), terms.VOTE, **SHORT | {"on": ago(29)})
    assert WHY not in report(county), "nobody confirmed what was recorded anew"
    confirm(current(draft), reason="重新开会也没有到齐，县里同意。")
    html = report(county)
    assert "县里同意" in html and WHY not in html


def test_a_representatives_meeting_is_warned_of_and_counts(screen, place, draft, fill, write):
    fill(draft, until=terms.REVIEW)
    write(
        current(draft),
        terms.VOTE,
        meeting=terms.REPRESENTATIVES,
        base=terms.MEMBERS,
        present=70,
        votes_for=60,
    )
    state = ledger.state_of(draft, current(draft))
    assert "meeting_not_apt" in [finding.code for finding in state.findings]
    assert state.vote_counts
    assert "有的省不允许" in text(screen(place.reviewer))


def test_a_vote_that_failed_is_kept_when_the_next_one_passes(place, draft, fill, write):
    fill(draft, until=terms.REVIEW)
    write(current(draft), terms.VOTE, on=ago(35), votes_for=10, votes_against=46)
    write(current(draft), terms.VOTE)
    (earlier,) = current(draft).vote.earlier
    assert (earlier["on"], earlier["votes_for"]) == (ago(35).isoformat(), 10)


def test_a_filing_number_is_one_per_township_and_year(place, draft, fill, write):
    fill(draft)
    village = make.VillagePageFactory(parent=place.township)
    place.clerk = make.UserFactory()
    appoint(place.clerk, "village_editor", village)
    second = make.CovenantPageFactory(parent=village, live=False, adopted_on=None)
    with pytest.raises(Exception, match="这个备案号今年已经用过"):
        fill(second)
    write(current(second), terms.FILING, number="云镇备〔2026〕2号")
    assert current(second).filing.year == ago(10).year


def test_letters_are_seen_and_ticked_by_the_village_only(screen, place, draft, write):
    procedure = ledger.start(draft, terms.MAKING, by=place.clerk)
    write(procedure, terms.OPINIONS)
    letter = Opinion.objects.create(procedure=procedure, text="十桌太少。")
    html = text(screen(place.clerk))
    assert "十桌太少。" in html
    other = Opinion.objects.create(procedure=procedure, text="没看懂。", stage=terms.NOTICE)
    Opinion.objects.filter(pk=other.pk).update(answered=True)
    screen(place.clerk, "answered", letter=[letter.pk], stage=terms.OPINIONS)
    letter.refresh_from_db()
    other.refresh_from_db()
    assert letter.answered and other.answered


def test_completing_the_papers_lifts_the_label_without_an_edition(
    client, screen, place, draft, write, confirm, go_live
):
    page = draft
    page.adopted_on = page.effective_from = ago(600)
    ledger.declare_legacy(page, by=place.reviewer)
    page.save_revision().publish()
    edition = page.editions.get()
    assert edition.is_legacy
    assert "补第1版" in text(screen(place.clerk))
    html = text(screen(place.clerk, "papers", query="?of=1", of=1))
    assert 'id="stage-opinions" open' in html
    procedure = Procedure.objects.with_ledger().get(edition=edition)
    days = {
        terms.OPINIONS: {"begins": ago(640), "ends": ago(620)},
        terms.DRAFT: {"on": ago(630)},
        terms.REVIEW: {"on": ago(615)},
        terms.VOTE: {"on": ago(600)},
        terms.FILING: {"on": ago(595)},
    }
    for stage, changes in days.items():
        write(procedure, stage, **changes)
    edition.refresh_from_db()
    vote = Procedure.objects.with_ledger().get(edition=edition)
    if ledger.state_of(page, vote).to_confirm:
        confirm(vote)
    edition.refresh_from_db()
    assert not edition.is_legacy and edition.filing_number and edition.votes_for == 50
    assert page.editions.count() == 1
    assert "历史存量" not in client.get(page.url).content.decode()
