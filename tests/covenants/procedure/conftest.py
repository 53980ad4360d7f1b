"""A township with a village, its clerk and reviewer, a draft covenant and ways to fill a ledger."""

import datetime
import io
from types import SimpleNamespace

import pytest
from django.utils import timezone
from PIL import Image

from covenants import ledger
from covenants.models import GoLive, Procedure
from covenants.procedure import terms
from editorial.appointments import appoint
from tests import factories as make


def ago(days):
    return timezone.localdate() - datetime.timedelta(days=days)


@pytest.fixture
def place():
    """`village`, `township`, `county`; `clerk` of the village, `reviewer` of the township."""
    village = make.VillagePageFactory(name="松林村民委员会")
    township = village.get_parent().specific
    county = township.get_parent().specific
    clerk, reviewer, other = (make.UserFactory() for _ in range(3))
    appoint(clerk, "village_editor", village)
    appoint(reviewer, "township_reviewer", township)
    appoint(other, "township_reviewer", township)
    return SimpleNamespace(
        village=village,
        township=township,
        county=county,
        clerk=clerk,
        reviewer=reviewer,
        other=other,
    )


@pytest.fixture
def go_live(place):
    """The county asks for filing since two hundred days ago."""
    return GoLive.objects.create(county=place.county, on=ago(200))


@pytest.fixture
def draft(place):
    return make.CovenantPageFactory(
        parent=place.village, live=False, adopted_on=None, adopted_by=""
    )


STAGES = {
    terms.OPINIONS: lambda: {"begins": ago(60), "ends": ago(40), "about": "酒席几桌合适？"},
    terms.DRAFT: lambda: {"on": ago(50), "by": "松林村民委员会"},
    terms.REVIEW: lambda: {"on": ago(39), "by": "云台镇司法所", "result": "lawful"},
    terms.VOTE: lambda: {
        "meeting": terms.VILLAGERS,
        "base": terms.PEOPLE,
        "on": ago(30),
        "eligible": 120,
        "expected": 96,
        "present": 60,
        "women": 25,
        "votes_for": 50,
        "votes_against": 6,
        "votes_abstain": 4,
    },
    terms.BACKING: lambda: {"on": ago(29), "by": "松林村民委员会"},
    terms.NOTICE: lambda: {"begins": ago(28), "ends": ago(20), "where": "村务公开栏"},
    terms.FILING: lambda: {"on": ago(10), "number": "云镇备〔2026〕1号", "by": "云台镇人民政府"},
    terms.PUBLICATION: lambda: {"on": ago(9), "where": "村务公开栏"},
}


@pytest.fixture
def write(place):
    """`write(procedure, stage, by=None, **changes)`: record a stage as it goes well."""

    def write(procedure, stage, by=None, **changes):
        township = (terms.REVIEW, terms.FILING)
        by = by or (place.reviewer if stage in township else place.clerk)
        version = Procedure.objects.get(pk=procedure.pk).version
        values = STAGES[stage]() | changes
        return ledger.record(procedure, stage, values, by=by, version=version)

    return write


@pytest.fixture
def confirm(place):
    def confirm(procedure, by=None, reason=""):
        version = Procedure.objects.get(pk=procedure.pk).version
        by = by or place.reviewer
        ledger.confirm_figures(procedure, by=by, version=version, reason=reason)

    return confirm


@pytest.fixture
def fill(place, write, confirm):
    """`fill(page, until=…, without=…)`: begin a ledger, record its stages, confirm the vote."""

    def fill(page, until=terms.FILING, without=(), kind=None):
        procedure = ledger.start(page, kind or ledger.kind_of_next(page), by=place.clerk)
        profile = ledger.profile_of(page)
        for stage in terms.STAGES:
            if profile.step(stage) and stage not in without:
                write(procedure, stage)
                state = ledger.state_of(page, Procedure.objects.get(pk=procedure.pk))
                if stage == terms.VOTE and state.to_confirm:
                    confirm(procedure)
            if stage == until:
                break
        return Procedure.objects.get(pk=procedure.pk)

    return fill


@pytest.fixture
def png():
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "PNG")
    return content.getvalue()
