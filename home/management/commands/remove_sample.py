"""Removes everything that load_sample made."""

from django.core.management.base import BaseCommand

from home.sample_content import remove


class Command(BaseCommand):
    help = "Delete the sample counties with all they hold, sample features, pictures and accounts."

    def handle(self, **options):
        counts = remove()
        self.stdout.write("已删除示例：" + ",".join(f"{k} {v}" for k, v in counts.items()))
