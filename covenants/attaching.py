"""Keeps what an original holds besides its words: its pictures, and scans of the signed paper.

They become attachments of the rule, hidden from readers until an editor has looked at each and
ticked it: a picture in a file may be a list of signatures. Media get names that nobody can guess,
since what the web server hands out it hands to whoever knows the address.
"""

import hashlib
import io
import json
import re
import uuid
import warnings
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image as PillowImage
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex, Revision

from covenants.parsing.readers import Picture, ReadError, read_pictures
from editorial.appointments import body_collection
from safety.pictures import CleanedPicture, clean_picture
from safety.renditions import SHAPES
from villages.models import GroupPage

SMALLEST_SIDE = 64
"""Pixels; below it a picture is a bullet or a line, not something to look at."""

MOST_PIXELS = 50_000_000
"""Of one picture; decoded it takes four bytes each."""

MOST_PIXELS_TOGETHER = 400_000_000
"""Of the pictures of one file: a flat colour packs well, and each is decoded and written anew."""

SHOWN_AS = "photo"
PDF = "application/pdf"
_NUMBER = re.compile(r"[0-9]+")
# No browser shows these; they are kept as PNG.
_REWRITTEN = frozenset({"image/bmp", "image/tiff"})


@dataclass
class Enclosed:
    """The pictures of a file that are worth keeping, each content once, and how many are not.

    `broken` cannot be read; `left_out` are beyond the bounds, or of a kind no browser shows.
    """

    pictures: list[Picture] = field(default_factory=list)
    broken: int = 0
    left_out: int = 0

    def notes(self) -> list[str]:
        """What the person who hands the file in is told."""
        told = []
        if self.pictures:
            told.append(
                _("文件里有 %(n)d 张图片，放进附件，先不给居民看；请看清楚再决定公不公开。")
                % {"n": len(self.pictures)}
            )
        if self.broken:
            told.append(broken_note(self.broken))
        if self.left_out:
            told.append(
                _(
                    "文件里还有 %(n)d 张图片没有取出来：图片太多（最多 50 张）、太大"
                    "（每张最多 10 MB），或者是网页显示不了的格式（EMF、WMF）。"
                    "需要的请另存为 JPG 或 PNG，以后单独放进附件。"
                )
                % {"n": self.left_out}
            )
        return told


@dataclass(frozen=True)
class Cleaned:
    """A picture as it will be stored; `content` is None for a broken one."""

    content: bytes | None = None
    suffix: str = ""


def broken_note(number: int) -> str:
    return _("文件里有 %(n)d 张图片坏了，没有取出来。") % {"n": number}


def shared_note() -> str:
    return _("图片分不清属于哪一份，每一份的附件里都放了，请删去不相干的。")


def enclosed_in(content: bytes, name: str) -> Enclosed:
    """What a file holds; nothing for a file that has no pictures or cannot be read for them."""
    found, seen, room = Enclosed(), set(), MOST_PIXELS_TOGETHER
    try:
        held = read_pictures(io.BytesIO(content), name)
    except ReadError:
        return found
    found.left_out = held.left_out
    for picture in held.pictures:
        digest = hashlib.sha256(picture.content).digest()
        if digest in seen:
            continue
        seen.add(digest)
        size = _size(picture.content)
        pixels = size[0] * size[1] if size else 0
        if size is None:
            found.broken += 1
        elif pixels > min(MOST_PIXELS, room):
            found.left_out += 1
        elif min(size) >= SMALLEST_SIDE:
            room -= pixels
            found.pictures.append(picture)
    return found


def cleaned(pictures: Iterable[Picture]) -> list[Cleaned]:
    """The pictures as they will be stored, in order. Takes seconds: for before a transaction."""
    return [_cleaned(picture.content, picture.content_type) for picture in pictures]


def _cleaned(content, content_type) -> Cleaned:
    suffix = _suffix(content_type)
    try:
        if content_type in _REWRITTEN:
            content, suffix = _as_png(content), ".png"
        return Cleaned(clean_picture(content), suffix)
    except (ValidationError, OSError, ValueError):
        return Cleaned()


def _suffix(content_type) -> str:
    return "." + content_type.partition("/")[2].replace("jpeg", "jpg")


