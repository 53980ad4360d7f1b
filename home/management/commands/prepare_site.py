"""Makes home page, feature list and review workflow; safe to run again."""

from django.core.management.base import BaseCommand

from home.site_setup import ensure_site


class Command(BaseCommand):
    help = "Create the home page, the list of features and the review workflow where missing."

    def handle(self, **options):
        home = ensure_site()
        self.stdout.write(f"首页：{home.title}")
