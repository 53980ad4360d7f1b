"""The places of the upload desk and of editions in the admin."""

from django.contrib import messages
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from editorial.drafts import register_private
from safety.publishers import publishes_somewhere
from villages.models import GroupPage, VillagePage

from . import (
    edition_desk,
    following_desk,
    group_rule,
    hint_desk,
    hint_report,
    hint_rules,
    limit_desk,
    reading,
    redaction_desk,
    upload,
    validity,
)
from . import ledger_hooks as ledger_hooks
from .batch import views as batch_views
from .batch.steps import work_on_batches as work_on
from .desk import views as desk_views
from .limit_words import LimitWordsGroup
from .models import (
    CovenantPage,
    FollowingBatch,
    ImportBatch,
    ImportRow,
    RulePage,
    RuleSource,
    SourceScan,
)

register_snippet(LimitWordsGroup)
register_snippet(hint_rules.HintRulesGroup)
register_private("source_id", RuleSource, "area")
register_private("scan_id", SourceScan, "source__area")
register_private("batch_id", ImportBatch, "scope")
register_private("row_id", ImportRow, "batch__scope")
register_private("followings_id", FollowingBatch, "village")


@hooks.register("register_admin_urls")
def admin_urls():
    return [
        path("rules/upload/", upload.upload, name="covenants_upload"),
        path("rules/upload/<uuid:source_id>/", upload.review, name="covenants_review_upload"),
        path("rules/upload/<uuid:source_id>/desk/", desk_views.act, name="covenants_desk_act"),
        path(
            "rules/upload/<uuid:source_id>/documents/",
            desk_views.documents,
            name="covenants_documents",
        ),
        path("rules/scan/<int:scan_id>/", upload.scan, name="covenants_scan"),
        path("rules/handed-in/", desk_views.handed_in, name="covenants_handed_in"),
        path("rules/text/<int:page_id>/", upload.edit_as_text, name="covenants_edit_as_text"),
        path("rules/compare/<int:page_id>/", edition_desk.compare, name="covenants_compare"),
        path("rules/editions/<int:page_id>/", edition_desk.editions, name="covenants_editions"),
        path("rules/redact/<int:page_id>/", redaction_desk.redact, name="covenants_redact"),
        path("rules/following/<int:page_id>/", following_desk.desk, name="covenants_following"),
        path(
            "rules/following/batch/<int:followings_id>/",
            following_desk.batch,
            name="covenants_following_batch",
        ),
        path("rules/limits/<int:page_id>/", limit_desk.limits, name="covenants_limits"),
        path("rules/hints/try/", hint_rules.try_rules, name="covenants_hints_try"),
        path("reports/legality/", hint_report.report, name="covenants_hint_report"),
        path("rules/hints/<int:page_id>/", hint_desk.desk, name="covenants_hints"),
        path("rules/hints/<int:page_id>/check/", hint_desk.check, name="covenants_hints_check"),
        path("rules/original/<uuid:source_id>/", upload.original, name="covenants_original"),
        path("rules/batches/", batch_views.batches, name="covenants_batches"),
        path("rules/batches/<uuid:batch_id>/", batch_views.batch, name="covenants_batch"),
        path(
            "rules/batches/<uuid:batch_id>/report.xlsx",
            batch_views.batch_sheet,
            name="covenants_batch_sheet",
        ),
        path(
            "rules/batches/<uuid:batch_id>/start/",
            batch_views.batch_start,
            name="covenants_batch_start",
        ),
        path(
            "rules/batches/<uuid:batch_id>/revoke/",
            batch_views.batch_revoke,
            name="covenants_batch_revoke",
        ),
        path(
            "rules/batches/<uuid:batch_id>/<int:row_id>/",
            batch_views.batch_row,
            name="covenants_batch_row",
        ),
    ]


@hooks.register("register_admin_menu_item")
def upload_menu_item():
    return MenuItem(
        _("上传规约"),
        reverse("covenants_upload"),
        name="upload-rules",
        icon_name="upload",
        order=90,
    )


