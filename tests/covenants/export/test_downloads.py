"""The addresses below a page: what a visitor gets as a file, and what nobody gets."""

import csv
import datetime
import io
import json
import zipfile
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from covenants.export.bundle import BATCH
from covenants.models import Provision
from covenants.parsing import parse_file
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    county = make.CountyPageFactory(name="青岩县")
    township = make.TownshipPageFactory(parent=county, name="云台镇")
    return make.VillagePageFactory(parent=township, name="松林村民委员会")


@pytest.fixture
def covenant(village):
    """A rule of two editions: twenty tables from 2019, ten from 2024."""
    page = make.CovenantPageFactory(
        parent=village,
        chapters=[("第一章", "客事", [{"text": "办客：", "items": make.items("酒席二十桌。")}])],
        adopted_on=datetime.date(2019, 3, 16),
    )
    make.next_edition(page, "酒席不超过十桌。", effective_from=datetime.date(2024, 4, 1))
    return page


def content_of(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content


def file_name(response):
    return unquote(response["Content-Disposition"].partition("filename*=utf-8''")[2])


def parsed(client, address):
    response = client.get(address)
    return parse_file(io.BytesIO(content_of(response)), file_name(response))


def unzipped(client, place):
    with zipfile.ZipFile(io.BytesIO(content_of(client.get(f"{place.url}zip/")))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


# One text


@pytest.mark.parametrize("format_name", ["docx", "txt"])
def test_a_file_holds_the_edition_in_force(client, covenant, format_name):
    rules = parsed(client, f"{covenant.url}{format_name}/")
    assert rules.title == "松林村村规民约"
    assert [(a.label, a.text) for a in rules.articles] == [("第1条", "酒席不超过十桌。")]


@pytest.mark.parametrize("format_name", ["docx", "txt"])
def test_another_day_gives_that_days_edition_and_says_so(client, covenant, format_name):
    rules = parsed(client, f"{covenant.url}{format_name}/?on=2020-01-01")
    assert [(c.label, c.title) for c in rules.chapters] == [("第一章", "客事")]
    assert rules.articles[0].items[0].text == "酒席二十桌。"
    assert any("旧版" in entry.text for entry in rules.unplaced)
    name = file_name(client.get(f"{covenant.url}{format_name}/?on=2020-01-01"))
    assert name == f"松林村村规民约（第1版）.{format_name}"


def test_json_has_the_shape_of_the_parser_and_the_edition(client, covenant):
    response = client.get(f"{covenant.url}json/")
    assert response["Content-Type"] == "application/json"
    values = json.loads(response.content)
    assert set(parse_file(io.BytesIO(b"1."), "a.txt").as_dict()) <= set(values)
    assert values["articles"] == 1
    assert values["adopted"] == {"date": "2024-04-01", "body": "村民会议"}
    assert values["area"] == "青岩县 · 云台镇 · 松林村"
    assert values["edition"]["number"] == 2
    assert values["edition"]["effective_from"] == "2024-04-01"
    assert values["edition"]["articles"][0]["label"] == "第1条"
    assert values["url"] == f"http://testserver{covenant.url}"


def test_a_suspended_article_says_so(client, covenant):
    row = Provision.objects.get(edition__page=covenant, edition__number=2)
    row.suspended_from = datetime.date(2025, 1, 2)
    row.save(update_fields=["suspended_from"])
    assert "2025年1月2日起暂停适用" in client.get(f"{covenant.url}txt/").content.decode()


def test_an_article_that_applies_again_is_not_marked(client, covenant):
    rows = Provision.objects.filter(edition__page=covenant, edition__number=2)
    day = datetime.date(2025, 6, 1)
    rows.update(suspended_from=datetime.date(2025, 1, 2), suspended_until=day)
    assert "暂停适用" not in client.get(f"{covenant.url}txt/").content.decode()
    values = client.get(f"{covenant.url}json/").json()
    assert values["edition"]["articles"][0]["suspended_until"] == "2025-06-01"


def test_the_page_leads_to_its_files_of_the_same_day(client, covenant):
    html = client.get(covenant.url).content.decode()
    assert f'href="{covenant.url}docx/"' in html
    assert f'href="{covenant.url}txt/"' in html
    html = client.get(f"{covenant.url}?on=2020-01-01").content.decode()
    assert f'href="{covenant.url}docx/?on=2020-01-01"' in html


def test_a_download_is_named_for_people_and_not_for_search_engines(client, covenant):
    response = client.get(f"{covenant.url}docx/")
    assert response["Content-Disposition"].startswith("attachment;")
    assert file_name(response) == "松林村村规民约.docx"
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("day", ["2001-01-01", "gestern", "2024-02-31"])
def test_no_file_where_the_page_has_no_text_of_that_day(client, covenant, day):
    assert client.get(f"{covenant.url}docx/?on={day}").status_code == 404


def test_what_was_withdrawn_or_never_published_is_not_given_out(client, village, covenant):
    draft = make.CouncilPageFactory(parent=village, live=False)
    covenant.unpublish()
    for page in (draft, covenant):
        for format_name in ("docx", "txt", "json"):
            assert (
                client.get(f"{page.url_path.removeprefix('/home-page')}{format_name}/").status_code
                == 404
            )
    names = unzipped(client, village)
    assert list(names) == ["清单.csv"]


def test_a_restricted_page_gives_its_files_to_nobody_else(client, village, covenant):
    PageViewRestriction.objects.create(page=covenant, restriction_type=PageViewRestriction.LOGIN)
    response = client.get(f"{covenant.url}docx/")
    assert response.status_code == 404
    assert list(unzipped(client, village)) == ["清单.csv"]


def test_a_hidden_sample_gives_no_files(client, covenant, settings):
    county = covenant.areas[0]
    county.sample = True
    county.save()
    assert client.get(f"{covenant.url}docx/").status_code == 200
    settings.CUNYUE_SAMPLE = False
    assert client.get(f"{covenant.url}docx/").status_code == 404
    assert client.get(f"{covenant.get_parent().url}zip/").status_code == 404


@pytest.mark.parametrize("word", ["docx", "zip"])
def test_a_page_may_be_called_like_a_file(client, village, word):
    page = make.CovenantPageFactory(parent=village, slug=word)
    assert client.get(page.url).status_code == 200
    assert "text/html" in client.get(page.url)["Content-Type"]


def test_other_pages_have_no_files(client, village):
    assert client.get(f"{village.url}docx/").status_code == 404
    assert client.get(f"{village.get_parent().get_parent().url}zip/").status_code == 404


def test_files_are_only_fetched(client, village, covenant):
    assert client.post(f"{covenant.url}docx/").status_code == 405
    assert client.post(f"{village.url}zip/").status_code == 405


# A whole place


def test_a_villages_zip_holds_its_rules_and_those_of_its_groups(client, village, covenant):
    make.CouncilPageFactory(parent=village, council="ethics")
    group = make.GroupPageFactory(parent=village, number=3, name="第3村民小组")
    make.CovenantPageFactory(parent=group)
    found = unzipped(client, village)
    rules = [name for name in found if name.endswith(".docx")]
    assert rules == [
        "松林村村规民约.docx",
        "松林村道德评议会章程.docx",
        f"{group.title}/{group.title}村规民约.docx",
    ]
    texts = parse_file(io.BytesIO(found["松林村村规民约.docx"]), "a.docx").articles
    assert [a.text for a in texts] == ["酒席不超过十桌。"]


def test_a_townships_zip_has_a_folder_for_each_village(client, village, covenant):
    township = village.get_parent()
    twin = make.VillagePageFactory(parent=township, name="松林社区居民委员会", title="松林村")
    make.CovenantPageFactory(parent=twin)
    names = [name for name in unzipped(client, township) if name != "清单.csv"]
    assert names[0] == "松林村/松林村村规民约.docx"
    assert len({name.partition("/")[0] for name in names}) == 2


def test_the_manifest_names_every_file_as_the_importer_wants_it(client, village, covenant):
    found = unzipped(client, village)
    rows = list(csv.DictReader(io.StringIO(found["清单.csv"].decode("utf-8-sig"))))
    assert [row["file"] for row in rows] == ["松林村村规民约.docx"]
    assert rows[0]["code"] == village.code
    assert (rows[0]["kind"], rows[0]["adopted"], rows[0]["edition"]) == (
        "covenant",
        "2024-04-01",
        "2",
    )


def test_the_village_and_township_pages_lead_to_their_zip(client, village, covenant):
    for place in (village, village.get_parent()):
        assert f'href="{place.url}zip/"' in client.get(place.url).content.decode()


def test_a_village_without_rules_offers_no_zip(client, village):
    assert "zip/" not in client.get(village.url).content.decode()


def queries(client, place):
    client.get(f"{place.url}zip/").getvalue()
    with CaptureQueriesContext(connection) as seen:
        client.get(f"{place.url}zip/").getvalue()
    return len(seen)


def test_more_rules_of_a_batch_cost_no_more_queries(client, village, covenant):
    before = queries(client, village)
    for number in range(1, 8):
        group = make.GroupPageFactory(parent=village, number=number)
        make.CovenantPageFactory(parent=group)
    assert BATCH > 8
    assert queries(client, village) == before


def test_each_further_batch_costs_the_same(client, village, covenant, monkeypatch):
    monkeypatch.setattr("covenants.export.bundle.BATCH", 2)
    counts = []
    for number in range(1, 6):
        group = make.GroupPageFactory(parent=village, number=number)
        make.CovenantPageFactory(parent=group)
        counts.append(queries(client, village))
    steps = [later - earlier for earlier, later in zip(counts, counts[1:], strict=False)]
    assert steps[0] == steps[2] == 0 or steps[1] == steps[3] == 0
    assert {steps[0] + steps[1], steps[2] + steps[3]} == {steps[0] + steps[1]}


def test_a_zip_is_sent_file_by_file(client, village, covenant):
    make.CouncilPageFactory(parent=village, council="ethics")
    pieces = list(client.get(f"{village.url}zip/").streaming_content)
    assert len(pieces) == 4
    assert pieces[0].startswith(b"PK\x03\x04")
