"""A rule stays where it was made: another village's votes and filings are none of its own.

A place may move with the rules below it (villages change townships); a rule that was adopted, or
whose ledger was begun, does not move to another place, nor a group to another village while a
ledger below it is under way. Asked before every move, whichever way it comes.
"""

from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.signals import pre_page_move

from covenants.models import Edition, Procedure, RulePage
from editorial.review import ReviewRefused
from villages.models import GroupPage
from villages.places import path_range


def connect() -> None:
    pre_page_move.connect(_refuse, dispatch_uid="covenants.refuse_move")


def _refuse(instance, parent_page_before, parent_page_after, **kwargs) -> None:
    if parent_page_before.pk != parent_page_after.pk and (reason := why_not(instance)):
        raise ReviewRefused(reason)


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