@hooks.register("register_admin_menu_item")
def handed_in_menu_item():
    return MenuItem(
        _("交来的文件"),
        reverse("covenants_handed_in"),
        name="handed-in",
        icon_name="doc-full-inverse",
        order=91,
    )


class BatchMenuItem(MenuItem):
    """Shown to those who publish for a whole county."""

    def is_shown(self, request):
        return batch_views.may_import(request.user)


@hooks.register("register_admin_menu_item")
def batches_menu_item():
    return BatchMenuItem(
        _("整批导入"),
        reverse("covenants_batches"),
        name="import-batches",
        icon_name="download",
        order=92,
    )


@hooks.register("background_step")
def work_on_batches():
    return work_on()


@hooks.register("register_log_actions")
def name_log_actions(actions):
    @actions.register_action("covenants.batch_run")
    class BatchRun(LogFormatter):
        label = _("整批导入")

        def format_message(self, entry):
            return _("整批导入“%(name)s”,%(files)s 个文件") % _batch_words(entry)

    @actions.register_action("covenants.batch_revoke")
    class BatchRevoked(LogFormatter):
        label = _("撤回整批导入")

        def format_message(self, entry):
            return _("撤回整批导入“%(name)s”,%(files)s 个文件；%(kept)s 个后来有改动，没有撤") % (
                _batch_words(entry)
            )

    @actions.register_action("covenants.hand_in")
    class HandedIn(LogFormatter):
        label = _("交文件请镇上分条")

        def format_message(self, entry):
            return _("交来“%(file)s”,请镇上分条") % _desk_words(entry)

    @actions.register_action("covenants.split_for")
    class SplitFor(LogFormatter):
        label = _("代录")

        def format_message(self, entry):
            return _("代%(for)s把“%(file)s”分好条，交村里确认") % _desk_words(entry)

    @actions.register_action("covenants.confirm")
    class Confirmed(LogFormatter):
        label = _("确认代录")

        def format_message(self, entry):
            return _("确认%(by)s代录的“%(file)s”") % _desk_words(entry)

    @actions.register_action("covenants.take_over")
    class TakenOver(LogFormatter):
        label = _("接手分条")

        def format_message(self, entry):
            return _("从%(from)s手里接过“%(file)s”") % _desk_words(entry)


def _desk_words(entry):
    return {name: entry.data.get(name, "") for name in ("file", "for", "by", "from")}


def _batch_words(entry):
    return {name: entry.data.get(name, "") for name in ("name", "files", "kept")}


@hooks.register("register_page_header_buttons")
def rule_buttons(page, user, view_name, next_url=None):
    if issubclass(page.specific_class, RulePage):
        rule = page.specific
        if rule.permissions_for_user(user).can_edit():
            address = reverse("covenants_edit_as_text", args=[page.pk])
            yield Button(_("按文字修改"), address, icon_name="edit", priority=5)
            yield limit_desk.button(page)
        if hint_desk.may_see(user, rule):
            yield hint_desk.button(page)
        if edition_desk.may_compare(user, rule):
            address = reverse("covenants_compare", args=[page.pk])
            yield Button(_("和现行版比较"), address, icon_name="copy", priority=6)
        if validity.may_decide(user, rule):
            address = reverse("covenants_editions", args=[page.pk])
            yield Button(_("版本：废止、暂停适用"), address, icon_name="history", priority=7)
        yield from redaction_desk.buttons(page, user)
        return
    place = page.specific if type(page) not in (VillagePage, GroupPage) else page
    if upload.may_upload(user, place):
        yield Button(_("上传规约"), upload.upload_address(place), icon_name="upload", priority=5)
    if isinstance(place, VillagePage) and following_desk.may_open(user, place):
        yield following_desk.button(place)


