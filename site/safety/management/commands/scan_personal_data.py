"""Scan a file, or all that is public, for personal data; the words themselves are never printed."""

import json
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from safety import rescan
from safety.files.texts import Unreadable, file_texts
from safety.models import ScannedPage
from safety.personal_data import scan, scan_markup
from safety.records import found_in_records

MARKUP = {".html", ".htm"}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", help=".txt, .html, .docx, .pdf, .xlsx or a picture")
        parser.add_argument("--all", action="store_true", help="scan all public pages that are due")
        parser.add_argument("--again", action="store_true", help="with --all: every page is due")
        parser.add_argument("--json", action="store_true", help="print a list of objects")

    def handle(self, *, file, json, **options):
        if options["all"]:
            self._scan_all(json, again=options["again"])
            return
        if not file:
            raise CommandError("Name a file, or give --all.")
        self._report(_scan_file(Path(file)), json)

    def _scan_all(self, as_json: bool, *, again: bool):
        """Go on where the last run stopped, then print what stands noted, page by page."""
        if again:
            rescan.forget_all()
        done, waiting = 0, rescan.due().count()
        while number := rescan.scan_some():
            done += number
            self.stderr.write(f"{done}/{max(done, waiting)}")
        rows = ScannedPage.objects.exclude(red=0, amber=0).select_related("page").order_by("page")
        first = True
        for found in _in_records():
            self._print(found, as_json, first=first)
            first = False
        for row in rows.iterator(chunk_size=200):
            for one in row.findings:
                found = {"page": row.page_id, "title": row.page.title} | one
                self._print(found, as_json, first=first)
                first = False
        if as_json:
            self.stdout.write("[]" if first else "]")

    def _print(self, found: dict, as_json: bool, *, first: bool):
        if as_json:
            line = json.dumps(found, ensure_ascii=False)
            self.stdout.write(("[" if first else ",") + line)
        else:
            self.stdout.write("\t".join(str(value) for value in found.values()))

    def _report(self, found: list[dict], as_json: bool):
        if as_json:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        for one in found:
            self.stdout.write("\t".join(str(value) for value in one.values()))


def _in_records() -> Iterator[dict]:
    """Findings in what is public without being a page, in the form of those of pages."""
    with translation.override("zh-hans"):
        for record, found in found_in_records():
            for one in found:
                yield {
                    "record": record._meta.label,
                    "title": one.text.where,
                    "kind": one.finding.kind,
                    "level": one.finding.level,
                    "masked": one.finding.masked,
                    "excerpt": one.excerpt,
                }


def _scan_file(path: Path) -> list[dict]:
    """[{"kind", "masked", "offset"}]; in files of several parts also "place".

    `offset` is in code points of the text (of its place).
    """
    try:
        data = path.read_bytes()
        texts = file_texts(data)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except Unreadable as error:
        raise CommandError(f"{path}: {error.code}") from error
    look = scan_markup if path.suffix.lower() in MARKUP else scan
    return [
        {"kind": finding.kind, "masked": finding.masked, "offset": finding.start}
        | ({"place": one.place} if one.place else {})
        for one in texts
        for finding in look(one.text)
    ]
