"""Generated content: sound in every respect that real content is, and never made twice."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import defaultdict
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from wagtail.models import Page, ReferenceIndex

from consultations.models import ConsultationPage
from covenants import adoption
from covenants.models import CouncilPage, CovenantPage, Edition, Provision, RulePage
from home.seeding.corpus import documents
from home.seeding.places import invented_villages, shares
from home.seeding.rules import KINDS
from home.seeding.writing import Wanted, plan, write
from search import outbox
from search.models import OutboxEntry
from tests.factories import (
    CountyPageFactory,
    CovenantPageFactory,
    GroupPageFactory,
    VillagePageFactory,
)
from villages.models import GroupPage, HouseholdPage, VillagePage

ROOT = Path(__file__).resolve().parents[2]
WANTED = Wanted(villages=3, groups=4, consultations=7, households=5, seed=3)


def run(wanted=WANTED):
    with outbox.later():
        return write(plan(wanted), wanted.seed)


@pytest.fixture
def tree(db):
    return [VillagePageFactory() for _ in range(3)]


@pytest.fixture
def seeded(tree):
    run()
    return tree


def rules():
    return [*CovenantPage.objects.all(), *CouncilPage.objects.all()]


def counts():
    models = (GroupPage, CovenantPage, CouncilPage, ConsultationPage, HouseholdPage)
    return [model.objects.count() for model in (*models, Edition, Provision)]


# The numbers


def test_makes_what_was_asked_for(seeded):
    assert counts()[:6] == [4, 7, 28, 7, 5, 35]
    assert {place.get_children().type(RulePage).count() for place in GroupPage.objects.all()} == {5}


def test_a_second_run_adds_nothing(seeded):
    before = counts()
    assert sum(run().values()) == 0
    assert counts() == before


def test_greater_numbers_complete_what_is_there(seeded):
    run(Wanted(villages=3, groups=6, consultations=9, households=5, seed=3))
    assert counts()[:5] == [6, 9, 36, 9, 5]


def test_more_villages_share_the_same_totals(seeded):
    for _ in range(3):
        VillagePageFactory()
    wanted = Wanted(villages=6, groups=8, consultations=7, households=9, seed=3)
    run(wanted)
    assert counts()[0] == 8
    assert counts()[3:5] == [7, 9]
    assert sum(run(wanted).values()) == 0


def test_a_group_that_is_there_counts_whatever_its_number(tree):
    group = GroupPageFactory(parent=tree[0], number=37)
    GroupPageFactory(parent=tree[0], number=1)
    run()
    assert GroupPage.objects.count() == 4
    group.refresh_from_db()
    assert group.get_children().type(RulePage).count() == 5


@pytest.mark.parametrize("rebuilding", [False, True])
def test_a_rebuild_that_runs_already_is_left_the_work(
    settings, tmp_path, tree, monkeypatch, rebuilding, capsys
):
    from home.management.commands import seed

    path = str(tmp_path / "index")
    settings.WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "search.backend", "PATH": path}}
    monkeypatch.setattr(seed, "REBUILD_FROM", 1)
    (index,) = outbox.configured_directories()
    with index.locked("rebuild", wait=True) if rebuilding else nullcontext():
        call_command("seed", villages=1, verbosity=0)
    assert ("正由别的进程重建" in capsys.readouterr().err) is rebuilding
    assert OutboxEntry.objects.exists() is rebuilding
    assert (index.state() == "ready") is not rebuilding


def test_a_rule_that_a_village_has_already_is_left_alone(tree):
    own = CovenantPageFactory(parent=tree[0], articles=("自己定的。",))
    run()
    assert list(CovenantPage.objects.child_of(tree[0])) == [own]
    assert CouncilPage.objects.child_of(tree[0]).count() == 4


def test_sample_places_get_nothing(tree):
    county = CountyPageFactory(sample=True)
    below = VillagePageFactory(parent__parent=county)
    run(Wanted(villages=10, groups=20, consultations=0, households=0, seed=1))
    assert not below.get_children().exists()


def test_uneven_shares_add_up_and_never_shrink_when_there_is_more_to_share():
    keys = [village.key for village in invented_villages(40, 1)]
    fewer, more = shares(keys, 100, "groups"), shares(keys, 333, "groups")
    assert sum(fewer) == 100 and sum(more) == 333
    assert all(a <= b for a, b in zip(fewer, more, strict=True))
    assert max(more) > 2 * min(more)
    assert shares(keys, 333, "groups", fewer) == more
    assert sum(shares(keys, 50, "groups", fewer)) == 100


def test_refuses_to_fill_a_site_that_is_in_use(settings, db):
    settings.CUNYUE_SAMPLE = False
    with pytest.raises(CommandError):
        call_command("seed", villages=1)


# Soundness


def test_the_tree_is_sound_and_addresses_are_right(seeded):
    assert not any(Page.find_problems())
    paths = dict(Page.objects.values_list("path", "url_path"))
    for page in Page.objects.filter(depth__gt=2):
        assert page.url_path == f"{paths[page.path[: -Page.steplen]]}{page.slug}/"
    assert len(set(paths.values())) == len(paths)


def test_every_page_is_valid_as_an_editor_would_have_to_make_it(seeded):
    for page in Page.objects.descendant_of(seeded[0].get_parent().get_parent()).specific():
        page.full_clean()


def references():
    names = ("id", "content_type", "object_id", "to_content_type", "to_object_id", "content_path")
    return set(ReferenceIndex.objects.values_list(*names, "model_path", "content_path_hash"))


def test_references_are_those_that_saving_would_have_noted(seeded):
    before = references()
    assert before
    with transaction.atomic():
        for page in Page.objects.filter(depth__gt=2).specific():
            ReferenceIndex.create_or_update_for_object(page)
    assert references() == before


def test_editions_are_those_that_adoption_makes(seeded):
    for page in rules():
        edition = page.editions.get()
        rows = adoption.provision_rows(page.body)
        assert edition.digest == adoption.text_digest(page.title, page.preamble, page.closing, rows)
        stored = list(edition.provisions.order_by("position").values(*rows[0]))
        assert stored == rows
        assert (edition.provenance, edition.number) == (Edition.LEGACY, 1)
        assert edition.in_force()
        assert adoption.adopt(page) is None


@pytest.mark.parametrize("model", [CovenantPage, CouncilPage])
def test_publishing_an_unchanged_page_makes_no_edition_and_a_changed_one_does(seeded, model):
    page = model.objects.first()
    page.get_latest_revision_as_object().save_revision().publish()
    assert page.editions.count() == 1
    page = page.get_latest_revision_as_object()
    page.preamble += "另有补充。"
    page.change_summary = "补充一句序言。"
    page.adopted_on = page.effective_from = "2026-03-01"
    page.save_revision().publish()
    first, second = page.editions.order_by("number")
    assert first.ended_on == second.effective_from


def test_editors_open_a_page(seeded, admin_client):
    page = CovenantPage.objects.first()
    for view in ("edit", "history"):
        response = admin_client.get(reverse(f"wagtailadmin_pages:{view}", args=[page.pk]))
        assert response.status_code == 200
        assert page.title in response.content.decode()


def test_residents_read_the_pages(seeded, client):
    page = CovenantPage.objects.child_of(GroupPage.objects.first()).get()
    response = client.get(page.url)
    assert response.status_code == 200
    html = response.content.decode()
    # Explained words are links inside the text.
    text = re.sub(r"<[^>]*>", "", html)
    for provision in page.editions.get().provisions.all():
        assert provision.text in text
        assert f'id="{provision.anchor}"' in html
    for model in (CouncilPage, ConsultationPage, HouseholdPage, GroupPage, VillagePage):
        assert client.get(model.objects.first().url).status_code == 200


def test_seeded_pages_say_what_they_are(seeded):
    assert all("示例" in page.preamble for page in rules())
    assert all("示例" in page.background for page in ConsultationPage.objects.all())
    assert all("示例" in page.title for page in HouseholdPage.objects.all())


def test_the_index_is_told_of_every_page(tree):
    with transaction.atomic():
        OutboxEntry.objects.all().delete()
        run()
        noted = set(OutboxEntry.objects.values_list("object_pk", flat=True))
    made = Page.objects.descendant_of(tree[0].get_parent().get_parent())
    seeded = [page for page in made if page.specific_class is not VillagePage]
    assert {str(page.pk) for page in seeded if page.depth > 5} <= noted


def test_tags_are_those_of_the_text(seeded):
    page = CovenantPage.objects.first()
    assert "酒席" in page.search_tags()
    household = HouseholdPage.objects.first()
    assert household.search_tags() == [household.honour.name]


# The texts


@pytest.fixture(scope="module")
def corpus():
    return list(documents(3000, 5))


def test_a_corpus_has_exactly_what_was_asked_for_and_is_always_the_same(corpus):
    assert len(corpus) == 3000
    assert corpus == list(documents(3000, 5))
    assert corpus != list(documents(3000, 6))
    assert {document["kind"] for document in corpus} == {*KINDS, "consultation", "household"}


def test_texts_are_as_long_as_in_life(corpus):
    lengths = defaultdict(list)
    for document in corpus:
        lengths[document["kind"]].append(len(document["text"]))
    means = {kind: sum(found) / len(found) for kind, found in lengths.items()}
    assert 800 <= means["covenant"] <= 2000
    assert all(500 <= means[kind] <= 1200 for kind in KINDS[1:])
    assert 300 <= means["consultation"] <= 600
    assert 150 <= means["household"] <= 300


def test_villages_copy_most_clauses_from_each_other(corpus):
    """A clause is copied where another village has it with other figures and names."""
    numerals = re.compile("[0-9零一二三四五六七八九十两]+")
    villages, clauses = defaultdict(set), []
    for document in corpus:
        if document["kind"] not in KINDS:
            continue
        names = [document[name] for name in ("place", "village", "township", "county")]
        for _label, text in document["passages"]:
            for name in names:
                text = text.replace(name, "")
            text = numerals.sub("#", text)
            villages[text].add(document["village_index"])
            clauses.append(text)
    copied = sum(len(text) for text in clauses if len(villages[text]) > 1)
    assert 0.7 <= copied / sum(map(len, clauses)) <= 0.97


def test_composing_knows_no_django():
    code = (
        "import sys; from home.seeding.corpus import documents; next(documents(10, 1));"
        "assert not any(name.partition('.')[0] in ('django', 'wagtail') for name in sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": "site"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)


# Killed and repeated, in processes and databases of their own

NUMBERS = ("--villages=30", "--groups=240", "--consultations=900", "--households=90", "--seed=9")
"""More than one transaction writes, so that a run can be killed between the first and the last."""


def manage(folder, *arguments, **options):
    environment = os.environ | {
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    }
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, **options)


def done(process):
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out


def seed(folder, **options):
    pipes = {"text": True, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return manage(folder, "seed", *NUMBERS, "--no-index", **pipes, **options)


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    quiet = {"text": True, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    done(manage(folder, "migrate", "-v0", **quiet))
    done(manage(folder, "prepare_site", **quiet))
    return folder


def contents(folder):
    """All that a run makes, without what the clock and the key counters give."""
    database = sqlite3.connect(folder / "cunyue.sqlite3")
    queries = [
        "SELECT path, url_path, title, numchild FROM wagtailcore_page ORDER BY path",
        "SELECT p.path, e.title, e.preamble, e.digest, e.effective_from FROM covenants_edition e"
        " JOIN wagtailcore_page p ON p.id = e.page_id ORDER BY p.path",
        "SELECT p.path, v.stable_id, v.text FROM covenants_provision v JOIN covenants_edition e"
        " ON e.id = v.edition_id JOIN wagtailcore_page p ON p.id = e.page_id"
        " ORDER BY p.path, v.position",
        "SELECT p.path, c.background, c.statements FROM consultations_consultationpage c"
        " JOIN wagtailcore_page p ON p.id = c.page_ptr_id ORDER BY p.path",
        "SELECT p.path, h.story FROM villages_householdpage h"
        " JOIN wagtailcore_page p ON p.id = h.page_ptr_id ORDER BY p.path",
    ]
    try:
        return [database.execute(query).fetchall() for query in queries]
    finally:
        database.close()


def rows_in(folder):
    database = sqlite3.connect(folder / "cunyue.sqlite3", timeout=30)
    try:
        return database.execute("SELECT count(*) FROM covenants_edition").fetchone()[0]
    finally:
        database.close()


def test_a_killed_run_is_completed_to_what_an_undisturbed_one_makes(empty_site, tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for folder in (whole, killed):
        shutil.copytree(empty_site, folder)
    done(seed(whole))
    process, before = seed(killed), 0
    while not before and process.poll() is None:
        before = rows_in(killed)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert before and process.returncode == -signal.SIGKILL
    assert 0 < rows_in(killed) < len(contents(whole)[1])
    done(seed(killed))
    assert contents(killed) == contents(whole)
    assert "新增 0 页" in done(seed(killed))
    assert contents(killed) == contents(whole)
