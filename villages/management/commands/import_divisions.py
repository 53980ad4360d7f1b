"""Makes or updates the area tree from a table of administrative divisions."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from villages.csv_table import UnreadableTable
from villages.division_import import NoHomePage, Report, import_divisions


class Command(BaseCommand):
    help = (
        "Make or update county, township and village pages from a CSV file (columns code, name, "
        "parent, level; UTF-8, UTF-16 or GB18030). Safe to repeat and to interrupt. Renamed and "
        "recoded places keep their page, vanished places are reported, never deleted. Rows that "
        "are refused are reported by line; the exit code is 0 as long as the file could be read, "
        "1 where nothing could be."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="CSV")
        parser.add_argument("--dry-run", action="store_true", help="report only, change nothing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, **options):
        quiet = options["json"] or options["verbosity"] == 0

        def progress(townships):
            return tqdm(townships, desc=_("乡镇"), unit="", disable=quiet or None)

        try:
            report = import_divisions(
                options["file"].read_bytes(),
                dry_run=options["dry_run"],
                today=timezone.localdate(),
                progress=progress,
            )
        except OSError as error:
            raise CommandError(_("读不到文件：%s") % error) from error
        except (UnreadableTable, NoHomePage) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
        else:
            self._tell(report, options["verbosity"])

    def _tell(self, report: Report, verbosity: int) -> None:
        for problem in report.problems:
            self.stderr.write(f"第{problem.line}行 {problem.code}:{problem.reason}")
        if verbosity == 0:
            return
        for title, entries in (
            (_("更名"), report.renamed),
            (_("变更代码"), report.recoded),
            (_("调整隶属"), report.moved),
        ):
            for entry in entries:
                self.stdout.write(f"{title}:{entry['name']} {entry['old']} → {entry['new']}")
        for place in report.vanished:
            self.stdout.write(_("表中已无（未删除）：%(area)s %(code)s") % place)
        for note in report.notes:
            self.stdout.write(note)
        if report.dry_run:
            self.stdout.write(_("试运行，没有改动。"))
        self.stdout.write(
            _(
                "新增：县（市）%(county)d，乡镇%(township)d，村（社区）%(village)d；未变%(same)d；"
                "更名%(renamed)d；变更代码%(recoded)d；调整隶属%(moved)d；表中已无%(gone)d；"
                "拒收%(refused)d行。"
            )
            % {
                **report.created,
                "same": report.unchanged,
                "renamed": len(report.renamed),
                "recoded": len(report.recoded),
                "moved": len(report.moved),
                "gone": len(report.vanished),
                "refused": len(report.problems),
            }
        )
