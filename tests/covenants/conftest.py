"""A county with villages and its clerk; the files that are kept privately."""

from pathlib import Path

import pytest

from covenants.reading import private_storage
from editorial.appointments import appoint
from tests.factories import (
    CountyPageFactory,
    TownshipPageFactory,
    UserFactory,
    VillagePageFactory,
)


@pytest.fixture
def county():
    return CountyPageFactory(name="青岩县", code="532391")


@pytest.fixture
def villages(county):
    """松林村 once, 岔河村 in two townships."""
    towns = [TownshipPageFactory(name=name, parent=county) for name in ("云台镇", "石羊乡")]
    return {
        "松林": VillagePageFactory(name="松林村民委员会", parent=towns[0], code="532391101201"),
        "岔河一": VillagePageFactory(name="岔河村民委员会", parent=towns[0], code="532391101202"),
        "岔河二": VillagePageFactory(name="岔河村民委员会", parent=towns[1], code="532391102201"),
    }


@pytest.fixture
def clerk(client, county):
    user = UserFactory(first_name="县里的人")
    appoint(user, "county_admin", county)
    client.force_login(user)
    return user


@pytest.fixture
def private_files():
    """Call it for the names of all files in the private store now."""
    root = Path(private_storage().path(""))
    return lambda: {path.name for path in root.rglob("*") if path.is_file()}
