"""Two processes that read editions for hints at once, and a text covered meanwhile.

`editorial/test_on_postgres` runs this file on PostgreSQL.
"""

import threading

import pytest

from covenants import hint_reading, redacting
from covenants.models import Hint, HintReading, HintRule
from tests.at_once import at_once
from tests.factories import CovenantPageFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LONG_ENOUGH = 3
"""Seconds given to somebody who, if the locks hold, has to wait."""
NAME = "李国富"


@pytest.fixture
def due():
    """A covenant in force whose edition is to be read."""
    page = CovenantPageFactory(articles=[f"{NAME}违者罚款五十元。"])
    Hint.objects.all().delete()
    HintReading.objects.all().delete()
    return page


def read():
    return hint_reading.read_some(10)


def test_two_workers_keep_each_hit_once(due):
    at_once(read, read)
    assert [hint.rule for hint in Hint.objects.all()] == ["fine"]


def test_words_covered_while_an_edition_is_read_come_back_by_no_hint(due, monkeypatch):
    HintRule.objects.filter(key="fine").update(patterns=f"{NAME}违者罚款")
    unit = f"article:{due.editions.get().provisions.get().stable_id}"
    by = UserFactory(is_superuser=True)
    covering = threading.Thread(
        target=lambda: at_once(lambda: redacting.redact(due, NAME, [unit], "本人要求。", by=by))
    )
    find = hint_reading.read

    def found_then_covered(*args, **kwargs):
        found = find(*args, **kwargs)
        if covering.ident is None:
            covering.start()
            covering.join(LONG_ENOUGH)
        return found

    monkeypatch.setattr(hint_reading, "read", found_then_covered)
    read()
    covering.join()
    assert NAME not in due.editions.get().provisions.get().text
    assert not Hint.objects.filter(match__contains=NAME).exists()
