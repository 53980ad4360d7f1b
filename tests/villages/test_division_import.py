"""The real table in the tree, and what later tables do to it."""

from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from covenants.models import GoLive
from search.models import OutboxEntry
from tests.factories import CountyPageFactory, HomePageFactory
from villages.area_labels import area_labels
from villages.division_import import import_divisions
from villages.models import AreaAlias, AreaPage, CountyPage, TownshipPage, VillagePage

FILE = Path(__file__).resolve().parents[2] / "villages/data/chuxiong_divisions.csv"
REAL = FILE.read_bytes()
LUCHENG = "532301101"


@pytest.fixture(scope="module")
def real_tree(django_db_setup, django_db_blocker):
    """The whole real table, imported once for this module and rolled back after it."""
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block.__enter__()
        try:
            HomePageFactory()
            import_divisions(REAL)
            yield
        finally:
            transaction.set_rollback(True)
            block.__exit__(None, None, None)


@pytest.fixture
def tree(real_tree, db):
    return HomePageFactory()


def table(*replacements, drop=()):
    """The real table with texts replaced and the rows of some codes left out."""
    text = REAL.decode()
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(drop) or "-")).encode()


def line_of(code):
    return next(line for line in REAL.decode().splitlines() if line.startswith(code + ","))


def writes(queries):
    return [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


class TestRealTable:
    def test_numbers(self, tree):
        assert CountyPage.objects.count() == 10
        assert TownshipPage.objects.count() == 103
        kinds = VillagePage.objects.values_list("village_type", flat=True)
        assert (kinds.filter(village_type="village").count(), kinds.count()) == (939, 1106)

    def test_tree_is_sound(self, tree):
        assert all(problems == [] for problems in Page.find_problems())
        assert tree.get_children().type(CountyPage).count() == tree.numchild

    def test_names_in_full_are_unique(self, tree):
        villages = list(VillagePage.objects.all())
        assert len({village.title for village in villages}) < len(villages)
        labels = area_labels(villages)
        assert len(set(labels.values())) == 1106
        assert all(label.count(" · ") == 2 for label in labels.values())

    def test_six_villages_called_chahe(self, tree):
        found = VillagePage.objects.filter(title="岔河村")
        assert found.count() == 6
        assert len({village.area_name for village in found}) == 6

    @pytest.mark.parametrize(
        ("code", "title", "url"),
        [
            ("532301", "楚雄市", "/chuxiongshi/"),
            ("532301101", "鹿城镇", "/chuxiongshi/luchengzhen/"),
            ("532301101001", "东兴社区", "/chuxiongshi/luchengzhen/dongxingshequ/"),
            ("532322101203", "小村社区", "/shuangbaixian/tuodianzhen/xiaocunshequ/"),
            ("532326105002", "团山社区", "/dayaoxian/xinjiezhen/tuanshanshequ/"),
        ],
    )
    def test_titles_and_addresses(self, tree, client, code, title, url):
        area = AreaPage.objects.get(code=code)
        assert (area.title, area.draft_title, area.url) == (title, title, url)
        assert area.live

    def test_every_page_would_pass_the_editors_form(self, tree):
        for page in [*CountyPage.objects.all(), *TownshipPage.objects.all()[::9]]:
            page.full_clean()
        for village in VillagePage.objects.order_by("path")[::40]:
            village.full_clean()
            village.save_revision().publish()
        assert import_divisions(REAL).unchanged == 1219

    def test_addresses_below_one_parent_are_unique(self, tree):
        addresses = list(AreaPage.objects.values_list("url_path", flat=True))
        assert len(set(addresses)) == len(addresses)
        assert all(address.isascii() for address in addresses)

    def test_places_are_noted_for_the_index(self, tree):
        noted = set(OutboxEntry.objects.values_list("object_pk", flat=True))
        assert {str(pk) for pk in AreaPage.objects.values_list("pk", flat=True)} <= noted

    def test_the_proper_name_of_ejia_is_an_alias(self, tree):
        town = AreaPage.objects.get(code="532322104")
        assert town.title == "鄂嘉镇"
        assert [alias.value for alias in town.area_aliases.all()] == ["𥔲嘉镇"]

    def test_again_writes_nothing(self, tree):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            report = import_divisions(REAL)
        assert writes(queries) == []
        assert len(queries) < 20
        assert (report.unchanged, sum(report.created.values())) == (1219, 0)


class TestLaterTables:
    def test_renamed_place_keeps_its_page(self, tree):
        before = VillagePage.objects.get(code="532301101209")
        report = import_divisions(table(("山嘴子村民委员会", "山咀子村民委员会")))
        after = VillagePage.objects.get(pk=before.pk)
        assert (after.title, after.code, after.url) == ("山咀子村", before.code, before.url)
        assert after.area_aliases.get(kind="name").value == "山嘴子村民委员会"
        assert [(e["old"], e["new"]) for e in report.renamed] == [
            ("山嘴子村民委员会", "山咀子村民委员会")
        ]

    def test_recoded_place_keeps_its_page_and_its_old_code_leads_there(self, tree, client):
        old = line_of("532301101209")
        new = "532301101099,532301101099,山嘴子社区居民委员会,532301101,5,112"
        page = VillagePage.objects.get(code="532301101209")
        report = import_divisions(table((old, new)))
        page.refresh_from_db()
        assert (page.code, page.title) == ("532301101099", "山嘴子社区")
        assert page.is_community
        for code in ("532301101209", "532301101099"):
            answer = client.get(f"/v/{code}/")
            assert (answer.status_code, answer["Location"]) == (302, page.url)
        assert (len(report.recoded), len(report.renamed), report.vanished) == (1, 1, [])
        # The older table, imported again by mistake, turns nothing back and makes nothing twice.
        with CaptureQueriesContext(connection) as queries:
            again = import_divisions(REAL)
        assert writes(queries) == []
        assert len(again.notes) == 1
        assert "旧代码" in again.notes[0]

    def test_codes_handed_on_from_one_village_to_the_next(self, tree, client):
        first, second = "532301101209", "532301101210"
        keys = {c: VillagePage.objects.get(code=c).pk for c in (first, second)}
        names = {c: VillagePage.objects.get(code=c).name for c in (first, second)}
        third = "532301101298"
        lines = [line_of(first), line_of(second)]
        data = table(
            (lines[0], f"{second},{second},{names[first]},{LUCHENG},5,220"),
            (lines[1], f"{third},{third},{names[second]},{LUCHENG},5,220"),
        )
        import_divisions(data)
        assert VillagePage.objects.get(code=second).pk == keys[first]
        assert VillagePage.objects.get(code=third).pk == keys[second]
        assert client.get(f"/v/{first}/")["Location"] == AreaPage.objects.get(pk=keys[first]).url
        assert client.get(f"/v/{second}/")["Location"] == AreaPage.objects.get(pk=keys[first]).url
        with CaptureQueriesContext(connection) as queries:
            import_divisions(data)
        assert writes(queries) == []

    def test_recoded_township_takes_its_villages_along(self, tree, client):
        town = TownshipPage.objects.get(code="532322104")
        villages = set(town.get_children().values_list("pk", flat=True))
        report = import_divisions(table(("532322104", "532322199")))
        town.refresh_from_db()
        assert town.code == "532322199"
        assert set(town.get_children().values_list("pk", flat=True)) == villages
        assert (len(report.recoded), report.vanished, sum(report.created.values())) == (
            1 + len(villages),
            [],
            0,
        )
        assert (
            client.get("/v/532322104001/")["Location"]
            == AreaPage.objects.get(code="532322199001").url
        )

    def test_village_of_another_township_keeps_its_page(self, tree, client):
        old = line_of("532301101209")
        target = "532301102299"
        page = VillagePage.objects.get(code="532301101209")
        before = page.url
        report = import_divisions(
            table((old, f"{target},{target},山嘴子村民委员会,532301102,5,220"))
        )
        page = VillagePage.objects.get(pk=page.pk)
        assert page.get_parent().title == "东瓜镇"
        assert page.url != before
        assert client.get(page.url).status_code == 200
        assert client.get("/v/532301101209/")["Location"] == page.url
        assert len(report.moved) == 1
        assert all(problems == [] for problems in Page.find_problems())

    def test_a_move_that_is_refused_keeps_no_other(self, tree):
        """No place leaves a county where covenants have to be filed for one where they need not."""
        bound, other = (AreaPage.objects.get(code=code) for code in ("532322104", "532301102"))
        kept, moved = (AreaPage.objects.get(code=f"5323011012{n}") for n in ("09", "10"))
        kept.move(bound, pos="last-child")
        moved.move(other, pos="last-child")
        county = CountyPage.objects.get(code="532322")
        GoLive.objects.create(county=county, on=timezone.localdate())
        report = import_divisions(REAL)
        assert [problem.code for problem in report.problems] == [kept.code]
        assert "启用" in report.problems[0].reason
        assert [entry["code"] for entry in report.moved] == [moved.code]
        assert AreaPage.objects.get(pk=kept.pk).get_parent().pk == bound.pk
        assert AreaPage.objects.get(pk=moved.pk).get_parent().title == "鹿城镇"

    def test_vanished_place_is_reported_and_kept(self, tree):
        report = import_divisions(table(drop=["532301101209"]))
        assert report.vanished == [
            {
                "code": "532301101209",
                "name": "山嘴子村民委员会",
                "area": "楚雄市 · 鹿城镇 · 山嘴子村民委员会",
            }
        ]
        assert VillagePage.objects.filter(code="532301101209", live=True).exists()

    def test_sample_counties_are_never_missed(self, tree):
        CountyPageFactory(parent=tree, code="532399", sample=True)
        assert import_divisions(REAL).vanished == []

    def test_part_of_a_table_says_nothing_of_the_rest(self, tree):
        lines = REAL.decode().splitlines(keepends=True)
        part = lines[0] + "".join(line for line in lines if line.startswith("532322"))
        report = import_divisions(part.encode())
        assert (report.vanished, report.problems) == ([], [])

    def test_code_given_to_another_place_later_needs_a_decision(self, tree):
        old = line_of("532301101209")
        import_divisions(
            table((old, "532301101099,532301101099,山嘴子社区居民委员会,532301101,5,112"))
        )
        both = f"{old.replace('山嘴子', '新桥')}\n" + (
            "532301101099,532301101099,山嘴子社区居民委员会,532301101,5,112"
        )
        report = import_divisions(table((old, both)))
        assert [problem.code for problem in report.problems] == ["532301101209"]
        assert "山嘴子社区居民委员会" in report.problems[0].reason
        AreaAlias.objects.get(kind="code", value="532301101209").delete()
        report = import_divisions(table((old, both)))
        assert (report.problems, report.created["village"]) == ([], 1)

    def test_waiting_draft_does_not_bring_the_old_code_back(self, tree):
        page = VillagePage.objects.get(code="532301101209")
        page.introduction = "<p>待发布</p>"
        page.save_revision()
        old = line_of("532301101209")
        import_divisions(
            table((old, "532301101099,532301101099,山嘴子社区居民委员会,532301101,5,112"))
        )
        VillagePage.objects.get(pk=page.pk).get_latest_revision().publish()
        page = VillagePage.objects.get(pk=page.pk)
        assert (page.code, page.title) == ("532301101099", "山嘴子社区")
        assert page.introduction == "<p>待发布</p>"
        assert page.is_community

    def test_dry_run_tells_and_changes_nothing(self, tree):
        data = table(("山嘴子村民委员会", "山咀子村民委员会"), drop=["532301101210"])
        with CaptureQueriesContext(connection) as queries:
            report = import_divisions(data, dry_run=True)
        assert writes(queries) == []
        assert (len(report.renamed), len(report.vanished)) == (1, 1)
