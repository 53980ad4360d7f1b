"""Reads the limits of every edition that has not been read yet."""

from django.core.management.base import BaseCommand
from tqdm import tqdm

from covenants.limit_proposals import read_some
from covenants.models import Edition

AT_ONCE = 200


class Command(BaseCommand):
    help = "Propose the limits of all editions not read yet (the background work does the same)."

    def handle(self, **options):
        left = Edition.objects.filter(limit_reading__isnull=True).count()
        with tqdm(total=left, desc="提取限额", unit="版", mininterval=1) as bar:
            while done := read_some(AT_ONCE):
                bar.update(done)
        self.stdout.write(f"已读 {left} 版。")
