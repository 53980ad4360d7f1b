"""A group that follows, as files: what it follows, since when, by which meeting, what differs."""

import csv
import io
import json
import zipfile

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from wagtail.models import Page, PageViewRestriction

from covenants import following
from covenants.file_names import why_refused
from covenants.models import CovenantPage
from covenants.rule_files import files_below
from tests import factories as make
from tests.covenants.following.steps import MAY, OWN_WORDS, approve, feast, propose

pytestmark = pytest.mark.django_db
NAME = "松林村第1村民小组沿用村规民约的说明"


def zipped(client, place):
    content = b"".join(client.get(f"{place.url}zip/").streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def word_text(content):
    return "\n".join(p.text for p in Document(io.BytesIO(content)).paragraphs)


def text_of(client, group, query=""):
    return client.get(f"{group.url}txt/{query}").content.decode("utf-8-sig")


def test_the_note_says_all(client, groups, followed):
    text = text_of(client, groups[0])
    assert text.startswith(NAME)
    assert "沿用《松林村村规民约》" in text and "第1版" in text
    assert "2024年2月20日由村民小组会议通过。自2024年3月1日起沿用" in text
    assert "历史存量" in text and "另有规定1条" in text
    assert f"第1条 本组的规定：{OWN_WORDS}" in text and "村里的规定：酒席不超过十桌。" in text
    assert f"http://testserver{groups[0].url}" in text
    assert "没有另外的规定" in text_of(client, groups[1])


@pytest.mark.parametrize("format_name", ["docx", "txt", "json"])
def test_each_format_is_named_for_people(client, groups, followed, format_name):
    response = client.get(f"{groups[0].url}{format_name}/")
    assert response.status_code == 200 and response["X-Robots-Tag"] == "noindex"
    assert OWN_WORDS in (
        word_text(response.content) if format_name == "docx" else response.content.decode()
    )


def test_json_gives_the_facts(client, covenant, groups, followed):
    values = json.loads(client.get(f"{groups[0].url}json/").content)
    held = values["following"]
    assert values["kind"] == "following" and values["edition"] is None
    assert (held["adopted_on"], held["adopted_by"]) == ("2024-02-20", "村民小组会议")
    assert (held["effective_from"], held["ended_on"]) == ("2024-03-01", None)
    title = covenant.title
    assert held["covenant"] == {"title": title, "url": covenant.url, "edition": 1}
    assert held["differing"][0]["text"] == OWN_WORDS
    assert held["differing"][0]["village_text"] == "酒席不超过十桌。"


def test_a_place_has_the_notes_of_its_groups(client, village, groups, followed):
    for place in (village, village.get_parent()):
        names = list(zipped(client, place))
        assert sum(name.endswith("沿用村规民约的说明.docx") for name in names) == 3, names
    found = zipped(client, village)
    path = f"{groups[0].title}/{NAME}.docx"
    assert OWN_WORDS in word_text(found[path]) and "村民小组会议" in word_text(found[path])
    listed = csv.DictReader(io.StringIO(found["清单.csv"].decode("utf-8-sig")))
    assert [row["file"] for row in listed] == ["松林村村规民约.docx"]


@pytest.mark.parametrize("format_name", ["docx", "txt", "json"])
def test_the_command_writes_them_too(village, groups, followed, tmp_path, format_name):
    call_command("export_rules", village.code, out=tmp_path / "a", format=format_name, verbosity=0)
    assert (tmp_path / "a" / groups[0].title / f"{NAME}.{format_name}").exists()


def test_a_note_is_never_imported_as_a_rule(village, groups, followed, tmp_path):
    out = tmp_path / "a.zip"
    call_command("export_rules", village.code, out=out, verbosity=0)
    other = make.VillagePageFactory()
    with pytest.raises(SystemExit):
        call_command("import_rules", out, village=other.code, verbosity=0, stdout=io.StringIO())
    assert CovenantPage.objects.descendant_of(other).count() == 1
    taken = [name for name, _read in files_below(out) if not why_refused(name)]
    assert taken == ["松林村村规民约.docx"]
    assert "沿用" in why_refused(f"{NAME} (2).docx")


def test_what_readers_may_not_see_is_in_no_note(client, village, covenant, groups, followed):
    restricted = PageViewRestriction.LOGIN
    PageViewRestriction.objects.create(page=covenant, restriction_type=restricted)
    text = text_of(client, groups[0])
    assert "村里的村规民约" in text and "《" not in text and "不超过十桌" not in text
    assert OWN_WORDS in text
    held = json.loads(client.get(f"{groups[0].url}json/").content)["following"]
    assert held["covenant"] is None and held["differing"][0]["village_text"] is None
    PageViewRestriction.objects.create(page=groups[0], restriction_type=restricted)
    assert client.get(f"{groups[0].url}txt/").status_code == 404
    names = list(zipped(client, village))
    assert sum("说明" in name for name in names) == 2


def test_no_note_of_who_does_not_follow(client, village, covenant, groups, followed, reviewer):
    following.revoke(followed, note="登记错了。", by=reviewer)
    assert client.get(f"{groups[0].url}docx/").status_code == 404
    assert not any("说明" in name for name in zipped(client, village))
    Page.objects.get(pk=groups[0].pk).specific.unpublish()
    assert client.get(f"{groups[0].url}docx/?on=2024-06-01").status_code == 404


def test_another_day_gives_what_it_followed_then(client, covenant, groups, followed):
    make.next_edition(covenant, "和气待人。", effective_from=MAY)
    assert "没有这一条了" in text_of(client, groups[0])
    then = text_of(client, groups[0], "?on=2024-06-01")
    assert "第1版" in then and "没有这一条了" not in then
    for day in ("2024-02-01", "gestern", "2024-02-31"):
        assert client.get(f"{groups[0].url}txt/?on={day}").status_code == 404


def queries(client, place):
    zipped(client, place)
    with CaptureQueriesContext(connection) as seen:
        zipped(client, place)
    return len(seen)


def test_more_groups_cost_no_more_queries(client, village, covenant, editor, reviewer):
    counts = []
    for number in (2, 20):
        groups = [make.GroupPageFactory(parent=village) for _ in range(number)]
        batch = propose(covenant, groups, by=editor)
        following.differ(batch, [g.pk for g in groups], feast(covenant), OWN_WORDS, by=editor)
        approve(batch, by=reviewer)
        counts.append(queries(client, village))
    assert counts[0] == counts[1], counts
