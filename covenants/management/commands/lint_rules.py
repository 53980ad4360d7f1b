"""`manage.py lint_rules FILE --json`: what in a file may be against the law. Stores nothing."""

import json

from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.hint_book import book_for
from covenants.legality import lint
from covenants.management.file_command import FileCommand


class Command(FileCommand):
    """Prints hints for a human reviewer, as JSON or line by line; they are no verdict."""

    help = _("检查规约文件里可能违法的内容并显示提示，不保存。")

    def show(self, rules, *, as_json):
        book = book_for()
        hits = lint(rules, book=book, on=timezone.localdate())
        if as_json:
            self.stdout.write(json.dumps(hits, ensure_ascii=False, indent=2))
            return
        levels = {"red": _("红"), "amber": _("黄"), "grey": _("灰")}
        for hit in hits:
            name = book.by_key[hit["rule"]].name
            words = [levels[hit["level"]], hit["article"], name, hit["match"], hit["ground"]]
            self.stdout.write("\t".join(words))
