"""`manage.py update_hint_rules`: takes over the shipped rules of the hints nobody changed here."""

import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from covenants.hint_update import (
    ADDED,
    CHANGED_HERE,
    COUNTY_OWN,
    DELETED_HERE,
    UPDATED,
    Outcome,
    update_rules,
)
from covenants.legality import BookFault


class Command(BaseCommand):
    """Says what it took over, what it left and which shipped words the rules left lack."""

    help = _("用随软件新带的合法性提示规则更新本站没有改过的，列出留着没动的。")

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help=_("只报告，不保存"))
        parser.add_argument("--json", action="store_true", help=_("输出 JSON"))

    def handle(self, *, dry_run, **options):
        try:
            outcomes = update_rules(dry_run=dry_run)
        except BookFault as fault:
            raise CommandError(
                _("规则用不了，什么也没有改：%(fault)s") % {"fault": fault}
            ) from fault
        if options["json"]:
            rows = [asdict(outcome) for outcome in outcomes]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for outcome in outcomes:
            self.stdout.write(_line(outcome))
        if not outcomes:
            self.stdout.write(_("规则已经是最新的。"))
        if dry_run:
            self.stdout.write(_("这次只是报告，没有保存。"))


def _line(outcome: Outcome) -> str:
    what = {
        ADDED: _("新增"),
        UPDATED: _("更新"),
        CHANGED_HERE: _("本站改过，没有动"),
        DELETED_HERE: _("本站删除了，没有加回"),
        COUNTY_OWN: _("县里有自己的规则，没有动"),
    }[outcome.what]
    parts = {
        "words": _("用词"),
        "texts": _("名称、级别和说明"),
        "grounds": _("依据"),
        "list": _("用词表"),
    }
    words = [what, outcome.county, outcome.name, parts[outcome.part]]
    if lacking := [word for words in outcome.missing.values() for word in words]:
        words.append(_("缺新带的词：%(words)s") % {"words": "、".join(lacking)})
    return "\t".join(filter(None, words))
