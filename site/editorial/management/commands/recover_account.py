"""Lets someone into their account again, for whoever runs the machine."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from editorial.recovery import STEPS


class Command(BaseCommand):
    help = _("帮人登录：解除锁定、重设密码(打印一次性链接)、作废手机、退出所有设备。")

    def add_arguments(self, parser):
        parser.add_argument("username")
        for name in STEPS:
            parser.add_argument(f"--{name}", action="store_true")

    def handle(self, *args, username, **options):
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(_("没有用户“%(name)s”。") % {"name": username})
        chosen = [step for name, step in STEPS.items() if options[name]]
        if not chosen:
            raise CommandError(_("请至少选一项：%s") % " ".join(f"--{name}" for name in STEPS))
        for step in chosen:
            done = step(user)
            self.stdout.write(f"{done.text}\n{done.link}".strip())
