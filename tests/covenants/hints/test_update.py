"""A site takes over the shipped rules that nobody changed there, and no others."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from covenants.hint_book import Library, book_for, rule_of
from covenants.hint_reading import due, read_some
from covenants.hint_update import update_rules
from covenants.legality import past, shipped_book
from covenants.models import Hint, HintRule, HintWords
from tests.factories import CountyPageFactory, CovenantPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _up_to_date(db):
    update_rules()


@pytest.fixture
def shipped_once(monkeypatch):
    """Makes what a rule (or list) says now something that an earlier release shipped."""

    def remember(row):
        if isinstance(row, HintWords):
            lines = [f"{row.name} list {past.digest_of_list(row.words)}"]
        else:
            digests = past.digests_of(rule_of(row)).items()
            lines = [f"{row.key} {part} {digest}" for part, digest in digests]
        known = past._shipped_before() | set(lines)
        monkeypatch.setattr(past, "_shipped_before", lambda: known)

    return remember


def changed(key, **fields):
    HintRule.objects.filter(key=key).update(**fields)
    return HintRule.objects.get(key=key)


def told(outcomes):
    return [(outcome.key, outcome.part, outcome.what) for outcome in outcomes]


def test_what_was_ever_shipped_is_listed_today_s_too():
    listed = past._FILE.read_text(encoding="utf-8").splitlines()
    new = [line for line in past.lines_of_book(shipped_book()) if line not in listed]
    assert not new, "add to shipped_before.txt:\n" + "\n".join(new)


def test_a_site_that_is_up_to_date_is_left_alone():
    before = book_for().version
    assert update_rules() == []
    assert book_for().version == before == shipped_book().version


def test_what_is_as_it_came_is_updated_and_texts_are_read_again(shipped_once):
    shipped_once(changed("fine", patterns="罚谷", unless="", explanation="旧的说明"))
    row = HintRule.objects.get(key="deposit")
    row.grounds = []
    row.save()
    shipped_once(row)
    words = HintWords.objects.get(name="否定")
    words.words = "不得"
    words.save()
    shipped_once(words)
    page = CovenantPageFactory(articles=["违者罚款五十元。"])
    assert not Hint.objects.filter(edition__page=page).exists()

    assert told(update_rules()) == [
        ("否定", "list", "updated"),
        ("fine", "words", "updated"),
        ("fine", "texts", "updated"),
        ("deposit", "grounds", "updated"),
    ]
    assert book_for().version == shipped_book().version
    assert due(Library()).count() == 1 and read_some(5) == 1
    assert Hint.objects.get(edition__page=page).rule == "fine"


def test_what_the_prefecture_changed_stays_and_the_words_it_lacks_are_named():
    mine = changed("fine", patterns="罚谷\n罚款、罚金")
    fewer = HintWords.objects.get(name="转折")
    fewer.words = "违者"
    fewer.save()
    outcomes = update_rules()
    assert told(outcomes) == [
        ("转折", "list", "changed_here"),
        ("fine", "words", "changed_here"),
    ]
    assert "否则" in outcomes[0].missing["words"] and "违者" not in outcomes[0].missing["words"]
    assert "重罚" in outcomes[1].missing["patterns"]
    assert not {"罚款", "罚金"} & set(outcomes[1].missing["patterns"])
    assert HintRule.objects.get(key="fine").patterns == mine.patterns


def test_a_ground_noted_as_compared_does_not_keep_new_words_away(shipped_once):
    shipped_once(changed("land", patterns="收回承包地"))
    HintRule.objects.get(key="land").grounds.update(verified=True)
    assert told(update_rules()) == [
        ("land", "words", "updated"),
        ("land", "grounds", "changed_here"),
    ]
    assert HintRule.objects.get(key="land").grounds.get().verified


def test_line_ends_of_a_form_are_no_change():
    row = HintRule.objects.get(key="fine")
    changed("fine", patterns="\r\n".join(row.patterns.splitlines()) + "\r\n")
    assert update_rules() == []


def test_what_is_switched_off_stays_off_but_is_kept_up_to_date(shipped_once):
    shipped_once(changed("fee", patterns="收费", active=False))
    assert told(update_rules()) == [("fee", "words", "updated")]
    row = HintRule.objects.get(key="fee")
    assert not row.active and row.patterns != "收费"


def test_a_rule_of_a_county_s_own_is_left_and_named(shipped_once):
    county = CountyPageFactory()
    fine = HintRule.objects.get(key="fine")
    own = HintRule.objects.create(
        county=county,
        replaces=fine,
        name="罚款（县）",
        level="red",
        patterns="罚谷",
        explanation="示例",
    )
    shipped_once(changed("fine", patterns="罚款"))
    updated, left = update_rules()
    assert (left.what, left.county, left.name) == ("county_own", county.title, "罚款（县）")
    own.refresh_from_db()
    assert own.patterns == "罚谷"


def test_a_new_rule_is_added_with_its_grounds_and_a_deleted_one_is_not():
    HintRule.objects.get(key="crime").delete()
    assert told(update_rules()) == [("crime", "words", "added")]
    row = HintRule.objects.get(key="crime")
    assert row.grounds.count() == 1 and row.order == 100 and row.active
    assert book_for().version == shipped_book().version

    CovenantPageFactory(articles=["邻里和睦。"])
    row.delete()
    assert told(update_rules()) == [("crime", "words", "deleted_here")]
    assert not HintRule.objects.filter(key="crime").exists()


def run(*arguments):
    output = StringIO()
    call_command("update_hint_rules", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_says_what_it_did_and_a_dry_run_changes_nothing(shipped_once):
    shipped_once(changed("fine", patterns="罚谷"))
    changed("land", suggestion="照本州的说法写")
    tried = run("--dry-run")
    assert "更新\t罚款\t用词" in tried and "没有保存" in tried
    assert HintRule.objects.get(key="fine").patterns == "罚谷"
    rows = json.loads(run("--json"))
    assert [(row["key"], row["what"]) for row in rows] == [
        ("fine", "updated"),
        ("land", "changed_here"),
    ]
    assert "本站改过，没有动\t收回土地" in run()
    changed("land", suggestion=next(r for r in shipped_book().rules if r.key == "land").suggestion)
    assert "已经是最新的" in run()


def test_rules_that_could_not_be_used_are_not_taken_over(shipped_once):
    shipped_once(changed("fine", patterns="罚谷"))
    HintWords.objects.filter(name="机关").update(words="长" * 30)
    with pytest.raises(CommandError, match="什么也没有改"):
        run()
    assert HintRule.objects.get(key="fine").patterns == "罚谷"
