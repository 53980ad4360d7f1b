"""Brings files of rules into the tree: one file, one page or edition, whole or not at all.

Knows no command line and no form; `import_rules`, the upload desk and the sample loader call it.
"""

import csv
import datetime
import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from covenants.comparing import proposed_summary
from covenants.drafting import chapters_value, earlier_articles
from covenants.kinds import COVENANT, KINDS, SLUGS
from covenants.models import CouncilPage, CovenantPage, Edition, RuleSource
from covenants.parsing import ParsedRules, ReadError, parse_lines, read_lines
from villages.models import AreaPage, GroupPage, VillagePage

SUFFIXES = (
    ".docx", ".txt", ".md", ".doc", ".wps", ".rtf", ".odt", ".pdf", ".html", ".htm", ".mht"
)  # fmt: skip
MANIFEST_COLUMNS = (
    "file",
    "code",
    "group",
    "kind",
    "adopted",
    "effective",
    "filed_on",
    "filing_no",
    "edition",
    "provenance",
)
# A zip of rules is text; more than this unpacked is not a zip of rules.
ZIP_FILE_LIMIT = 20 * 1024 * 1024
# Ten times the longest covenant seen; beyond it splitting would keep the server busy for minutes.
TEXT_LIMIT = 200_000
LINES_LIMIT = 5_000
ZIP_MEMBERS_LIMIT = 5000

CREATED, EDITION, SKIPPED, CONFLICT, REFUSED = (
    "created",
    "edition",
    "skipped",
    "conflict",
    "refused",
)


class Refused(Exception):
    """This file cannot be taken; the message says why, in Chinese."""


@dataclass
class RuleFile:
    """One file and what is known about it. Dates ISO or empty; `order` sorts editions."""

    name: str
    content: bytes
    code: str = ""
    group: str = ""
    kind: str = COVENANT
    adopted: str = ""
    effective: str = ""
    filed_on: str = ""
    filing_no: str = ""
    edition: str = ""
    provenance: str = Edition.LEGACY


@dataclass
class Outcome:
    """What became of a file: `status` is one of the five above, `message` Chinese."""

    file: str
    status: str
    message: str = ""
    page_id: int | None = None
    articles: int = 0
    warnings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict:
        return {
            "file": self.file,
            "status": self.status,
            "message": self.message,
            "page": self.page_id,
            "articles": self.articles,
            "warnings": self.warnings,
        }


def read_manifest(content: bytes) -> dict[str, dict]:
    """{file: row} of a manifest CSV (UTF-8, BOM or not, or GB18030). Raises Refused."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    rows = csv.DictReader(io.StringIO(text))
    missing = [name for name in MANIFEST_COLUMNS if name not in (rows.fieldnames or [])]
    if missing:
        raise Refused(_("清单缺少这些列：%(names)s") % {"names": "、".join(missing)})
    found = {}
    for number, row in enumerate(rows, start=2):
        name = (row["file"] or "").strip()
        if not name:
            continue
        if name in found:
            raise Refused(
                _("清单第 %(line)d 行：文件 %(name)s 重复出现。") % {"line": number, "name": name}
            )
        found[name] = {key: (row[key] or "").strip() for key in MANIFEST_COLUMNS}
    return found


def files_below(path: Path):
    """(relative name, bytes) of every rule file of a file, folder or zip, sorted by name."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and file.suffix.lower() in SUFFIXES:
                yield file.relative_to(path).as_posix(), file.read_bytes()
    elif path.suffix.lower() == ".zip":
        yield from _files_in_zip(path)
    elif path.is_file():
        yield path.name, path.read_bytes()
    else:
        raise Refused(_("找不到文件：%(name)s") % {"name": path.name})


