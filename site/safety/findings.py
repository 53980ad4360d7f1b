"""What the scan finds on a page: where, how it may be put instead, and whether it may stand.

The one place that decides whether something may become public; pages ask it when they go live
(`PublicPage.save`), bulk paths before they plant.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .files.texts import Unreadable, file_texts
from .models.contact import OfficeContact
from .models.override import PersonalDataOverride, words_digest
from .models.scanned import CleanFile
from .personal_data import CONTACTS, RED, Finding, masked_text, rules_version, scan, scan_markup
from .public_texts import PublicFile, PublicText, public_parts, public_parts_of_media

KIND_NAMES = {
    "id_number": gettext_lazy("身份证号"),
    "mobile": gettext_lazy("手机号"),
    "phone": gettext_lazy("电话号码"),
    "bank_card": gettext_lazy("银行卡号"),
    "email": gettext_lazy("邮箱"),
    "plate": gettext_lazy("车牌号"),
    "address": gettext_lazy("门牌号和姓名"),
    "minor": gettext_lazy("未成年人姓名"),
    "unreadable": gettext_lazy("查不了的文件"),
}
UNREADABLE = "unreadable"
_WHY_UNREADABLE = {
    "encrypted": gettext_lazy("设了密码"),
    "damaged": gettext_lazy("已损坏"),
    "too_long": gettext_lazy("太长"),
    "unknown": gettext_lazy("不是能查的格式"),
    "no_text": gettext_lazy("是扫描的图片，没有文字"),
}
AROUND = 12
"""Characters shown on either side of a masked finding."""
MOST_TOLD = 20
_APART = "\n\n"
_TAG = re.compile(r"<[^<>]*>")


class PersonalDataFound(ValidationError):
    """A text that may not be published: {field: messages}, each with place and masked words."""


@dataclass(frozen=True)
class Located:
    """A finding in a text of a page. `excerpt`: the words around it, all findings masked."""

    text: PublicText
    finding: Finding
    excerpt: str

    @property
    def blocks(self) -> bool:
        return self.finding.level == RED

    @property
    def kind_name(self) -> str:
        return str(KIND_NAMES[self.finding.kind])

    @property
    def message(self) -> str:
        values = {"where": self.text.where, "kind": self.kind_name, "excerpt": self.excerpt}
        if self.finding.kind == UNREADABLE:
            return (
                _(
                    "“%(where)s”%(excerpt)s，网站查不了里面有没有个人信息。请换成能查的文件"
                    "（有文字的 Word、Excel、PDF），或者请审核员打开看过以后写明理由放行。"
                )
                % values
            )
        if self.blocks:
            return _("“%(where)s”里有%(kind)s，不能公开。请删去，或改为“%(excerpt)s”。") % values
        return _("“%(where)s”里好像有%(kind)s，请核对：“%(excerpt)s”。") % values


def refuse_personal_data(instance, only: Collection[str] | None = None) -> None:
    """Raises PersonalDataFound if something on a page, or another object, may not be public.

    A clean object not yet saved, or with `only` some fields to look at, asks nothing of the
    database.
    """
    told: dict[str, list[str]] = {}
    for located in find_on(instance, only)[:MOST_TOLD]:
        if located.blocks:
            told.setdefault(located.text.field, []).append(located.message)
    if told:
        raise PersonalDataFound(told)


def refuse_in_texts(texts: dict[str, str], path: str = "") -> None:
    """`refuse_personal_data` for texts by themselves: {label: text}; `path` of the page they
    belong to, whose registered numbers pass."""
    parts = [PublicText(label, (label,), text) for label, text in texts.items() if text]
    found = permitted(_in_texts(parts), None, path)
    told = [located.message for located in found if located.blocks]
    if told:
        raise PersonalDataFound(told[:MOST_TOLD])


def find_on(instance, only: Collection[str] | None = None) -> list[Located]:
    """All findings on a page or another object that are neither registered nor overridden."""
    parts = list(public_parts(instance, only))
    texts = [part for part in parts if isinstance(part, PublicText)]
    found = _in_texts(texts)
    for part in parts:
        if isinstance(part, PublicFile):
            found += _in_file(part)
    if not found:
        return []
    page_id = instance.pk if hasattr(instance, "path") else None
    return permitted(found, page_id, getattr(instance, "path", ""))


def find_in_media_words(media) -> list[Located]:
    """Findings in the title, description, file name and tags of a document or picture."""
    parts = public_parts_of_media(media)
    return _in_texts(part for part in parts if isinstance(part, PublicText))


def find_kept(page) -> list[Located]:
    """Findings in what a page keeps beside its present text: `kept_texts()`, {label: text}."""
    kept = getattr(page, "kept_texts", dict)()
    parts = [PublicText(label, (label,), text) for label, text in kept.items() if text]
    return permitted(_in_texts(parts), page.pk, page.path)


def permitted(found: list[Located], page_id, path: str) -> list[Located]:
    """Those that neither a registered number nor an override lets stand on a page."""
    keys = {one.finding.key for one in found if one.finding.kind in CONTACTS}
    if keys:
        rows = OfficeContact.objects.filter(key__in=keys).values_list("key", "area__path")
        registered = {key for key, area in rows if area is None or path.startswith(area)}
        found = [
            one
            for one in found
            if one.finding.kind not in CONTACTS or one.finding.key not in registered
        ]
    if found and page_id:
        kept = PersonalDataOverride.objects.filter(page_id=page_id)
        digests = set(kept.values_list("digest", flat=True))
        found = [one for one in found if words_digest(one.finding) not in digests]
    return found


def _in_texts(texts: Iterable[PublicText]) -> list[Located]:
    """Findings in many short texts: they are read as one, which costs a tenth."""
    texts = list(texts)
    found = []
    for markup, look in ((False, scan), (True, scan_markup)):
        group = [text for text in texts if text.markup is markup]
        findings = look(_APART.join(text.text for text in group)) if group else []
        if findings:
            found += _located(group, findings)
    return found


def _located(group: list[PublicText], findings: list[Finding]) -> list[Located]:
    starts, length = [], 0
    for text in group:
        starts.append(length)
        length += len(text.text) + len(_APART)
    by_text: dict[int, list[Finding]] = {}
    for finding in findings:
        index = bisect_right(starts, finding.start) - 1
        moved = replace(
            finding, start=finding.start - starts[index], end=finding.end - starts[index]
        )
        by_text.setdefault(index, []).append(moved)
    return [
        Located(group[index], finding, _excerpt(group[index], finding, here))
        for index, here in by_text.items()
        for finding in here
    ]


def _excerpt(text: PublicText, finding: Finding, here: list[Finding]) -> str:
    before = masked_text(text.text[: finding.start], [f for f in here if f.end <= finding.start])
    moved = [
        replace(f, start=f.start - finding.end, end=f.end - finding.end)
        for f in here
        if f.start >= finding.end
    ]
    after = masked_text(text.text[finding.end :], moved)
    if text.markup:
        before, after = _TAG.sub(" ", before), _TAG.sub(" ", after)
    before, after = " ".join(before.split()), " ".join(after.split())
    left = "…" if len(before) > AROUND else ""
    right = "…" if len(after) > AROUND else ""
    return f"{left}{before[-AROUND:]}{finding.masked}{after[:AROUND]}{right}"


def _in_file(part: PublicFile) -> list[Located]:
    """Findings in a file's own text. What no scan can read is a finding itself (`unreadable`)."""
    digest = part.media.file_hash
    if digest and CleanFile.objects.filter(digest=digest, version=rules_version()).exists():
        return []
    try:
        with part.media.open_file() as file:
            data = file.read()
    except OSError:
        return [_unreadable(part, digest or f"{part.media.pk}", "damaged")]
    digest = digest or hashlib.sha1(data, usedforsecurity=False).hexdigest()
    found = find_in_data(part, data, digest)
    if not found:
        CleanFile.objects.update_or_create(digest=digest, defaults={"version": rules_version()})
    return found


def find_in_data(part: PublicFile, data: bytes, digest: str) -> list[Located]:
    """Findings in the bytes of a file that stands, or is to stand, in `part`'s place."""
    try:
        texts = file_texts(data)
    except Unreadable as error:
        return [_unreadable(part, digest, error.code)]
    found = _in_texts(
        PublicText(part.field, (*part.trail, *filter(None, [one.place])), one.text) for one in texts
    )
    if any(one.unread for one in texts):
        found.append(_unreadable(part, digest, "no_text"))
    return found


def _unreadable(part: PublicFile, digest: str, code: str) -> Located:
    """An override holds for this content only: another file in its place is asked about again."""
    finding = Finding(UNREADABLE, RED, 0, 0, part.where[-120:], digest)
    text = PublicText(part.field, part.trail, "")
    return Located(text, finding, str(_WHY_UNREADABLE[code]))
