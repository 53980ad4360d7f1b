"""Loads the sample content into a development site; what is there already is passed over."""

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from home import sample_content as sample
from home import sample_readings
from home.sample_accounts import load_accounts
from home.sample_ledgers import load_ledgers
from home.site_setup import ensure_site


class Command(BaseCommand):
    help = "Load the sample content (development only)."

    def handle(self, **options):
        try:
            sample.require_sample_allowed()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        ensure_site()
        call_command("import_divisions", str(sample.FOLDER / "places.csv"), verbosity=0)
        sample.mark_sample_counties()
        call_command("import_groups", str(sample.FOLDER / "groups.csv"), verbosity=0)
        faults = 0
        # One transaction, one round of index work instead of one for each page.
        with transaction.atomic():
            for outcome in tqdm(sample.load_rules(), desc="示例规约", unit="份", mininterval=1):
                if outcome.status in ("refused", "conflict"):
                    faults += 1
                    self.stderr.write(f"{outcome.file}：{outcome.message}")
            sample.load_one_minute()
            sample_readings.load_readings()
            sample.confirm_limits()
            sample.load_changes()
            load_ledgers()
            records = sample.load_consultations()
            households, features = sample.load_households(), sample.load_features()
            load_accounts()
            followed = sample.load_followings()
        self.stdout.write(
            f"示例新增：协商记录 {records}，示范户 {households}，典型案例 {features}，"
            f"沿用村约的小组 {followed}"
        )
        if faults:
            raise CommandError(f"{faults} 份示例规约没有载入。")
