"""What commands that look at a file of rules have in common."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from covenants.parsing import ParsedRules, ReadError, parse_file


class FileCommand(BaseCommand):
    """Reads the file and shows what a subclass makes of it, as JSON or in words; stores nothing."""

    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", help=_("规约文件：.docx、.txt、.md、PDF 等"))
        parser.add_argument("--json", action="store_true", help=_("输出 JSON"))

    def handle(self, **options):
        try:
            rules = parse_file(options["file"])
        except ReadError as error:
            raise CommandError(str(error)) from error
        self.show(rules, as_json=options["json"])

    def show(self, rules: ParsedRules, *, as_json: bool) -> None:
        raise NotImplementedError