@hooks.register("before_edit_page")
def tell_what_an_own_covenant_ends(request, page):
    """A group's own covenant ends its following: told before the text is published."""
    own = request.method == "GET" and isinstance(page, CovenantPage)
    if own and group_rule.follows_from(page, timezone.localdate()):
        text = _("本组现在沿用村里的规约。这份规约发布后，沿用到它的施行日期为止。")
        messages.warning(request, text)


@hooks.register("before_edit_page")
def tell_what_stopped(request, page):
    """A rule that was repealed or ordered down: told where the next text is written."""
    if request.method != "GET" or not issubclass(page.specific_class, RulePage):
        return
    edition, today = page.specific.shown_edition, timezone.localdate()
    if edition and edition.was_taken_down and not edition.in_force(today):
        told = [
            reading.status_sentence(edition, today),
            _("缘由：%s") % edition.ended_note,
            _("这里是工作稿：要重新施行，改好再送审，成为新的一版。"),
        ]
        messages.warning(request, " ".join(map(str, told)))


class HintReportMenuItem(MenuItem):
    """Shown to those who publish somewhere."""

    def is_shown(self, request):
        return publishes_somewhere(request.user)


@hooks.register("register_reports_menu_item")
def hint_report_menu_item():
    return HintReportMenuItem(
        _("合法性提示"),
        reverse("covenants_hint_report"),
        name="hint-report",
        icon_name="warning",
        order=720,
    )


@hooks.register("before_edit_page")
def tell_hints(request, page):
    if request.method == "GET" and issubclass(page.specific_class, RulePage):
        hint_desk.tell(request, page.specific)


@hooks.register("register_log_actions")
def name_validity_actions(actions):
    for action, label, message in (
        ("end_edition", _("废止一版"), _("第%(edition)s版自%(day)s起终止：%(note)s")),
        ("take_end_back", _("撤销废止"), _("撤销第%(edition)s版的终止")),
        ("redact", _("遮盖个人信息"), _("遮盖%(places)s里的个人信息，理由：%(reason)s")),
        ("suspend", _("暂停适用"), _("%(articles)s自%(day)s起暂停适用：%(note)s")),
        ("resume", _("恢复适用"), _("%(articles)s自%(day)s起恢复适用")),
        ("hint_answer", _("答复合法性提示"), _("%(clause)s：%(kind)s。%(reason)s")),
        ("hint_propose", _("建议怎样答复"), _("%(clause)s：%(kind)s。%(reason)s")),
        ("propose_following", _("提交沿用村约"), _("提交沿用村约：%(groups)s")),
        ("approve_following", _("批准沿用村约"), _("批准沿用村约：%(groups)s")),
        ("return_following", _("退回沿用村约"), _("退回沿用村约（%(groups)s）：%(note)s")),
        ("revoke_following", _("撤销沿用村约"), _("撤销沿用村约（%(groups)s）：%(note)s")),
        ("end_following", _("不再沿用村约"), _("本组有了自己的规约，到%(day)s不再沿用村约")),
        ("procedure_start", _("开始订立程序"), _("开始订立程序：%(kind)s")),
        ("procedure_stop", _("停办订立程序"), _("停办订立程序：%(note)s")),
        ("record_stage", _("登记订立程序"), _("登记“%(stage)s”")),
        ("confirm_figures", _("确认表决人数"), _("确认%(day)s表决的人数")),
        (
            "confirm_shortfall",
            _("人数不够，仍确认表决"),
            _("%(day)s的表决人数没有达到法定数，仍确认。理由：%(reason)s"),
        ),
        ("declare_legacy", _("认定历史存量"), _("认定为历史存量（程序资料不全）")),
        ("override_filing", _("未备案放行"), _("未经备案放行，理由：%(reason)s")),
        ("complete_papers", _("补齐程序资料"), _("第%(edition)s版的程序资料已补齐")),
    ):
        actions.register_action(f"covenants.{action}")(_formatter(label, message))


def _formatter(label, message):
    """How a log entry is written: `message` filled with its values."""

    def format_message(formatter, entry):
        return message % entry.data

    return type("Formatter", (LogFormatter,), {"label": label, "format_message": format_message})
