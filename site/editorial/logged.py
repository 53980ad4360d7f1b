"""What the editorial room notes in the history of pages and people, in words."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter
from wagtail.models import Page, PageLogEntry
from wagtail.permissions import policy_registry

from safety.models import RemovalRequest

from . import unattended
from .permission_policy import EXPLORE
from .roles import REVIEWS, ROLES

RECOVERY_LOGGED = {
    "editorial.recovery_unlock": _("解除登录锁定"),
    "editorial.recovery_password": _("给重设密码的链接"),
    "editorial.recovery_phone": _("作废两步验证的手机"),
    "editorial.recovery_sessions": _("退出所有设备"),
}


def connect():
    """Have the report of all history tell of the places one serves at, not of those above.

    Wagtail takes the way to a place in the explorer for one's own, and would tell village editors
    who was dismissed in the township, and why.
    """
    manager = type(PageLogEntry.objects)
    all_on_the_way = manager.viewable_by_user

    def viewable_by_user(self, user):
        found = all_on_the_way(self, user)
        if user.is_superuser:
            return found
        policy = policy_registry.get_by_type(Page)
        served = policy.instances_user_has_any_permission_for(user, EXPLORE)
        return found.filter(page__in=served.order_by().values("pk"))

    manager.viewable_by_user = viewable_by_user


def name_recovery(actions):
    for name, words in RECOVERY_LOGGED.items():
        formatter = type("Formatter", (LogFormatter,), {"label": words, "message": words})
        actions.register_action(name)(formatter)


def name_log_actions(actions):
    @actions.register_action("editorial.appoint")
    class Appointed(LogFormatter):
        label = _("任命")

        def format_message(self, entry):
            return _told(entry, _("任命%(person)s为%(role)s"))

    @actions.register_action("editorial.dismiss")
    class Dismissed(LogFormatter):
        label = _("免职")

        def format_message(self, entry):
            return _told(entry, _("免去%(person)s的%(role)s"))

    @actions.register_action("editorial.invite")
    class Invited(LogFormatter):
        label = _("发邀请")

        def format_message(self, entry):
            return _("发给%(person)s设置密码的邀请（%(body)s）") % {
                "person": entry.data.get("person", ""),
                "body": entry.data.get("body", ""),
            }

    @actions.register_action("editorial.invitation_used")
    class InvitationUsed(LogFormatter):
        label = _("凭邀请设置密码")
        message = _("凭邀请设置了密码")

    @actions.register_action("editorial.approve_one")
    class ApprovedByOne(LogFormatter):
        label = _("批准（还要别人批准）")
        message = _("批准（还要别人批准）")

    @actions.register_action("editorial.step_passed")
    class StepPassed(LogFormatter):
        label = _("没有人任职，跳过一道审核")

        def format_message(self, entry):
            name = REVIEWS.get(entry.data.get("step"), "")
            return _("没有人任%(step)s，跳过这一道") % {"step": name}

    @actions.register_action(unattended.TOLD)
    class ToldUnattended(LogFormatter):
        label = _("没有人任职，已告诉上级")

        def format_message(self, entry):
            role = ROLES.get(entry.data.get("role"))
            values = {"body": entry.data.get("body", ""), "role": role.name if role else ""}
            return _("在等，%(body)s没有%(role)s；已告诉可以任命的人") % values

    @actions.register_action("editorial.override")
    class Overridden(LogFormatter):
        label = _("越过审核")

        def format_message(self, entry):
            return _("越过审核批准，理由：%(reason)s") % {"reason": entry.data.get("reason", "")}

    @actions.register_action("safety.let_stand")
    class LetStand(LogFormatter):
        label = _("放行个人信息")

        def format_message(self, entry):
            values = {name: entry.data.get(name, "") for name in ("kind", "masked", "reason")}
            return _("放行%(kind)s“%(masked)s”，理由：%(reason)s") % values

    @actions.register_action("editorial.removal_request")
    class RequestDecided(LogFormatter):
        label = _("撤下、更正申请")

        def format_message(self, entry):
            names = dict(RemovalRequest.STATES)
            state = names.get(entry.data.get("state"), "")
            values = {"number": entry.data.get("number", ""), "state": state}
            return _("申请 %(number)s：%(state)s") % values

    @actions.register_action("editorial.purge_copies")
    class CopiesPurged(LogFormatter):
        label = _("清除旧稿")

        def format_message(self, entry):
            return _("清除旧稿，理由：%(reason)s") % {"reason": entry.data.get("reason", "")}

    @actions.register_action("safety.withdraw")
    class Withdrawn(LogFormatter):
        label = _("撤下")

        def format_message(self, entry):
            values = {name: entry.data.get(name, "") for name in ("withdrawal", "reason")}
            return _("撤下一页（编号 %(withdrawal)s），理由：%(reason)s") % values

    @actions.register_action("safety.not_published")
    class NotPublished(LogFormatter):
        label = _("到时未发布")

        def format_message(self, entry):
            return entry.data.get("message", "")


def _told(entry, sentence) -> str:
    """An appointment or dismissal in words: whom, as what, where, from when until when, and why."""
    known = {name: entry.data.get(name, "") for name in ("body", "from", "until", "why")}
    names = {"person": entry.data.get("person", ""), "role": entry.data.get("role_name", "")}
    parts = [sentence % names]
    if known["body"]:
        parts.append(known["body"])
    if known["from"]:
        until = known["until"] or gettext("没有期限")
        parts.append(gettext("任期%(from)s至%(until)s") % {"from": known["from"], "until": until})
    if known["why"]:
        parts.append(gettext("原因：%(why)s") % known)
    return "；".join(parts)
