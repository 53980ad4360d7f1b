"""Appoints someone to a role at a place, or dismisses them, and says what changed."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from editorial.appointments import AppointmentError, appoint, dismiss
from editorial.places import find_place
from editorial.roles import ROLES


class Command(BaseCommand):
    help = _("任命或免去某人在某地的角色。")

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("role", choices=list(ROLES))
        parser.add_argument("--at", required=True, help=_("区划代码、页面路径(/…/)或页面编号"))
        parser.add_argument("--dismiss", action="store_true", help="免去而不是任命")

    def handle(self, *args, username, role, at, **options):
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(_("没有用户“%(name)s”。") % {"name": username})
        page = find_place(at)
        if page is None:
            raise CommandError(_("找不到“%(place)s”。") % {"place": at})
        try:
            if options["dismiss"]:
                done = dismiss(user, role, page)
                text = _("已免去") if done else _("本来没有任命，未作改动")
            else:
                appoint(user, role, page)
                text = _("已任命")
        except AppointmentError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{text}:{username} · {ROLES[role].name} · {page.title}")
