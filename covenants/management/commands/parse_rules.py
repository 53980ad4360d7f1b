"""`manage.py parse_rules FILE --json`: shows how a file would be split. Stores nothing."""

import json

from django.utils.translation import gettext as _

from covenants.management.file_command import FileCommand
from covenants.parsing import Item, ParsedRules


class Command(FileCommand):
    """Prints the structure of a file, as JSON or as an outline."""

    help = _("把规约文件拆分为章、条、项并显示结果，不保存。")

    def show(self, rules, *, as_json):
        if as_json:
            self.stdout.write(json.dumps(rules.as_dict(), ensure_ascii=False, indent=2))
        else:
            self._write_outline(rules)

    def _write_outline(self, rules: ParsedRules) -> None:
        self.stdout.write(rules.title or _("（没有标题）"))
        for chapter in rules.chapters:
            if chapter.label or chapter.title:
                self.stdout.write(f"{chapter.label} {chapter.title}".strip())
            for article in chapter.articles:
                self._write_item(article, depth=1)
        if rules.closing:
            self.stdout.write(rules.closing)
        for warning in rules.warnings:
            self.stderr.write(warning.message)
        for entry in rules.unplaced:
            self.stderr.write(
                _("未归入正文（第 %(line)d 行）：%(text)s")
                % {"line": entry.line, "text": entry.text}
            )

    def _write_item(self, item: Item, depth: int) -> None:
        self.stdout.write(f"{'  ' * depth}{item.label} {item.text}".rstrip())
        for inner in item.items:
            self._write_item(inner, depth + 1)