def _files_in_zip(path: Path):
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise Refused(
            _("%(name)s 不是完好的压缩包，请重新打包成 .zip。") % {"name": path.name}
        ) from error
    with archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
        if len(members) > ZIP_MEMBERS_LIMIT:
            raise Refused(_("压缩包里文件太多(超过 %(n)d 个),请分开。") % {"n": ZIP_MEMBERS_LIMIT})
        for member in sorted(members, key=lambda m: m.filename):
            name = _member_name(member)
            if PurePosixPath(name).suffix.lower() not in SUFFIXES or "__MACOSX" in name:
                continue
            with archive.open(member) as handle:
                content = handle.read(ZIP_FILE_LIMIT + 1)
            yield name, content


def _member_name(member: zipfile.ZipInfo) -> str:
    """Names in zips made by Chinese Windows are GB18030 without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def too_long(text: str) -> bool:
    """Whether a text is longer than any rule can be."""
    return len(text) > TEXT_LIMIT or text.count("\n") >= LINES_LIMIT


def read_rule_lines(source, name):
    """Lines of a file of rules. Raises ReadError, or Refused when it is longer than any rule."""
    lines = read_lines(source, name)
    if len(lines) > LINES_LIMIT or sum(len(line.text) for line in lines) > TEXT_LIMIT:
        raise Refused(
            _("%(name)s 太长了（超过 %(n)d 字或 %(lines)d 行），不像一份规约。请分成几份。")
            % {"name": name, "n": TEXT_LIMIT, "lines": LINES_LIMIT}
        )
    return lines


def import_rules(files, *, publish=False, dry_run=False, by=None):
    """Yield an Outcome for each RuleFile, in the order given. Each file lands whole or not."""
    for file in files:
        try:
            with transaction.atomic():
                outcome = import_one(file, publish=publish, by=by)
                if dry_run:
                    transaction.set_rollback(True)
        except (Refused, ReadError) as error:
            outcome = Outcome(file.name, REFUSED, str(error))
        except ValidationError as error:
            outcome = Outcome(file.name, REFUSED, " ".join(error.messages))
        yield outcome


def import_one(file: RuleFile, *, publish=False, by=None) -> Outcome:
    """Import one file in the caller's transaction.

    Raises Refused, ReadError or ValidationError, each with a message for the user.
    """
    place = find_place(file.code, file.group)
    if file.kind not in KINDS:
        raise Refused(
            _("不认识的种类 %(kind)s,应为 %(kinds)s 之一。")
            % {"kind": file.kind, "kinds": "、".join(KINDS)}
        )
    if file.provenance not in ("", Edition.LEGACY):
        raise Refused(_("来源只能是 legacy(历史存量);按程序通过的规约请在网站上走流程。"))
    if len(file.content) > ZIP_FILE_LIMIT:
        raise Refused(_("文件超过 20 MB,太大了。"))
    digest = hashlib.sha256(file.content).hexdigest()
    if RuleSource.objects.filter(
        area=place, kind=file.kind, sha256=digest, page__isnull=False
    ).exists():
        return Outcome(file.name, SKIPPED, _("这个文件已经导入过。"))
    parsed = parse_lines(read_rule_lines(io.BytesIO(file.content), file.name))
    if not parsed.articles:
        raise Refused(_("没有找到任何条文，请检查文件内容。"))
    adoption = adoption_of(file, parsed)
    page = rule_at(place, file.kind)
    if page is None:
        page = new_rule(place, file.kind, parsed, adoption)
        status = CREATED
    else:
        conflict = _conflict(page, adoption, publish)
        if conflict:
            return Outcome(file.name, CONFLICT, conflict, page.pk, len(parsed.articles))
        page = page.get_latest_revision_as_object()
        fill(page, parsed, adoption)
        status = EDITION
    page.full_clean(exclude=["path", "depth", "numchild", "content_type", "slug"])
    revision = page.save_revision(user=by, log_action=True)
    keep_original(file.name, file.content, place, file.kind, page=page, by=by, digest=digest)
    if publish:
        revision.publish(user=None, skip_permission_checks=True)
    return Outcome(
        file.name,
        status,
        page_id=page.pk,
        articles=len(parsed.articles),
        warnings=[w.message for w in parsed.warnings],
    )


def find_place(code: str, group: str = "") -> AreaPage:
    """The village with this code, or its group by number or name. Raises Refused."""
    village = VillagePage.objects.filter(code=(code or "").strip()).first()
    if village is None:
        raise Refused(_("没有代码为 %(code)s 的村（社区）。") % {"code": code or "(空)"})
    if not group:
        return village
    groups = GroupPage.objects.child_of(village)
    found = groups.filter(number=group) if group.isdecimal() else groups.filter(name=group)
    if not (place := found.first()):
        raise Refused(
            _("%(village)s没有小组 %(group)s,请先建立小组。")
            % {"village": village.title, "group": group}
        )
    return place


def rule_at(place: AreaPage, kind: str):
    """The rule page of a kind directly below a place, or None."""
    if kind == COVENANT:
        return CovenantPage.objects.child_of(place).first()
    return CouncilPage.objects.child_of(place).filter(council=kind).first()


def adoption_of(file: RuleFile, parsed: ParsedRules) -> dict:
    """Fields of adoption: the manifest's where given, else what the text says. Raises Refused."""
    adopted, precision = file.adopted or parsed.adopted.date or "", Edition.DAY
    day = None
    if adopted:
        parts = adopted.split("-")
        precision = {1: Edition.YEAR, 2: Edition.MONTH}.get(len(parts), Edition.DAY)
        day = _day("-".join([*parts, "01", "01"][:3]), _("通过日期"))
    effective = _day(file.effective, _("施行日期")) if file.effective else None
    return {
        "adopted_on": day,
        "adopted_precision": precision,
        "adopted_by": parsed.adopted.body[:80],
        "effective_from": effective,
        "filed_on": _day(file.filed_on, _("备案日期")) if file.filed_on else None,
        "filing_number": file.filing_no[:60],
    }


