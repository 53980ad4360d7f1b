"""A county's files from the server's own disk: a batch as in the admin, worked on at once."""

import tempfile
import time
import zipfile
from pathlib import Path

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from covenants.batch import report, steps
from covenants.file_names import MANIFEST, is_left_behind, why_refused
from covenants.models import ImportBatch, ImportRow
from editorial.places import find_place


class Command(BaseCommand):
    help = (
        "Import a .zip or a folder for all places below --scope (a division code, a url path or a "
        "page id). Looks at every file first; with --run imports what is clear. Killed, it goes "
        "on with --resume ID, or by itself in manage.py work. Shown and revocable in the admin."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", nargs="?", type=Path)
        parser.add_argument("--scope", default="")
        parser.add_argument("--manifest", type=Path, metavar="CSV")
        parser.add_argument("--publish", action="store_true", help="publish as legacy editions")
        parser.add_argument("--run", action="store_true", help="import what is clear at once")
        parser.add_argument("--resume", metavar="ID", default="")
        parser.add_argument("--by", metavar="USERNAME", default="")
        parser.add_argument("--report", type=Path, metavar="XLSX")

    def handle(self, *, path, resume, run, **options):
        batch = self.known(resume) if resume else self.new(path, **options)
        self.stdout.write(f"批次 {batch.pk}")
        self.work(batch)
        if run and batch.state == ImportBatch.PLANNED:
            batch.state, batch.started_at = ImportBatch.RUNNING, timezone.now()
            batch.save(update_fields=["state", "started_at"])
            self.work(batch)
        self.tell(batch, options["report"])

    def known(self, pk):
        try:
            return ImportBatch.objects.get(pk=pk)
        except (ImportBatch.DoesNotExist, ValidationError) as error:
            raise CommandError(f"没有这个批次：{pk}") from error

    def new(self, path, *, scope, manifest, publish, by, **options):
        place = find_place(scope) if scope else None
        if path is None or not path.exists() or place is None:
            raise CommandError("请给出存在的文件夹或 .zip，并用 --scope 指明县（市）代码。")
        text = ""
        if manifest:
            content = manifest.read_bytes()
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = content.decode("gb18030", errors="replace")
        batch = ImportBatch(
            scope=place.page_ptr if hasattr(place, "page_ptr") else place,
            name=path.name[-255:] or "文件夹",
            manifest=text,
            publish=publish,
            created_by=User.objects.filter(username=by).first() if by else None,
        )
        with tempfile.NamedTemporaryFile(suffix=".zip") as packed:
            if path.is_dir():
                pack(path, packed)
                packed.seek(0)
                batch.archive.save(f"{batch.pk}.zip", File(packed), save=False)
            else:
                with path.open("rb") as handle:
                    batch.archive.save(f"{batch.pk}.zip", File(handle), save=False)
        batch.save()
        return batch

    def work(self, batch):
        with tqdm(unit="个", desc=batch.get_state_display()) as bar:
            while batch.is_working:
                bar.update(steps.go_on(batch, until=time.monotonic() + steps.SLICE_SECONDS))

    def tell(self, batch, target):
        if batch.message:
            raise CommandError(batch.message)
        for _state, name, number in report.counts(batch):
            self.stdout.write(f"{name} {number}")
        if target:
            target.write_bytes(report.workbook(batch))
        bad = (ImportRow.REFUSED, ImportRow.CONFLICT, ImportRow.DOUBTFUL)
        if batch.rows.filter(state__in=bad).exists():
            raise SystemExit(1)


def pack(folder: Path, target) -> None:
    """A zip of a folder's rule files and its CSV, unpressed: it is read once and kept.

    Of files that will be refused by their names, only the names.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(folder.rglob("*")):
            name = file.relative_to(folder).as_posix()
            if not file.is_file() or is_left_behind(name):
                continue
            if why_refused(name) and file.suffix.lower() != MANIFEST:
                archive.writestr(name, b"")
            else:
                archive.write(file, name)
