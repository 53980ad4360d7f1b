"""``manage.py check_index``: whether the index says what the database says."""

import json
import logging
import time
from contextlib import suppress

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelsearch.backends import get_search_backends_with_name

from search import check, outbox, writer
from search.index import Defect, IndexBusy

logger = logging.getLogger(__name__)

EXAMPLES = 5

KIND_TEXTS = {
    "missing": gettext_lazy("索引里缺少"),
    "ghost": gettext_lazy("数据库里已没有"),
    "double": gettext_lazy("索引里重复"),
    "stale": gettext_lazy("索引里的内容过时"),
}
DEFECT_TEXTS = {
    Defect.REFUSED: gettext_lazy("检索目录不能使用。"),
    Defect.MISSING: gettext_lazy("还没有检索目录。"),
    Defect.DAMAGED: gettext_lazy("检索目录已损坏。"),
    Defect.OUTDATED: gettext_lazy("检索目录由另一版本的程序建立。"),
    Defect.INCOMPLETE: gettext_lazy("检索目录尚未完整建立。"),
}


def _summary(report) -> tuple[str, dict]:
    counts = {kind: len(report.found[kind]) for kind in check.KINDS if report.found[kind]}
    return report.path, {"defect": str(report.defect), **counts}


class Command(BaseCommand):
    help = "Compares index and database. Exit code 0: they agree; 1: they differ."

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="bring the index up to date")
        parser.add_argument("--deep", action="store_true", help="compare every text, too (slow)")
        parser.add_argument("--purge", action="store_true", help="drop deleted texts for good")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, repair, deep, purge, **options):
        self.talks = options["verbosity"] > 0 and not options["json"]
        told = []
        for name, backend in get_search_backends_with_name():
            if hasattr(backend, "directory"):
                told.append(self._handle_one(name, backend.directory, repair, deep))
                if purge and not told[-1]["defect"]:
                    writer.purge(backend.directory, thorough=True)
                    with suppress(IndexBusy):
                        backend.directory.drop_previous()
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        if not all(one["clean"] for one in told):
            raise SystemExit(1)

    def _handle_one(self, name, directory, repair, deep) -> dict:
        started = time.perf_counter()
        report = check.check(directory, deep=deep)
        described = self._tell(report)
        if repair and not report.clean:
            logger.warning(
                "The search index in %s differs from the database: %s", *_summary(report)
            )
            self._repair(name, directory, report)
            report = check.check(directory, deep=deep)
            described |= {"repaired": report.clean, "clean": report.clean}
            if not report.clean:
                self._say(_("修复之后仍有差异："))
            self._tell(report)
        if report.defect not in (Defect.REFUSED, Defect.MISSING):
            self._record(directory, report)
        return {"backend": name} | described | {"seconds": round(time.perf_counter() - started, 1)}

    def _repair(self, name, directory, report) -> None:
        if report.defect is Defect.REFUSED:
            return
        if report.defect:
            self._say(_("正在重建检索目录……"))
            call_command("update_index", backend_name=name, if_needed=True, verbosity=0)
            return
        count = check.repair(report)
        self._say(_("正在更新 %d 项……") % count)
        outbox.drain(wait=True, also=[directory])

    def _record(self, directory, report) -> None:
        try:
            check.record(directory, report)
        except OSError as error:
            self.stderr.write(str(error))

    def _tell(self, report) -> dict:
        found = {
            kind: {
                "count": len(report.found[kind]),
                "examples": [f"{label}:{pk}" for label, pk in report.found[kind][:EXAMPLES]],
            }
            for kind in check.KINDS
        }
        self._say(
            _("%(path)s：索引 %(documents)d 篇，数据库 %(objects)d 项。")
            % {"path": report.path, "documents": report.documents, "objects": report.objects}
        )
        if report.defect:
            self._say(report.refusal or DEFECT_TEXTS[report.defect])
        for kind, one in found.items():
            if one["count"]:
                self._say(
                    _("%(what)s：%(count)d 项，例如 %(examples)s")
                    % {
                        "what": KIND_TEXTS[kind],
                        "count": one["count"],
                        "examples": "、".join(one["examples"]),
                    }
                )
        if report.clean:
            self._say(_("两者一致。"))
        return {
            "path": report.path,
            "defect": str(report.defect),
            "refusal": report.refusal,
            "documents": report.documents,
            "objects": report.objects,
            **found,
            "clean": report.clean,
        }

    def _say(self, text) -> None:
        if self.talks:
            self.stdout.write(str(text))
