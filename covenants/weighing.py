"""Weighs a file against what its place has: a new rule, a next edition, known already, a conflict.

Reads and compares; writes nothing.
"""

import datetime
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from covenants import attaching, withdrawn
from covenants.attaching import Attached, Cleaned, Enclosed
from covenants.kinds import COVENANT, KINDS, kind_in
from covenants.models import CouncilPage, CovenantPage, Edition, RuleSource
from covenants.parsing import ParsedRules
from covenants.rule_files import (
    ZIP_FILE_LIMIT,
    Refused,
    RuleFile,
    kind_for_one,
    number_of_documents,
    parse_rule,
)
from villages.models import AreaPage
from villages.places import children

CREATED, EDITION, SKIPPED, CONFLICT, REFUSED = (
    "created",
    "edition",
    "skipped",
    "conflict",
    "refused",
)


@dataclass
class Outcome:
    """What became of a file: `status` is one of the five above, `message` Chinese.

    `before` is what taking it back needs to know: of a next edition `as_it_was`, and `pictures`,
    the ids of the images that were put beside the page. `again`: another try may well do.
    """

    file: str
    status: str
    message: str = ""
    page_id: int | None = None
    articles: int = 0
    warnings: list[str] = field(default_factory=list)
    revision_id: int | None = None
    digest: str = ""
    before: dict = field(default_factory=dict)
    again: bool = False

    def as_dict(self) -> dict:
        return {
            "file": self.file,
            "status": self.status,
            "message": self.message,
            "page": self.page_id,
            "articles": self.articles,
            "warnings": self.warnings,
        }


@dataclass
class Weighed:
    """A file that was read and found fit: what it is and where it goes. Nothing is saved yet.

    `page` is the rule that its place has already, or None. `outcome` is set when the file is to
    be passed over or stands in conflict with what is there. `notes`: what to tell about its
    `pictures`, which `make_ready` cleans for a file that is to land. `parts` is set, and nothing
    else, when the file holds several documents to be weighed each.
    """

    file: RuleFile
    place: AreaPage
    digest: str
    content: bytes
    parsed: ParsedRules | None = None
    adoption: dict = field(default_factory=dict)
    page: object = None
    outcome: Outcome | None = None
    before: dict = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    enclosed: Enclosed = field(default_factory=Enclosed)
    pictures: list[Cleaned] = field(default_factory=list)
    parts: list[RuleFile] = field(default_factory=list)

    @property
    def key(self) -> tuple[int, str, str, int]:
        """Place, kind, content, part: the same again was imported before."""
        return self.place.pk, self.file.kind, self.digest, self.file.part

    @property
    def held_bytes(self) -> int:
        """About how much memory it takes until it has landed."""
        kept = (*self.enclosed.pictures, *self.pictures)
        return len(self.content) + sum(len(one.content or b"") for one in kept)

    def make_ready(self) -> None:
        """Do now what would take long in the transaction it lands in."""
        if self.outcome is None:
            once = self.file.once
            if once.cleaned is None:
                once.cleaned = attaching.cleaned(self.enclosed.pictures)
            self.pictures = once.cleaned
            if not self.file.part:
                once.enclosed = None
        self.enclosed = Enclosed()

    def outcome_of(self, status: str, page, attached: Attached | None = None) -> Outcome:
        notes, before = list(self.notes), dict(self.before)
        if attached and attached.broken:
            notes.append(attaching.broken_note(attached.broken))
        if attached and attached.pictures:
            before["pictures"] = attached.pictures
        return Outcome(
            self.file.label,
            status,
            page_id=page.pk,
            articles=len(self.parsed.articles),
            warnings=[w.message for w in self.parsed.warnings] + notes,
            revision_id=page.latest_revision_id,
            digest=self.digest,
            before=before,
        )

    def attach(self, page, by) -> Attached:
        """Put the pictures of the file beside an unsaved page."""
        return attaching.attach_pictures(page, self.pictures, self.place, by)


def weigh(file: RuleFile, place: AreaPage, *, publish=False, parsed=None, settled=True) -> Weighed:
    """Read a file and compare it with what its place has. Writes nothing.

    Not `settled`: the comparison is left to whoever lands it.

    Reading may take a minute (LibreOffice): never within a transaction. `parsed` spares parsing
    again. Raises Refused or ReadError, each with a message for the user.
    """
    weighed = _read(file, place, parsed)
    if settled and not weighed.parts and weighed.outcome is None:
        if refusal := withdrawn.refusal(place, weighed.parsed, weighed.digest):
            raise Refused(refusal)
        settle(weighed, publish=publish)
    return weighed


