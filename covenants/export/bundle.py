"""All rules of a place as files in folders, one after the other, however many there are."""

import zipfile
from collections.abc import Iterable, Iterator

from django.utils import timezone

from covenants.adoption import prefetch_shown
from covenants.followed import held_by_groups
from covenants.kinds import KINDS
from covenants.models import CouncilPage, CovenantPage, Edition
from covenants.models.following import Following
from covenants.rule_files import MANIFEST_COLUMNS
from safety import sheets
from villages.area_labels import with_areas
from villages.models import AreaPage, GroupPage
from villages.models.public import GROUP, VILLAGE
from villages.places import within
from villages.visibility import hidden_roots, shown

from .document import RuleDocument, edition_document, working_document
from .file_names import FreeNames
from .following import following_document
from .formats import FORMATS, render

BATCH = 50
"""Rules in memory at a time; each batch costs the same few queries."""
MANIFEST = "清单.csv"


def place_files(
    area: AreaPage, format_name: str, base_address: str, *, working: bool = False
) -> Iterator[tuple[str, bytes]]:
    """(path, content) of the rules of a place and of all places in it, and a manifest last.

    The text is what a visitor gets today: the edition in force, else the next, else the last one;
    rules that are not public are left out. With `working` it is the editors' text of every rule.
    Groups that follow their village have a note on what they follow (说明), in no manifest: it is
    no rule. The manifest is one that `import_rules` takes. `base_address` has no slash at its end.
    """
    rows, names = [], _Names(area)
    for page, document in _documents(area, base_address, working):
        path = names.path_of(page, document.file_name, FORMATS[format_name].suffix)
        rows.append(_manifest_row(path, page, document))
        yield path, render(document, format_name)
    for group, document in _notes(area, base_address, working):
        path = names.path_of(group, document.file_name, FORMATS[format_name].suffix)
        yield path, render(document, format_name)
    yield MANIFEST, _manifest(rows)


def stream_zip(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """A zip of (path, content) pairs, in pieces as it grows; holds one file at a time."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files:
            member = zipfile.ZipInfo(path, timezone.localtime().timetuple()[:6])
            member.external_attr = 0o644 << 16
            is_packed = path.endswith(tuple(f.suffix for f in FORMATS.values() if f.is_packed))
            member.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
            yield sink.take()
    yield sink.take()


class _Sink:
    """What a zip is written into: no file, cannot go back."""

    def __init__(self):
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits: what is written can be taken at once."""

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


class _Names:
    """Paths below the place that is exported: 松林村/第3村民小组/松林村第3村民小组村规民约.docx."""

    def __init__(self, area: AreaPage):
        self._depth = len(area.path)
        self._free = FreeNames()
        self._folders: dict[str, str] = {}

    def path_of(self, page, name: str, suffix: str) -> str:
        folder = ""
        for place in page.areas:
            if len(place.path) > self._depth:
                folder = self._folder(place, folder)
        return self._free.take(folder, name, suffix)

    def _folder(self, place: AreaPage, parent: str) -> str:
        if place.path not in self._folders:
            self._folders[place.path] = self._free.take(parent, place.title) + "/"
        return self._folders[place.path]


def _documents(area, base_address, working) -> Iterator[tuple[object, RuleDocument]]:
    hidden = hidden_roots()
    places = []
    for model in (CovenantPage, CouncilPage):
        below = model.objects.descendant_of(area)
        chosen = below if working else shown(below, hidden)
        places += chosen.values_list("path", "pk")
    keys = [pk for _path, pk in sorted(places)]
    for start in range(0, len(keys), BATCH):
        yield from _batch_documents(keys[start : start + BATCH], base_address, working)


def _notes(area, base_address, working) -> Iterator[tuple[object, RuleDocument]]:
    """The notes of the groups below a place that follow today, a batch at a time."""
    hidden = None if working else hidden_roots()
    groups = within(GroupPage.objects.all(), area)
    groups = groups if working else shown(groups, hidden)
    followed = Following.objects.in_force().values("group")
    keys = list(groups.filter(pk__in=followed).order_by("path").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        held = held_by_groups(batch, hidden)
        for group in with_areas(GroupPage.objects.filter(pk__in=batch).order_by("path")):
            if group.pk in held:
                address = base_address + (group.url or "")
                yield group, following_document(group, held[group.pk], address)


def _batch_documents(keys, base_address, working) -> Iterator[tuple[object, RuleDocument]]:
    pages = []
    for model in (CovenantPage, CouncilPage):
        rows = model.objects.filter(pk__in=keys)
        pages += rows if working else rows.defer("body")
    pages = with_areas(pages)
    pages.sort(key=lambda page: (page.path[: -page.steplen], KINDS.index(page.kind)))
    if not working:
        prefetch_shown(pages)
    for page in pages:
        address = base_address + (page.url or "")
        if working:
            draft = page.get_latest_revision_as_object()
            draft.areas = page.areas
            yield page, working_document(draft, address)
        elif page.shown_edition and not page.is_ordered_down:
            yield page, edition_document(page, page.shown_edition, address=address)


def _manifest_row(path: str, page, document: RuleDocument) -> dict:
    village = next((area for area in page.areas if len(area.path) == VILLAGE), None)
    group = next((area for area in page.areas if len(area.path) == GROUP), None)
    edition = document.edition
    row = {"file": path, "code": village.code if village else "", "kind": page.kind}
    row["group"] = group.name if group else ""
    if edition:
        row |= {
            "adopted": document.rules.adopted.date or "",
            "effective": edition.effective_from.isoformat(),
            "filed_on": edition.filed_on.isoformat() if edition.filed_on else "",
            "filing_no": edition.filing_number,
            "edition": edition.number,
            "provenance": edition.provenance if edition.provenance == Edition.LEGACY else "",
        }
    return row


def _manifest(rows: list[dict]) -> bytes:
    """CSV with a byte order mark, as Excel needs it; no cell begins like a formula."""
    table = [
        MANIFEST_COLUMNS,
        *([row.get(name) or "" for name in MANIFEST_COLUMNS] for row in rows),
    ]
    return "".join(sheets.csv_lines(table)).encode()
