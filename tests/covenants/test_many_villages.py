"""Lists of the desk and of a county's import cost the same for many villages as for a few."""

import pytest
from django.urls import reverse

from covenants.batch import planning
from covenants.importing import keep_original
from covenants.models import ImportBatch, ImportRow, RuleSource
from tests.covenants.test_batches import rule_text
from tests.factories import VillagePageFactory

pytestmark = pytest.mark.django_db


def asked(client, address, django_assert_max_num_queries):
    client.get(address)
    with django_assert_max_num_queries(60) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_list_of_handed_in_files(client, villages, clerk, django_assert_max_num_queries):
    address, counts = reverse("covenants_handed_in"), []
    for number in (2, 20):
        for n in range(number):
            village = VillagePageFactory(parent=villages["松林"].get_parent())
            text = rule_text(n=str(n))
            source = keep_original("约.txt", text.encode(), village, "covenant", text=text)
            source.stage = RuleSource.ASKED
            source.save()
        counts.append(asked(client, address, django_assert_max_num_queries))
    assert counts[0] == counts[1]


def test_list_of_unfinished_files(client, villages, clerk, django_assert_max_num_queries):
    address, counts = reverse("covenants_upload"), []
    for number in (2, 15):
        for n in range(number):
            village = VillagePageFactory(parent=villages["松林"].get_parent())
            source = keep_original("约.txt", str(n).encode(), village, "covenant", text="")
            source.parts = 2
            source.save()
        counts.append(asked(client, address, django_assert_max_num_queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("state", [ImportRow.READY, ImportRow.DOUBTFUL, ImportRow.CREATED])
def test_report_of_a_batch(client, county, villages, clerk, django_assert_max_num_queries, state):
    batch = ImportBatch.objects.create(scope=county, name="全县.zip", listed=True, state="planned")
    address, counts = reverse("covenants_batch", args=[batch.pk]), []
    for first, number in ((0, 2), (2, 30)):
        for n in range(first, first + number):
            village = VillagePageFactory(parent=villages["松林"].get_parent())
            ImportRow.objects.create(
                batch=batch, position=n, file=f"{n}.txt", state=state, place=village, kind="ethics"
            )
        counts.append(asked(client, address, django_assert_max_num_queries))
    assert counts[0] == counts[1]
    assert planning.book_of(county).by_code