def _size(content: bytes) -> tuple[int, int] | None:
    """Width and height as the file says, without decoding it; None when it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PillowImage.DecompressionBombWarning)
            with PillowImage.open(io.BytesIO(content)) as picture:
                return picture.size
    except (OSError, ValueError, SyntaxError, PillowImage.DecompressionBombError):
        return None


@dataclass
class Attached:
    """What was put beside a page: ids of its pictures, files that were written, broken pictures."""

    pictures: list[int] = field(default_factory=list)
    written: list = field(default_factory=list)
    broken: int = 0

    def discard(self) -> None:
        """Delete what was written; for a caller whose transaction has failed."""
        for file in self.written:
            file.storage.delete(file.name)


def attach_pictures(page, pictures: Iterable[Cleaned], place, by=None) -> Attached:
    """Append pictures to an unsaved state of a page, hidden from readers; saves images only.

    In the caller's transaction. A picture the page has already is not appended again.
    """
    done = Attached()
    numbered = ((_("原文件中的图片 %d") % number, one) for number, one in enumerate(pictures, 1))
    for alt, picture in numbered:
        _attach_picture(done, page, alt, picture, place, by)
    return done


def attach_scans(page, scans, place, by=None) -> Attached:
    """As `attach_pictures`, for the scans handed in with a text; a PDF becomes a document."""
    done = Attached()
    for number, scan in enumerate(scans, 1):
        name = _("签字文本的扫描件 %d") % number
        with scan.file.open("rb") as handle:
            content = handle.read()
        if scan.is_picture:
            # It was cleaned before it was kept.
            _attach_picture(
                done, page, name, Cleaned(content, _suffix(scan.content_type)), place, by
            )
        else:
            _attach_document(done, page, name, content, place, by)
    return done


def _attach_picture(done, page, alt, picture, place, by):
    if picture.content is None:
        done.broken += 1
        return
    try:
        image = _image_of(done, picture, f"{page.title} {alt}", alt, place, by)
    except (ValidationError, OSError, ValueError):
        done.broken += 1
        return
    if image.pk not in {picture.pk for picture in _pictures_of(page.attachments)}:
        page.attachments.append(("picture", {"alt": alt, "picture": image, "public": False}))
    done.pictures.append(image.pk)


def _image_of(done, picture, title, alt, place, by):
    """The image of a content in the body's collection, made where it has none."""
    model, collection = get_image_model(), collection_of(place)
    digest = hashlib.sha1(picture.content, usedforsecurity=False).hexdigest()
    known = model.objects.filter(collection=collection, file_hash=digest).first()
    if known:
        return known
    image = model(
        title=title[:255],
        description=alt,
        collection=collection,
        uploaded_by_user=by,
        file=CleanedPicture(picture.content, name=f"{uuid.uuid4().hex}{picture.suffix}"),
    )
    image.save()
    done.written.append(image.file)
    return image


def _as_png(content: bytes) -> bytes:
    target = io.BytesIO()
    with PillowImage.open(io.BytesIO(content)) as picture:
        picture.convert("RGBA" if picture.mode in ("RGBA", "P", "LA") else "RGB").save(
            target, format="PNG"
        )
    return target.getvalue()


def _attach_document(done, page, title, content, place, by):
    model, collection = get_document_model(), collection_of(place)
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    document = model.objects.filter(collection=collection, file_hash=digest).first()
    if document is None:
        document = model(
            title=f"{page.title} {title}"[:255],
            collection=collection,
            uploaded_by_user=by,
            file=ContentFile(content, name=f"{uuid.uuid4().hex}.pdf"),
        )
        document._set_document_file_metadata()
        document.save()
        done.written.append(document.file)
    held = [b.value["document"] for b in page.attachments if b.block_type == "attachment"]
    if document.pk not in {one.pk for one in held if one}:
        value = {"title": title, "document": document, "public": False}
        page.attachments.append(("attachment", value))


def collection_of(place):
    """Where the pictures of a place lie: with the village, whose editors work for its groups."""
    return body_collection(place.get_parent() if isinstance(place, GroupPage) else place)


def remove_unused(pictures: Iterable[int], since) -> None:
    """Delete those of some images that were made `since` then and that no saved page uses.

    What drafts use, `used_in_drafts` tells.
    """
    model, pictures = get_image_model(), list(pictures)
    used = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(model),
        to_object_id__in=[str(pk) for pk in pictures],
    ).values_list("to_object_id", flat=True)
    unused = set(pictures) - {int(pk) for pk in used}
    for image in model.objects.filter(pk__in=unused, created_at__gte=since):
        image.delete()


def used_in_drafts(pictures: Collection[int], since) -> set[int]:
    """Which of some images a draft saved `since` then uses; the index knows the saved text only.

    No older draft can: the images were made then. Anywhere on the site, as a draft with a picture
    may be copied or moved to another village. Reads as Wagtail's index does; there is no public
    way.
    """
    if not pictures:
        return set()
    kind = ContentType.objects.get_for_model(get_image_model()).pk
    numbers = {str(pk) for pk in pictures}
    used: set[int] = set()
    for revision in Revision.objects.filter(created_at__gte=since).iterator(chunk_size=50):
        # Most drafts name none of the numbers at all, and to rebuild one takes long.
        if numbers.isdisjoint(_NUMBER.findall(json.dumps(revision.content))):
            continue
        found = ReferenceIndex._extract_references_from_object(revision.as_object())
        used |= {int(key) for content_type, key, *_paths in found if content_type == kind}
    return used & set(pictures)


def note_references(page) -> None:
    """Let Wagtail know what a page uses that was saved in bulk."""
    ReferenceIndex.create_or_update_for_object(page)


def shown(attachments) -> list[dict]:
    """[{"title","document"} or {"title","picture"}] of what readers see, in order.

    Pictures come with what they are shown as; three queries, however many there are.
    """
    visible = [block for block in attachments if block.value["public"]]
    wanted = [picture.pk for picture in _pictures_of(visible)]
    images = get_image_model().objects.prefetch_renditions(*SHAPES[SHOWN_AS].all_filters)
    images = images.in_bulk(wanted)
    rows = []
    for block in visible:
        if block.block_type == "attachment" and block.value["document"]:
            rows.append({"title": block.value["title"], "document": block.value["document"]})
        elif block.block_type == "picture" and block.value["picture"]:
            picture = images[block.value["picture"].pk]
            rows.append({"title": block.value["alt"], "picture": picture})
    return rows


def shows_document(attachments, document) -> bool:
    """Whether a document is among the attachments that readers see."""
    return any(
        block.block_type == "attachment"
        and block.value["public"]
        and block.value["document"]
        and block.value["document"].pk == document.pk
        for block in attachments
    )


def _pictures_of(blocks):
    found = (block.value["picture"] for block in blocks if block.block_type == "picture")
    return [picture for picture in found if picture]
