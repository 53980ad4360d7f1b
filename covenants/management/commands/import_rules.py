"""Imports files of rules as drafts, or with --publish as legacy editions."""

import json
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from covenants.file_names import why_refused
from covenants.importing import import_rules
from covenants.kinds import KINDS
from covenants.rule_files import Refused, RuleFile, files_below, read_manifest
from covenants.weighing import CONFLICT, REFUSED, Outcome
from search import outbox
from search.index import IndexBusy, IndexUnavailable

NAMES = {
    "created": "新建",
    "edition": "新版",
    "skipped": "已有",
    "conflict": "冲突",
    "refused": "未导入",
}


class Command(BaseCommand):
    help = (
        "Import .docx, .txt and .md files, folders and .zip files as drafts. Each file lands whole "
        "or is reported; exit code 1 when a file was refused or in conflict."
    )

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--village", metavar="CODE", default="")
        parser.add_argument("--group", metavar="N", default="")
        parser.add_argument(
            "--kind",
            choices=KINDS,
            default="",
            help="for files of one document; without it each document's title decides",
        )
        parser.add_argument("--manifest", type=Path, metavar="CSV")
        parser.add_argument("--publish", action="store_true", help="publish as legacy editions")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, paths, manifest, publish, dry_run, **options):
        if not manifest and not options["village"]:
            raise CommandError("请用 --village 指明村（社区）代码，或用 --manifest 给出清单。")
        try:
            rows = read_manifest(manifest.read_bytes()) if manifest else None
        except OSError as error:
            raise CommandError(f"清单读不了：{manifest}") from error
        except Refused as error:
            raise CommandError(f"{manifest}:{error}") from error
        files, outcomes = self.collect(paths, rows, options | {"manifest": manifest})
        run = import_rules(files, publish=publish, dry_run=dry_run)
        progress = tqdm(run, total=len(files), disable=options["json"] or len(files) < 5)
        outcomes += list(progress)
        if not dry_run:
            self.index()
        self.report(outcomes, as_json=options["json"], dry_run=dry_run)
        if any(o.status in (CONFLICT, REFUSED) for o in outcomes):
            raise SystemExit(1)

    def index(self):
        """What was imported is found at once, unless another process is at the index."""
        try:
            outbox.drain(wait=True)
        except (IndexBusy, IndexUnavailable, OSError) as error:
            self.stderr.write(f"检索目录暂时不能更新，由 manage.py work 补上：{error}")

    def collect(self, paths, rows, options):
        """(files, outcomes of those that cannot even be read)."""
        files, outcomes, unlisted = [], [], dict(rows or {})
        own = options["manifest"].resolve() if options["manifest"] else None
        for path in paths:
            try:
                for name, read in files_below(path):
                    if (path / name).resolve() == own:
                        continue
                    if refusal := why_refused(name):
                        unlisted.pop(name, None)
                        outcomes.append(Outcome(name, REFUSED, refusal))
                    elif rows is None:
                        files.append(
                            RuleFile(
                                name,
                                read,
                                code=options["village"],
                                group=options["group"],
                                kind=options["kind"],
                            )
                        )
                    elif name in rows:
                        unlisted.pop(name, None)
                        row = {k: v for k, v in rows[name].items() if k != "file"}
                        files.append(RuleFile(name, read, **row))
                    else:
                        outcomes.append(Outcome(name, REFUSED, "清单里没有这个文件。"))
            except (Refused, OSError) as error:
                outcomes.append(Outcome(str(path), REFUSED, str(error)))
        outcomes += [Outcome(name, REFUSED, "清单里有，但没有找到文件。") for name in unlisted]
        files.sort(key=lambda f: (f.code, f.group, f.kind, f.adopted, f.edition))
        return files, outcomes

    def report(self, outcomes, *, as_json, dry_run):
        if as_json:
            self.stdout.write(
                json.dumps([o.as_dict() for o in outcomes], ensure_ascii=False, indent=1)
            )
            return
        for outcome in outcomes:
            if outcome.message or outcome.warnings:
                details = ";".join(x for x in [outcome.message, *outcome.warnings] if x)
                self.stdout.write(f"{NAMES[outcome.status]}  {outcome.file}  {details}")
        counts = Counter(o.status for o in outcomes)
        total = ",".join(f"{NAMES[s]} {counts[s]}" for s in NAMES if counts[s])
        self.stdout.write(
            ("试运行（什么都没有保存）：" if dry_run else "") + (total or "没有文件。")
        )
