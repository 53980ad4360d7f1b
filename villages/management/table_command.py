"""What commands that import a table have in common: their arguments, and how they answer."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from villages.csv_table import UnreadableTable


class TableCommand(BaseCommand):
    """Imports a CSV file and reports refused rows by line.

    A subclass says what a step of progress is (`step`), imports (`read`) and sums up (`summary`).
    `refused` are the errors after which nothing was imported; they are told in their own words.
    """

    step: str
    refused: tuple[type[Exception], ...] = (UnreadableTable,)

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="CSV")
        parser.add_argument("--dry-run", action="store_true", help="report only, change nothing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def read(self, content: bytes, *, dry_run: bool, progress):
        """Import the table; `progress` wraps what is worked through. Returns the report."""
        raise NotImplementedError

    def summary(self, report) -> list[str]:
        """The report in lines, without its refused rows."""
        raise NotImplementedError

    def handle(self, **options):
        quiet = options["json"] or options["verbosity"] == 0

        def progress(steps):
            return tqdm(steps, desc=str(self.step), unit="", disable=quiet or None)

        try:
            report = self.read(
                options["file"].read_bytes(), dry_run=options["dry_run"], progress=progress
            )
        except OSError as error:
            raise CommandError(_("读不到文件：%s") % error) from error
        except self.refused as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
            return
        for problem in report.problems:
            self.stderr.write(f"第{problem.line}行 {problem.code}:{problem.reason}")
        if options["verbosity"]:
            for line in self.summary(report):
                self.stdout.write(line)
