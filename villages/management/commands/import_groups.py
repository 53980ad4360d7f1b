"""Makes villager groups, and notes official numbers of groups, from a CSV file."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from villages.csv_table import UnreadableTable
from villages.group_import import import_groups


class Command(BaseCommand):
    help = (
        "Make villager groups from a CSV file: village (division code), number and/or name; or "
        "note a village's official number of groups: village, official_groups, counted_on. Safe "
        "to repeat; deletes nothing. Refused rows are reported by line; the exit code is 0 as "
        "long as the file could be read, 1 where nothing could be."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="CSV")
        parser.add_argument("--dry-run", action="store_true", help="report only, change nothing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, **options):
        quiet = options["json"] or options["verbosity"] == 0

        def progress(villages):
            return tqdm(villages, desc=_("村（社区）"), unit="", disable=quiet or None)

        try:
            report = import_groups(
                options["file"].read_bytes(), dry_run=options["dry_run"], progress=progress
            )
        except OSError as error:
            raise CommandError(_("读不到文件：%s") % error) from error
        except UnreadableTable as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
            return
        for problem in report.problems:
            self.stderr.write(f"第{problem.line}行 {problem.code}:{problem.reason}")
        if options["verbosity"]:
            if report.dry_run:
                self.stdout.write(_("试运行，没有改动。"))
            self.stdout.write(
                _(
                    "新增小组%(created)d；更名%(renamed)d；未变%(unchanged)d；"
                    "更新小组数的村（社区）%(counted)d；拒收%(refused)d行。"
                )
                % {**report.as_dict(), "refused": len(report.problems)}
            )
