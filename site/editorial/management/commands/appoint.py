"""Appoints someone to a role at a place, or dismisses them, and says what changed."""

import datetime

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from editorial.appointments import AppointmentError, appoint, dismiss
from editorial.places import find_place
from editorial.roles import ROLES


def _day(text):
    return datetime.date.fromisoformat(text)


class Command(BaseCommand):
    help = _("任命或免去某人在某地的角色。")

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("role", choices=list(ROLES))
        parser.add_argument("--at", required=True, help=_("区划代码、页面路径(/…/)或页面编号"))
        parser.add_argument("--dismiss", action="store_true", help=_("免去而不是任命"))
        parser.add_argument("--since", type=_day, help=_("任期第一天(2027-03-01)；不写为现在"))
        parser.add_argument("--until", type=_day, help=_("任期最后一天；不写为没有期限或立即免去"))

    def handle(self, *args, username, role, at, since, until, **options):
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(_("没有用户“%(name)s”。") % {"name": username})
        page = find_place(at)
        if page is None:
            raise CommandError(_("找不到“%(place)s”。") % {"place": at})
        try:
            if options["dismiss"]:
                done = dismiss(user, role, page, as_of=until)
                text = _("已免去") if done else _("本来没有任命，未作改动")
            else:
                appoint(user, role, page, since=since, until=until)
                text = _("已任命")
        except AppointmentError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{text}:{username} · {ROLES[role].name} · {page.title}")