def _read(file, place, parsed) -> Weighed:
    if file.kind and file.kind not in KINDS:
        raise Refused(
            _("不认识的种类 %(kind)s,应为 %(kinds)s 之一。")
            % {"kind": file.kind, "kinds": "、".join(KINDS)}
        )
    if file.provenance not in ("", Edition.LEGACY):
        raise Refused(_("来源只能是 legacy(历史存量);按程序通过的规约请在网站上走流程。"))
    content = file.read()
    if len(content) > ZIP_FILE_LIMIT:
        raise Refused(_("文件超过 20 MB,太大了。"))
    weighed = Weighed(file, place, hashlib.sha256(content).hexdigest(), content, parsed)
    if not file.kind and not _settle_kind(weighed):
        return weighed
    if weighed.key in imported_before([weighed.digest]):
        weighed.outcome = known_already(file)
        return weighed
    weighed.parsed = weighed.parsed or _parsed(weighed)
    if not file.part and (number := number_of_documents(weighed.parsed)) > 1:
        raise Refused(kind_for_one(number))
    if not weighed.parsed.articles:
        raise Refused(_("没有找到任何条文，请检查文件内容。"))
    weighed.adoption = adoption_of(file, weighed.parsed)
    file.once.enclosed = file.once.enclosed or attaching.enclosed_in(content, file.name)
    weighed.enclosed = file.once.enclosed
    weighed.notes = weighed.enclosed.notes()
    if file.part and weighed.enclosed.pictures:
        weighed.notes.append(attaching.shared_note())
    return weighed


def settle(weighed: Weighed, *, publish=False) -> None:
    """Compare what was read with the rule its place has now. Raises Refused.

    Asks the database alone, so that it may be asked in the transaction the file lands in.
    """
    weighed.page = rule_at(weighed.place, weighed.file.kind)
    if weighed.page is None:
        if publish and not (weighed.adoption["effective_from"] or weighed.adoption["adopted_on"]):
            raise Refused(_("请填写通过日期或施行日期，才能发布。"))
    elif conflict := _conflict(weighed.page, weighed.adoption, publish):
        articles = len(weighed.parsed.articles)
        weighed.outcome = Outcome(weighed.file.label, CONFLICT, conflict, weighed.page.pk, articles)


def imported_before(digests: Iterable[str]) -> set[tuple]:
    """`Weighed.key` of everything with one of these contents that is a page already."""
    sources = RuleSource.objects.filter(sha256__in=list(digests), page__isnull=False)
    return set(sources.values_list("area_id", "kind", "sha256", "part"))


def known_already(file: RuleFile) -> Outcome:
    return Outcome(file.label, SKIPPED, _("这个文件已经导入过。"))


def _parsed(weighed) -> ParsedRules:
    file = weighed.file
    return parse_rule(io.BytesIO(weighed.content), file.name, file.part, file.once)


def _settle_kind(weighed) -> bool:
    """Read the kind off the title; False, with `parts` set, for a file of several documents."""
    file = weighed.file
    weighed.parsed = weighed.parsed or _parsed(weighed)
    number = 1 if file.part else number_of_documents(weighed.parsed)
    if number > 1:
        weighed.parts = [
            replace(file, part=part, content=weighed.content) for part in range(1, number + 1)
        ]
        return False
    file.kind = kind_in(weighed.parsed.title)
    if not file.kind:
        raise Refused(_("从标题看不出是哪一种规约，请写明种类。"))
    return True


def rule_at(place: AreaPage, kind: str):
    """The rule page of a kind directly below a place, or None."""
    if kind == COVENANT:
        return children(CovenantPage.objects, place).first()
    return children(CouncilPage.objects, place).filter(council=kind).first()


def nothing_pending(page) -> bool:
    """Whether a rule's page is public and its latest revision is what the page itself holds."""
    return page.live and not page.has_unpublished_changes


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
    draft = page if nothing_pending(page) else page.get_latest_revision_as_object()
    known = draft.effective_from or draft.adopted_on
    coming = adoption["effective_from"] or adoption["adopted_on"]
    if page.has_unpublished_changes and page.live:
        return _("这里有还没发布的修改稿，请先发布或放弃它。")
    if coming is None or (known and coming <= known):
        return _("这里已有一份日期相同或更晚的文本(%(day)s),请核对是不是同一份。") % {
            "day": known.isoformat() if known else _("日期不详")
        }
    return ""
