"""A rule stays where it was made: another village's votes and filings are none of its own.

A place may move with the rules below it (villages change townships), but not out of reach of a
go-live date that has come; a rule that was adopted, or whose ledger was begun, does not move to
another place, nor a group to another village while a ledger below it is under way. Asked before
every move, whichever way it comes.
"""

from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.signals import pre_page_move

from covenants.filing_rule import go_live_days, puts_off
from covenants.models import Edition, Procedure, RulePage
from editorial.review import ReviewRefused
from villages.models import GroupPage
from villages.models.public import COUNTY
from villages.places import path_range


def connect() -> None:
    pre_page_move.connect(_refuse, dispatch_uid="covenants.refuse_move")


def _refuse(instance, parent_page_before, parent_page_after, **kwargs) -> None:
    if parent_page_before.pk == parent_page_after.pk:
        return
    if reason := why_not(instance) or _why_not_there(instance, parent_page_after):
        raise ReviewRefused(reason)


def _why_not_there(page: Page, parent: Page) -> str:
    """Why covenants at a place or below may not come under the county of `parent`; empty where
    they may."""
    days = go_live_days([page.path, parent.path])
    now, then = days.get(page.path[:COUNTY]), days.get(parent.path[:COUNTY])
    if now is None or not puts_off(now, then):
        return ""
    return _(
        "这里从%(day)s起规约要先备案，不能移到还没有启用或者启用更晚的县。"
        "请先把那个县的启用日期设为同一天或更早。"
    ) % {"day": now.isoformat()}


def why_not(page: Page) -> str:
    """Why a page may not stand below another place than now; empty where it may."""
    if issubclass(page.specific_class, RulePage):
        made = Procedure.objects.filter(page_id=page.pk), Edition.objects.filter(page_id=page.pk)
        if any(rows.exists() for rows in made):
            return _(
                "这份规约已经在这里办过程序或者施行过，不能移到别处。别的村、别的组要用，"
                "请在那里另立一份，按程序通过。"
            )
    elif issubclass(page.specific_class, GroupPage):
        below = Procedure.objects.running().filter(page__path__range=path_range(page.path))
        if below.exists():
            return _("本组的规约正在办程序，由现在的村作后盾。请先办完或者停办，再移动小组。")
    return ""
