"""Private originals and scans go with their rows; pictures stay as long as any draft uses them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.models import Page

from covenants.importing import new_rule
from covenants.models import CouncilPage, CovenantPage, ImportBatch, RuleSource
from covenants.parsing import parse_text
from tests.covenants.desk.test_parts import PDF, TEXT, scan_file
from tests.covenants.test_attaching import picture, word_with
from tests.covenants.test_batches import hand_in, look_through, rule_text, run
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """The test's own transaction never commits: run what waits for it."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def with_files(client, villages, committed):
    """A village whose rule has an original and scans; a second original waits on the desk."""
    village = villages["松林"]
    client.force_login(UserFactory(is_superuser=True))
    address = reverse("covenants_upload")
    given = {"area": village.pk, "kind": "covenant", "text": TEXT}
    scans = [scan_file(), SimpleUploadedFile("盖章.pdf", PDF)]
    desk = client.post(address, given | {"scans": scans})
    client.post(desk.url, {"text": TEXT, "save": "1"})
    client.post(address, given | {"kind": "ethics"})
    return village


@pytest.mark.parametrize("how", ["page", "village", "township", "query", "editor"])
def test_originals_and_scans_go_with_what_they_belong_to(
    client, villages, private_files, committed, request, how
):
    before = private_files()
    village = request.getfixturevalue("with_files")
    made = private_files() - before
    page = CovenantPage.objects.get()
    assert len(made) == 4
    with committed():
        if how == "page":
            page.delete()
        elif how == "editor":
            client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
        elif how == "query":
            RuleSource.objects.all().delete()
        else:
            Page.objects.get(pk=(village if how == "village" else village.get_parent()).pk).delete()
    kept = {str(one.pk) for one in RuleSource.objects.all()}
    left = private_files() - before
    assert {name.partition(".")[0] for name in left} == kept
    assert len(left) == (1 if how in ("page", "editor") else 0)


def test_nothing_is_lost_while_the_deletion_is_not_certain(with_files, private_files, committed):
    before = private_files()
    with committed(), pytest.raises(RuntimeError), transaction.atomic():
        CovenantPage.objects.get().delete()
        raise RuntimeError
    assert private_files() == before


def test_the_zip_of_a_county_goes_with_the_county(
    client, county, villages, clerk, private_files, committed
):
    before = private_files()
    hand_in(client, county, {"松林村村规民约.txt": rule_text()})
    assert private_files() != before
    with committed():
        Page.objects.get(pk=county.pk).delete()
    assert private_files() == before and not ImportBatch.objects.exists()


@pytest.mark.parametrize("carried", ["chosen", "moved", "copied"])
def test_a_picture_in_another_village_s_draft_outlives_the_batch(
    client, county, villages, clerk, carried
):
    """`chosen` by hand in a draft there; `moved` or `copied` there with a rule of the village."""
    batch = look_through(
        hand_in(client, county, {"松林村村规民约.docx": word_with(picture("red"), picture("blue"))})
    )
    run(client, batch)
    page = CovenantPage.objects.get()
    used, unused = (b.value["picture"] for b in page.get_latest_revision_as_object().attachments)
    home = villages["岔河二"] if carried == "chosen" else villages["松林"]
    other = new_rule(home, "ceremonies", parse_text(TEXT))
    other.attachments.append(("picture", {"alt": "图", "picture": used, "public": False}))
    other.save_revision()
    if carried == "moved":
        Page.objects.get(pk=other.pk).move(Page.objects.get(pk=villages["岔河二"].pk), "last-child")
    elif carried == "copied":
        other = other.copy(to=Page.objects.get(pk=villages["岔河二"].pk))
        CouncilPage.objects.child_of(villages["松林"]).get().delete()
    client.post(reverse("covenants_batch_revoke", args=[batch.pk]))
    look_through(batch)
    assert batch.state == ImportBatch.REVOKED and not CovenantPage.objects.exists()
    assert list(get_image_model().objects.all()) == [used] != [unused]
    (kept,) = CouncilPage.objects.get().get_latest_revision_as_object().attachments
    assert kept.value["picture"] == used
