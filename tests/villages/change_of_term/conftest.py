"""A township with three villages, two of them of one name, and who appoints there."""

from types import SimpleNamespace

import pytest

from editorial.appointments import appoint
from tests.factories import TownshipPageFactory, UserFactory, VillagePageFactory
from villages.models import AreaAlias


@pytest.fixture
def term(db):
    """`pine` with an editor, `first` and `second` both called 岔河, `far` in another township."""
    township = TownshipPageFactory(name="云台镇", code="532391101")
    pine = VillagePageFactory(parent=township, name="松林村民委员会", code="532391101201")
    AreaAlias.objects.create(area=pine, kind=AreaAlias.NAME, value="老松林村")
    first = VillagePageFactory(parent=township, name="岔河村民委员会", code="532391101202")
    second = VillagePageFactory(parent=township, name="岔河社区居民委员会", code="532391101003")
    other = TownshipPageFactory(parent=township.get_parent(), name="石板镇", code="532391102")
    far = VillagePageFactory(parent=other, name="大箐村民委员会", code="532391102201")
    people = {name: UserFactory(username=name) for name in ("clerk", "reviewer", "county")}
    people["clerk"].first_name = "李示例"
    people["clerk"].save()
    editor = appoint(people["clerk"], "village_editor", pine)
    appoint(people["reviewer"], "township_reviewer", township)
    appoint(people["county"], "county_admin", township.get_parent())
    admin = UserFactory(username="root", is_superuser=True)
    places = {"township": township, "pine": pine, "first": first, "second": second, "far": far}
    return SimpleNamespace(other=other, editor=editor, admin=admin, **places, **people)
