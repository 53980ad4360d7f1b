"""Queries without result are counted, and nothing about who asked."""

import datetime
import sqlite3

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from search import misses
from search.models import Miss
from tests.factories import CovenantPageFactory, UserFactory


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("飞机", "飞机"),
        (" 飛機  輪船！", "飞机 轮船"),
        ("ＷｉＦｉ", "wifi"),
        ("养几只鸡", "养几只鸡"),
        ("2023年", "2023年"),
    ],
)
def test_words_are_kept_in_one_spelling(typed, words):
    assert misses.countable(typed) == words


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "，。！",
        "12345",
        "13887654321",
        "电话138-8765-4321",
        "１３８ ８７６５ ４３２１",
        "532301199001011234",
        "一三八七八六五四三二一",
        "一三八 七八六五",
        "138七八六5",
        "幺三八〇〇〇〇",
        "壹叁捌柒捌陆伍",
        "zhang@example.org",
        "ｚｈａｎｇ＠ｅｘａｍｐｌｅ",
        "https://example.org",
        "松林村三组张某某家的狗咬了李某某家的鸡怎么赔",
    ],
)
def test_what_may_tell_of_a_person_is_not_kept(typed):
    assert misses.countable(typed) == ""


@pytest.mark.parametrize("typed", ["三百五十二万", "二〇二五年十二月", "一二三四五"])
def test_sums_and_dates_are_kept(typed):
    assert misses.countable(typed) == typed


@pytest.fixture
def village(backend, db):
    page = CovenantPageFactory(articles=("酒席不超过十桌。",))
    call_command("update_index", verbosity=0)
    return page


def ask(client, **parameters):
    return client.get(reverse("search:search"), parameters)


def test_a_query_without_result_is_counted(village, client, freeze_day):
    for _ in range(2):
        ask(client, q="飞机")
    ask(client, q=" 飛機 ")
    row = Miss.objects.get()
    assert (row.words, row.count, row.last_day) == ("飞机", 3, freeze_day)
    assert {field.name for field in Miss._meta.fields} == {"id", "words", "count", "last_day"}


@pytest.fixture
def freeze_day():
    from django.utils import timezone

    return timezone.localdate()


def test_what_is_found_somewhere_is_not_counted(village, client):
    ask(client, q="酒席")
    ask(client, q="酒席", kind="household")
    ask(client, q="酒席 飞机")
    ask(client, q="")
    ask(client, kind="household")
    assert not Miss.objects.exists()


def test_an_index_that_is_incomplete_counts_nothing(village, backend, client):
    backend.directory.reset()
    ask(client, q="飞机")
    assert not Miss.objects.exists()


def test_the_table_stays_small_and_keeps_what_is_frequent(db, monkeypatch):
    monkeypatch.setattr(misses, "MAX_ROWS", 20)
    for _ in range(3):
        misses.count("飞机")
    for number in range(100):
        misses.count(f"轮船{number}")
    assert Miss.objects.count() <= 20
    assert Miss.objects.get(words="飞机").count == 3
    assert Miss.objects.filter(words="轮船99").exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite locks the whole database")
def test_a_locked_database_neither_fails_nor_delays_a_search(backend, client):
    CovenantPageFactory(articles=("酒席不超过十桌。",))
    call_command("update_index", verbosity=0)
    ask(client, q="轮船")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE search_miss SET count = count")
    try:
        assert ask(client, q="飞机").status_code == 200
        assert ask(client, q="轮船").status_code == 200
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert list(Miss.objects.values_list("words", "count")) == [("轮船", 1)]
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
    assert usual > misses.PATIENCE_MS
    ask(client, q="飞机")
    assert Miss.objects.filter(words="飞机").exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite can be opened for reading only")
def test_a_read_only_database_does_not_fail_a_search(backend, client):
    CovenantPageFactory(articles=("酒席不超过十桌。",))
    call_command("update_index", verbosity=0)
    ask(client, q="酒席")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            assert ask(client, q="飞机").status_code == 200
        finally:
            cursor.execute("PRAGMA query_only = OFF")
    assert not Miss.objects.exists()


def test_editors_see_what_was_asked_often_and_cannot_change_it(admin_client):
    day = datetime.date(2026, 5, 1)
    Miss.objects.create(words="飞机", count=misses.SHOWN_FROM, last_day=day)
    Miss.objects.create(words="轮船", count=misses.SHOWN_FROM + 7, last_day=day)
    rare = Miss.objects.create(words="张三", count=misses.SHOWN_FROM - 1, last_day=day)
    page = admin_client.get(reverse("wagtailsnippets_search_miss:list"))
    text = page.content.decode()
    assert text.index("轮船") < text.index("飞机")
    assert "张三" not in text
    assert admin_client.get(reverse("wagtailsnippets_search_miss:add")).status_code in (302, 403)
    edit = reverse("wagtailsnippets_search_miss:edit", args=[rare.pk])
    assert admin_client.get(edit).status_code in (302, 403, 404)


def test_who_has_no_right_does_not_see_the_list(client, db):
    client.force_login(UserFactory())
    assert client.get(reverse("wagtailsnippets_search_miss:list")).status_code in (302, 403)