def _day(text, name):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise Refused(
            _("%(name)s“%(text)s”不是日期，请写成 2024-05-01。") % {"name": name, "text": text}
        ) from error


def _conflict(page, adoption, publish) -> str:
    """Why a new text cannot follow what the page has; empty when it can."""
    draft = page.get_latest_revision_as_object()
    known = draft.effective_from or draft.adopted_on
    coming = adoption["effective_from"] or adoption["adopted_on"]
    if page.has_unpublished_changes and page.live:
        return _("这里有还没发布的修改稿，请先发布或放弃它。")
    if coming is None or (known and coming <= known):
        return _("这里已有一份日期相同或更晚的文本(%(day)s),请核对是不是同一份。") % {
            "day": known.isoformat() if known else _("日期不详")
        }
    return ""


def fill(page, parsed: ParsedRules, adoption: dict | None = None):
    """Put a parsed text into a page's working text; articles that go on keep their ids."""
    earlier = earlier_articles(page) if page.pk else ()
    if parsed.title:
        page.title = parsed.title[:255]
    page.preamble = parsed.preamble
    page.closing = parsed.closing
    page.body = chapters_value(parsed, earlier)
    for name, value in (adoption or {}).items():
        setattr(page, name, value)
    if page.pk:
        page.change_summary = proposed_summary(page)


def new_rule(place: AreaPage, kind: str, parsed: ParsedRules, adoption: dict | None = None):
    """A new, unpublished rule page below a place."""
    model = CovenantPage if kind == COVENANT else CouncilPage
    page = model(slug=SLUGS[kind], live=False, has_unpublished_changes=True)
    if kind != COVENANT:
        page.council = kind
    fill(page, parsed, adoption)
    page.title = page.title or page.default_title(place)
    place.add_child(instance=page)
    return page


def keep_original(name, content, place, kind, *, page=None, by=None, text="", digest=""):
    """Store an uploaded original privately."""
    source = RuleSource(
        page=page,
        area=place,
        kind=kind,
        name=PurePosixPath(name).name[-255:],
        sha256=digest or hashlib.sha256(content).hexdigest(),
        text=text,
        uploaded_by=by,
    )
    suffix = PurePosixPath(name).suffix.lower()
    source.file.save(f"{source.pk}{suffix if suffix in SUFFIXES else '.txt'}", ContentFile(content))
    return source
