"""The sample content: complete, marked, invisible in production, removed without a trace."""

import datetime
from collections import Counter
from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone
from wagtail.images.models import Image
from wagtail.models import Page

from consultations.models import ConsultationPage
from consultations.standing import in_state
from covenants import ledger
from covenants.kinds import COUNCILS, COVENANT
from covenants.models import (
    CouncilPage,
    CovenantPage,
    Edition,
    Following,
    Limit,
    Procedure,
    RuleSource,
)
from covenants.weighing import rule_at
from home.models import FeaturePage
from villages.models import (
    AreaPage,
    CountyPage,
    GroupPage,
    HouseholdPage,
    TownshipPage,
    VillagePage,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The whole sample, loaded once for this module and rolled back after it."""
    from django.db import transaction

    with django_db_blocker.unblock():
        block = transaction.atomic()
        block.__enter__()
        try:
            call_command("load_sample", verbosity=0)
            yield
        finally:
            transaction.set_rollback(True)
            block.__exit__(None, None, None)


def test_sizes(loaded):
    assert CountyPage.objects.filter(sample=True).count() == 2
    assert TownshipPage.objects.count() == 5 and VillagePage.objects.count() == 33
    assert CovenantPage.objects.live().count() >= 60
    assert CouncilPage.objects.live().count() >= 60
    per_council = Counter(CouncilPage.objects.values_list("council", flat=True))
    assert set(per_council) == set(COUNCILS) and min(per_council.values()) >= 15
    groups = [page for page in AreaPage.objects.type(GroupPage) if rule_at(page, COVENANT)]
    assert len(groups) >= 10
    following = Following.objects.in_force()
    assert following.count() >= 20
    assert following.filter(differing__isnull=False).distinct().count() >= 4
    assert not {row.group_id for row in following} & {group.pk for group in groups}
    assert ConsultationPage.objects.live().count() == 20
    assert HouseholdPage.objects.live().count() == 15
    assert FeaturePage.objects.live().count() == 4
    assert RuleSource.objects.filter(name__endswith=".docx").count() >= 8
    editions = Edition.objects.values("page").annotate(n=Count("pk"))
    assert editions.filter(n__gte=2).count() >= 15 and editions.filter(n=3).count() >= 3


def test_something_runs_today(loaded):
    """Whenever the sample is loaded: notices, promises kept waiting, editions to come and new."""
    records = ConsultationPage.objects.all()
    assert in_state(records, "notice").count() >= 2
    assert in_state(records, "overdue").count() >= 2
    assert in_state(records, "under_way").count() >= 1
    today = timezone.localdate()
    editions = Edition.objects.filter(number__gt=1)
    assert editions.filter(effective_from__gt=today).exists()
    lately = today - datetime.timedelta(days=30)
    assert editions.filter(effective_from__gt=lately, effective_from__lte=today).exists()


def test_every_later_edition_says_what_it_changes(loaded):
    for edition in Edition.objects.filter(number__gt=1):
        assert edition.summary.startswith(f"与第{edition.number - 1}版相比："), edition


def test_later_editions_lower_the_limits(loaded):
    page = CovenantPage.objects.child_of(VillagePage.objects.get(code="532391101204")).get()
    tables = page.limits.filter(matter__name="酒席桌数").order_by("edition__number")
    assert list(tables.values_list("value", flat=True)) == [18, 15, 12]


def test_editions_really_differ(loaded):
    for page in CovenantPage.objects.annotate(n=Count("editions")).filter(n__gt=1):
        for first, second in pairwise(page.editions.order_by("number")):
            one = set(first.provisions.values_list("text", flat=True))
            two = set(second.provisions.values_list("text", flat=True))
            assert one - two and two - one and one & two


def test_limits_are_confirmed_and_shown(loaded, client):
    page = CovenantPage.objects.child_of(VillagePage.objects.get(code="532391101201")).get()
    assert page.limits.filter(status=Limit.CONFIRMED).count() >= 20
    html = client.get(page.url).content.decode()
    table = html[html.index("limits__table") : html.index("</table>")]
    for matter in ("酒席桌数", "每桌金额", "礼金", "彩礼", "丧事天数"):
        assert matter in table


def test_everything_is_marked_and_hidden_where_samples_are_not_shown(loaded, client, settings):
    pages = [
        CovenantPage.objects.live().first(),
        ConsultationPage.objects.live().first(),
        HouseholdPage.objects.live().first(),
        FeaturePage.objects.live().first(),
        VillagePage.objects.live().first(),
    ]
    for page in pages:
        reply = client.get(page.url)
        assert reply.status_code == 200 and "noindex" in reply["X-Robots-Tag"]
        assert "示例" in reply.content.decode()
    settings.CUNYUE_SAMPLE = False
    for page in pages:
        assert client.get(page.url).status_code == 404
    for address in ("/", "/rules/", "/consultations/", "/households/", "/features/"):
        html = client.get(address).content.decode()
        assert not any(page.title in html for page in pages)
    assert client.get("/v/532391101201/").status_code == 404


def test_production_refuses_to_load(settings):
    settings.CUNYUE_SAMPLE = False
    before = Page.objects.count()
    with pytest.raises(CommandError):
        call_command("load_sample", verbosity=0)
    assert Page.objects.count() == before


def test_some_covenants_have_their_ledger(loaded, client):
    procedures = Procedure.objects.with_ledger().filter(page__in=CovenantPage.objects.all())
    complete = [p for p in procedures if p.edition and not p.edition.is_legacy]
    assert len(complete) == 3 and Edition.objects.filter(provenance="legacy").count() > 60
    for procedure in complete:
        page = procedure.page.specific
        assert ledger.state_of(page, procedure).is_complete, page
        html = client.get(page.url).content.decode()
        assert "订立的经过（6 步）" in html and "历史存量" not in html.split("历次版本")[0]
    waiting, asking = procedures.running().order_by("pk")
    assert "请大家写下意见" in client.get(asking.opinions.address).content.decode()
    html = client.get(waiting.page.specific.url).content.decode()
    assert "新文本已表决，待备案" in html and "先到红白理事会说一声，能不办的" not in html


def test_second_load_changes_nothing(loaded):
    before = Page.objects.count(), Edition.objects.count(), Image.objects.count()
    limit = Limit.objects.first()
    Limit.objects.filter(pk=limit.pk).update(status=Limit.REJECTED)
    call_command("load_sample", verbosity=0)
    limit.refresh_from_db()
    assert limit.status == Limit.REJECTED, "what an editor decided since stays decided"
    assert before == (Page.objects.count(), Edition.objects.count(), Image.objects.count())


def test_removed_without_a_trace(loaded):
    call_command("remove_sample", verbosity=0)
    assert not AreaPage.objects.exists() and not Edition.objects.exists()
    assert not Limit.objects.exists()
    assert not FeaturePage.objects.exists() and not Image.objects.exists()
    assert not User.objects.exists()
    assert Page.find_problems() == ([], [], [], [], [])
