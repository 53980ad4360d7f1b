"""Writes the rules of a place to a folder or a zip."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from covenants.export import FORMATS
from covenants.export.bundle import MANIFEST, place_files, stream_zip
from villages.lookup import area_by_code


class Command(BaseCommand):
    help = (
        "Export the public rules of a village, township or county and of all places in it, with a "
        "manifest that import_rules takes. OUT is a .zip or a folder; the zip appears whole."
    )

    def add_arguments(self, parser):
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("--format", choices=list(FORMATS), default="docx")
        parser.add_argument("--out", type=Path, required=True, metavar="FOLDER_OR_ZIP")
        parser.add_argument(
            "--working", action="store_true", help="the editors' working texts, drafts included"
        )

    def handle(self, *, code, format, out, working, **options):
        area = area_by_code(code)
        if area is None:
            raise CommandError(f"没有代码为 {code} 的地方。")
        files = place_files(area, format, settings.PUBLIC_BASE_URL, working=working)
        counted = _Counted(tqdm(files, unit="份", disable=options["verbosity"] < 1))
        try:
            (_write_zip if out.suffix.lower() == ".zip" else _write_folder)(counted, out)
        except OSError as error:
            raise CommandError(f"写不了 {out}：{error.strerror}。") from error
        self.stdout.write(f"{area.title}：导出 {counted.rules} 份，在 {out}。")


class _Counted:
    """Passes files on and counts the rules among them."""

    def __init__(self, files):
        self._files = files
        self.rules = 0

    def __iter__(self):
        for path, content in self._files:
            self.rules += path != MANIFEST
            yield path, content


def _write_folder(files, out: Path) -> None:
    for path, content in files:
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _write_zip(files, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as made:
        try:
            for piece in stream_zip(files):
                made.write(piece)
        except BaseException:
            with suppress(OSError):
                os.unlink(made.name)
            raise
    Path(made.name).replace(out)
