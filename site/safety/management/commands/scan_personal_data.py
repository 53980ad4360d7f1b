"""Scan a file, or all that is public, for personal data; the words themselves are never printed."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from safety.files.texts import Unreadable, file_texts
from safety.personal_data import scan, scan_markup

MARKUP = {".html", ".htm"}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", help=".txt, .html, .docx, .pdf, .xlsx or a picture")
        parser.add_argument("--json", action="store_true", help="print a list of objects")

    def handle(self, *, file, json, **options):
        if not file:
            raise CommandError("Name a file.")
        self._report(_scan_file(Path(file)), json)

    def _report(self, found: list[dict], as_json: bool):
        if as_json:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        for one in found:
            self.stdout.write("\t".join(str(value) for value in one.values()))


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
