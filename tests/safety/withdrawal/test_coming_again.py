"""What was withdrawn stays away: after a restore, at an import, with a killed process."""

import json
import os
import time

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import Page

from covenants.importing import import_rules
from covenants.models import CovenantPage, RuleSource
from covenants.rule_files import RuleFile
from safety.models import Erasure, Withdrawal, WithdrawnMark
from safety.withdrawal import erasing, ledger, sweeping
from tests import factories as make

pytestmark = pytest.mark.django_db
TEXT = """示例村规民约
第一条 办客从简，酒席不超过十桌，烟酒从本地习惯。
第二条 礼金不超过一百元，不得攀比，相互监督。
2023年5月12日村民会议通过。
"""


def imported(village, text=TEXT, publish=True):
    file = RuleFile("示例.txt", text.encode(), code=village.code, kind="covenant")
    (outcome,) = import_rules([file], publish=publish)
    return outcome


@pytest.fixture
def rule():
    village = make.VillagePageFactory()
    assert imported(village).status == "created"
    return CovenantPage.objects.get()


def forget_withdrawals():
    """The database as a backup from before the withdrawal has it, without its page."""
    WithdrawnMark.objects.all().delete()
    Withdrawal.objects.all().delete()
    Erasure.objects.all().delete()


class TestImport:
    def test_the_same_file_is_refused_with_what_to_do(self, rule, take_down):
        village = rule.get_parent().specific
        row = take_down(rule)
        outcome = imported(village)
        assert outcome.status == "refused"
        assert row.name in outcome.message and "撤下的页面" in outcome.message
        assert not CovenantPage.objects.exists()

    def test_the_same_words_in_another_form_are_refused(self, rule, take_down):
        village = rule.get_parent().specific
        take_down(rule)
        other = TEXT.replace("第一条 ", "一、").replace("第二条 ", "二、").replace("，", ", ")
        assert imported(village, other).status == "refused"

    def test_another_text_and_another_place_are_taken(self, rule, take_down):
        village = rule.get_parent().specific
        take_down(rule)
        assert imported(make.VillagePageFactory()).status == "created"
        assert imported(village, TEXT.replace("十桌", "十五桌")).status == "created"

    def test_it_is_taken_once_a_reviewer_allows_it(self, rule, take_down, committed, admin_client):
        village = rule.get_parent().specific
        row = take_down(rule)
        with committed():
            admin_client.post(reverse("editorial_lift_withdrawal", args=[row.pk]))
        assert imported(village).status == "created"
        assert ledger.entries()[str(row.pk)]["lifted_at"]

    def test_the_desk_refuses_it_too(self, rule, take_down, admin_client):
        village = rule.get_parent().specific
        row = take_down(rule)
        admin_client.post(
            reverse("covenants_upload"), {"area": village.pk, "kind": "covenant", "text": TEXT}
        )
        source = RuleSource.objects.get()
        review = reverse("covenants_review_upload", args=[source.pk])
        answer = admin_client.post(review, {"save": "1", "adopted_precision": "day"})
        assert row.name in answer.content.decode()
        assert not CovenantPage.objects.exists()


