"""A village with a covenant and a charter whose limits an editor has confirmed."""

import pytest

from covenants.limit_proposals import read_editions
from covenants.models import Edition, Limit
from tests import factories as make

FEAST = "婚嫁酒席不超过15桌，每桌菜金不超过400元。"
FUNERAL = "丧事两天内办完，厚养薄葬。"


@pytest.fixture(autouse=True)
def home(db):
    return make.HomePageFactory()


@pytest.fixture
def township():
    county = make.CountyPageFactory(name="青岩县", code="532391")
    return make.TownshipPageFactory(parent=county, name="云台镇", code="532391101")


@pytest.fixture
def village(township):
    return make.VillagePageFactory(parent=township, name="松林村民委员会", code="532391101201")


def confirm(*pages):
    """Let the extractor read what is adopted, and confirm all it finds."""
    editions = Edition.objects.filter(page__in=[page.pk for page in pages])
    read_editions(editions.values_list("pk", flat=True))
    Limit.objects.filter(edition__in=editions).update(status=Limit.CONFIRMED)


def covenant(village, *articles, **fields):
    """A covenant in force with its limits confirmed."""
    page = make.CovenantPageFactory(parent=village, articles=articles, **fields)
    confirm(page)
    return page
