"""Prints the sample accounts of a development site."""

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand

from home.sample_accounts import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = "Print the address and the sample accounts (development only)."

    def handle(self, **options):
        if not settings.CUNYUE_SAMPLE:
            return
        existing = set(User.objects.values_list("username", flat=True))
        self.stdout.write(
            f"网站 {settings.PUBLIC_BASE_URL}/  后台 {settings.PUBLIC_BASE_URL}/admin/"
        )
        self.stdout.write(f"示例账号（密码都是 {PASSWORD}）：")
        for name, title, _role, _node in ACCOUNTS:
            if name in existing:
                self.stdout.write(f"  {name:<10} {title}")
