"""`manage.py lint_rules FILE --json`: what in a file may be against the law. Stores nothing."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.hint_book import book_for
from covenants.legality import lint
from covenants.parsing import ReadError, parse_file


class Command(BaseCommand):
    """Prints hints for a human reviewer, as JSON or line by line; they are no verdict."""

    help = _("检查规约文件里可能违法的内容并显示提示，不保存。")
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", help=_("规约文件：.docx、.txt、.md、PDF 等"))
        parser.add_argument("--json", action="store_true", help=_("输出 JSON"))

    def handle(self, *args, **options):
        try:
            rules = parse_file(options["file"])
        except ReadError as error:
            raise CommandError(str(error)) from error
        book = book_for()
        hits = lint(rules, book=book, on=timezone.localdate())
        if options["json"]:
            self.stdout.write(json.dumps(hits, ensure_ascii=False, indent=2))
            return
        levels = {"red": _("红"), "amber": _("黄"), "grey": _("灰")}
        for hit in hits:
            name = book.by_key[hit["rule"]].name
            words = [levels[hit["level"]], hit["article"], name, hit["match"], hit["ground"]]
            self.stdout.write("\t".join(words))