class TestRestore:
    """The files stay as they are; the database is an older one."""

    def restored(self, rule):
        village = rule.get_parent().specific
        key, words = rule.translation_key, {"slug": rule.slug, "articles": ["旧库里的条文。"]}
        return lambda: make.CovenantPageFactory(parent=village, translation_key=key, **words)

    def test_the_list_outside_the_database_holds_no_words(self, rule, take_down, folders):
        take_down(rule)
        line = (folders / "withdrawals.jsonl").read_text()
        assert "酒席" not in line and rule.title not in line
        assert json.loads(line)["reason"] == "本人要求删除。"

    def test_the_page_is_withdrawn_again_by_the_command(
        self, client, rule, take_down, committed, capsys
    ):
        bring_back = self.restored(rule)
        row = take_down(rule)
        forget_withdrawals()
        bring_back()
        assert client.get(rule.url).status_code == 200
        with committed():
            call_command("withdraw", "--again", "--json")
        assert json.loads(capsys.readouterr().out)["applied_again"] == [row.name]
        assert client.get(rule.url).status_code == 410
        again = Withdrawal.objects.get()
        assert (again.pk, again.at, again.reason) == (row.pk, row.at, row.reason)
        assert ledger.reapply() == []

    def test_the_background_process_does_so_at_its_start(self, client, rule, take_down, committed):
        bring_back = self.restored(rule)
        take_down(rule)
        forget_withdrawals()
        bring_back()
        ledger._checked_at = 0.0
        with committed():
            assert ledger.step() == 1
        assert client.get(rule.url).status_code == 410

    def test_an_older_page_with_the_same_text_at_the_address_is_known(
        self, client, rule, take_down, committed
    ):
        village = rule.get_parent().specific
        take_down(rule)
        forget_withdrawals()
        assert imported(village).status == "created"
        with committed():
            ledger.reapply()
        assert client.get(rule.url).status_code == 410

    def test_another_page_at_the_address_stays(self, client, rule, take_down, committed):
        village = rule.get_parent().specific
        take_down(rule)
        forget_withdrawals()
        make.CovenantPageFactory(parent=village, slug=rule.slug, articles=["别的条文。"])
        with committed():
            ledger.reapply()
        assert client.get(rule.url).status_code == 200
        # The file that was withdrawn is refused all the same.
        assert imported(village).status == "refused"

    def test_a_half_written_line_loses_no_other(self, rule, take_down, folders):
        path = folders / "withdrawals.jsonl"
        path.write_text('{"id": "half')
        row = take_down(rule)
        assert list(ledger.entries()) == [str(row.pk)]

    @pytest.mark.parametrize(
        "line",
        [
            "[1]",
            '"words"',
            '{"id": "8a7", "page": 5}',
            '{"id": "00000000-0000-4000-8000-000000000001", "page": "x", "marks": {}}',
            '{"id": "00000000-0000-4000-8000-000000000002", "redacts": "x"}',
        ],
    )
    def test_a_line_that_says_nothing_stops_no_other(
        self, client, rule, take_down, committed, folders, capsys, line
    ):
        bring_back = self.restored(rule)
        row = take_down(rule)
        forget_withdrawals()
        bring_back()
        path = folders / "withdrawals.jsonl"
        path.write_text(f"{line}\n{path.read_text()}")
        with committed(), pytest.raises(CommandError, match="1 行"):
            call_command("withdraw", "--again")
        assert client.get(rule.url).status_code == 410
        assert f"{row.name}" not in capsys.readouterr().err

    def test_a_list_that_is_not_there_is_told(self, rule):
        with pytest.raises(CommandError, match="withdrawals.jsonl"):
            call_command("withdraw", "--again")

    def test_a_list_that_was_lost_or_replaced_by_an_older_one_is_completed(
        self, rule, take_down, folders
    ):
        path = folders / "withdrawals.jsonl"
        first = take_down(rule)
        older = path.read_text()
        second = take_down(make.CovenantPageFactory())
        ledger.lift(second, by_name="示例")
        for text in (None, older):
            path.unlink() if text is None else path.write_text(text)
            ledger._checked_at = 0.0
            assert ledger.step() == 0
            assert set(ledger.entries()) == {str(first.pk), str(second.pk)}
            assert ledger.entries()[str(second.pk)]["lifted_by"] == "示例"

    def test_sized_pictures_that_came_with_the_files_go_at_once(
        self, take_down, folders, committed
    ):
        """Whoever copies files over those that are there brings those back that went."""
        page = make.HouseholdPageFactory()
        photo = make.HouseholdPhotoFactory(page=page)
        page.save()
        rendition = photo.image.get_rendition("width-120")
        name, data = rendition.file.name, rendition.file.read()
        other = make.HouseholdPhotoFactory(page=make.HouseholdPageFactory()).image
        kept = other.get_rendition("width-120").file
        take_down(page)
        media = storages["default"]
        assert not media.exists(name)
        media.save(name, ContentFile(data))
        call_command("withdraw", "--again")
        assert not media.exists(name) and media.exists(kept.name)

    def test_a_new_document_with_the_name_of_a_withdrawn_one_waits_for_its_row(
        self, take_down, committed
    ):
        """The background process looks while somebody uploads: the file is stored, the row not."""
        page, documents = make.CovenantPageFactory(), get_document_model()
        withdrawn = documents.objects.create(title="名单", file=ContentFile(b"x", "mingdan.txt"))
        name = withdrawn.file.name
        value = {"title": "名单", "document": withdrawn.pk, "public": True}
        page.attachments = [{"type": "attachment", "value": value}]
        page.save()
        take_down(page)
        media = storages["default"]
        assert not media.exists(name)
        assert media.save(name, ContentFile(b"new")) == name
        sweeping.sweep()
        assert media.exists(name)
        two_hours_ago = time.time() - 2 * 3600
        os.utime(media.path(name), (two_hours_ago, two_hours_ago))
        sweeping.sweep()
        assert not media.exists(name)


class TestKilled:
    def test_what_is_left_after_the_commit_is_taken_up(self, rule, folders):
        from safety.withdrawal.withdrawing import withdraw

        page = Page.objects.get(pk=rule.pk)
        original = folders / "private" / RuleSource.objects.get().file.name
        assert original.exists()
        # Nothing that follows the commit happens here, as when the process dies.
        row = withdraw(page, reason="本人要求删除。")
        assert original.exists() and not ledger.entries()
        assert erasing.step() == 1
        assert not original.exists()
        assert list(ledger.entries()) == [str(row.pk)]
        assert not Erasure.objects.exists()
        assert erasing.step() == 0
