"""Keeps what an original holds besides its words: its pictures, and scans of the signed paper.

They become attachments of the rule, hidden from readers until an editor has looked at each and
ticked it: a picture in a file may be a list of signatures. Media get names that nobody can guess,
since what the web server hands out it hands to whoever knows the address.
"""

import hashlib
import io
import uuid
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image as PillowImage
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex, Revision

from covenants.parsing.readers import Picture, ReadError, read_pictures
from editorial.appointments import body_collection
from editorial.models import BodyCollection
from safety.pictures import clean_picture
from villages.models import GroupPage

SMALLEST_SIDE = 64
"""Pixels; below it a picture is a bullet or a line, not something to look at."""

MOST_PIXELS = 50_000_000
"""Of one picture; decoded it takes four bytes each."""

SHOWN_AS = "width-960"
PDF = "application/pdf"
# No browser shows these; they are kept as PNG.
_REWRITTEN = frozenset({"image/bmp", "image/tiff"})


@dataclass
class Enclosed:
    """The pictures of a file that are worth keeping, each content once, and how many are broken."""

    pictures: list[Picture] = field(default_factory=list)
    broken: int = 0

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
        return told


def broken_note(number: int) -> str:
    return _("文件里有 %(n)d 张图片坏了或太大，没有取出来。") % {"n": number}


def shared_note() -> str:
    return _("图片分不清属于哪一份，每一份的附件里都放了，请删去不相干的。")


def enclosed_in(content: bytes, name: str) -> Enclosed:
    """What a file holds; nothing for a file that has no pictures or cannot be read for them."""
    found = Enclosed()
    try:
        pictures = read_pictures(io.BytesIO(content), name)
    except ReadError:
        return found
    seen = set()
    for picture in pictures:
        digest = hashlib.sha256(picture.content).digest()
        if digest in seen:
            continue
        seen.add(digest)
        size = _size(picture.content)
        if size is None or size[0] * size[1] > MOST_PIXELS:
            found.broken += 1
        elif min(size) >= SMALLEST_SIDE:
            found.pictures.append(picture)
    return found


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


def attach_pictures(page, pictures: Iterable[Picture], place, by=None) -> Attached:
    """Append pictures to an unsaved state of a page, hidden from readers; saves images only.

    In the caller's transaction. A picture the page has already is not appended again.
    """
    done = Attached()
    numbered = ((_("原文件中的图片 %d") % number, one) for number, one in enumerate(pictures, 1))
    for alt, picture in numbered:
        _attach_picture(done, page, alt, picture.content, picture.content_type, place, by)
    return done


def attach_scans(page, scans, place, by=None) -> Attached:
    """As `attach_pictures`, for the scans handed in with a text; a PDF becomes a document."""
    done = Attached()
    for number, scan in enumerate(scans, 1):
        name = _("签字文本的扫描件 %d") % number
        with scan.file.open("rb") as handle:
            content = handle.read()
        if scan.is_picture:
            _attach_picture(done, page, name, content, scan.content_type, place, by)
        else:
            _attach_document(done, page, name, content, place, by)
    return done


def _attach_picture(done, page, alt, content, content_type, place, by):
    try:
        image = _image_of(done, content, content_type, f"{page.title} {alt}", alt, place, by)
    except (ValidationError, OSError, ValueError):
        done.broken += 1
        return
    if image.pk not in {picture.pk for picture in _pictures_of(page.attachments)}:
        page.attachments.append(("picture", {"alt": alt, "picture": image, "public": False}))
    done.pictures.append(image.pk)


def _image_of(done, content, content_type, title, alt, place, by):
    """The image of a content in the body's collection, made where it has none.

    Raises ValidationError, OSError or ValueError when it is broken.
    """
    suffix = "." + content_type.partition("/")[2].replace("jpeg", "jpg")
    if content_type in _REWRITTEN:
        content, suffix = _as_png(content), ".png"
    # What `safety` will store: the same content was made from the same picture before.
    cleaned = clean_picture(content)
    if cleaned is None:
        raise ValidationError(_("图片文件已损坏，请重新导出以后再上传。"))
    model, collection = get_image_model(), collection_of(place)
    digest = hashlib.sha1(cleaned, usedforsecurity=False).hexdigest()
    known = model.objects.filter(collection=collection, file_hash=digest).first()
    if known:
        return known
    image = model(
        title=title[:255],
        description=alt,
        collection=collection,
        uploaded_by_user=by,
        file=ContentFile(content, name=f"{uuid.uuid4().hex}{suffix}"),
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
    """Delete those of some images that were made `since` then and that no page uses any more."""
    images = get_image_model().objects.filter(pk__in=list(pictures), created_at__gte=since)
    unused = [one for one in images if not ReferenceIndex.get_references_to(one).exists()]
    in_drafts = _used_in_drafts(unused)
    for image in unused:
        if image.pk not in in_drafts:
            image.delete()


def _used_in_drafts(images) -> set[int]:
    """Which of some images a draft of their body uses: the index knows the saved text only.

    Reads a page as Wagtail's index does; there is no public way.
    """
    if not images:
        return set()
    kind = ContentType.objects.get_for_model(images[0]).pk
    bodies = BodyCollection.objects.filter(collection__in={i.collection_id for i in images})
    used = set()
    for body in bodies.select_related("page"):
        drafts = Page.objects.descendant_of(body.page, inclusive=True)
        drafts = drafts.filter(has_unpublished_changes=True, latest_revision__isnull=False)
        for revision in Revision.objects.filter(pk__in=drafts.values("latest_revision")).iterator():
            found = ReferenceIndex._extract_references_from_object(revision.as_object())
            used |= {int(key) for content_type, key, *_paths in found if content_type == kind}
    return used


def note_references(page) -> None:
    """Let Wagtail know what a page uses that was saved in bulk."""
    ReferenceIndex.create_or_update_for_object(page)


def shown(attachments) -> list[dict]:
    """[{"title","document"} or {"title","picture"}] of what readers see, in order.

    Pictures come with what they are shown as; three queries, however many there are.
    """
    visible = [block for block in attachments if block.value["public"]]
    wanted = [picture.pk for picture in _pictures_of(visible)]
    images = get_image_model().objects.prefetch_renditions(SHOWN_AS).in_bulk(wanted)
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
