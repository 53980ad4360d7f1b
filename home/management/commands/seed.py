"""Fills the site with generated content at scale. Safe to interrupt and to repeat."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

import villages
from home.sample_content import require_sample_allowed
from home.seeding.writing import Wanted, plan, real_villages, write
from home.site_setup import ensure_site
from search import outbox

DIVISIONS = Path(villages.__file__).parent / "data" / "chuxiong_divisions.csv"
REBUILD_FROM = 5000
"""Pending index entries from which a whole rebuild is faster than draining them."""


class Command(BaseCommand):
    help = (
        "Add generated, invented content below the first villages of the division tree (which is "
        "imported first where it is missing): villager groups, a covenant and four charters for "
        "each village and group, consultation records, households. The numbers are totals for "
        "those villages: what is there already counts, a second run adds nothing, a killed one "
        "is completed. One prefecture: --villages 1106 --groups 15000 --consultations 60000 "
        "--households 10000."
    )

    def add_arguments(self, parser):
        parser.add_argument("--villages", type=_number, default=50, metavar="N")
        parser.add_argument("--groups", type=_number, default=0, metavar="N")
        parser.add_argument("--consultations", type=_number, default=0, metavar="N")
        parser.add_argument("--households", type=_number, default=0, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument(
            "--no-index", action="store_true", help="leave the search index to manage.py work"
        )

    def handle(self, *, seed, no_index, verbosity, **options):
        try:
            require_sample_allowed()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        names = ("villages", "groups", "consultations", "households")
        wanted = Wanted(*(options[name] for name in names), seed)
        with outbox.later():
            self._ensure_villages(wanted.villages, verbosity)
            places = plan(wanted)
            total = sum(village.pages for village in places)
            with tqdm(total=total, unit="页", desc="生成", disable=not verbosity) as bar:
                made = write(places, seed, bar.update)
        if not no_index:
            self._index(verbosity)
        if verbosity:
            self.stdout.write(f"共 {total} 页，本次新增 {sum(made.values())} 页。")

    def _ensure_villages(self, number, verbosity):
        ensure_site()
        if len(real_villages(number)) < number:
            self.stderr.write("村(社区)不够，先导入区划表。")
            call_command("import_divisions", str(DIVISIONS), verbosity=verbosity)
        found = len(real_villages(number))
        if found < number:
            self.stderr.write(f"区划表里只有 {found} 个村(社区)，按 {found} 个生成。")

    def _index(self, verbosity):
        pending, _oldest = outbox.backlog()
        if pending < REBUILD_FROM:
            outbox.drain(wait=True)
        elif any(index.is_rebuilding() for index in outbox.configured_directories()):
            self.stderr.write("检索目录正由别的进程重建，余下的由 manage.py work 完成。")
        else:
            call_command("update_index", verbosity=verbosity)


def _number(text):
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number
