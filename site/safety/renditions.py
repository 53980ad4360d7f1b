"""The sizes and formats in which pictures are shown, and who makes them when.

A reader's request makes at most one small JPEG of a picture that nobody has looked at before. What
takes time (AVIF, WebP, the larger sizes) is made afterwards by the background process for every
picture of which that JPEG exists; until then readers get the JPEG.
"""

import struct
from dataclasses import dataclass
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.db.models import IntegerField
from django.db.models.functions import Cast
from PIL import features
from wagtail.images import get_image_model
from wagtail.images.models import Filter, SourceImageIOError
from wagtail.models import Page, ReferenceIndex

# Best first; the last is what every browser shows. Pillow may have been built without AVIF.
FORMATS = (*(("avif",) if features.check("avif") else ()), "webp", "jpeg")
JPEG = FORMATS[-1]
# A moving picture would stand still in another format.
LEFT_ALONE = ".gif"
UNREADABLE = (SourceImageIOError, OSError, ValueError, SyntaxError, EOFError, struct.error)
"""What Wagtail and Pillow's readers raise at a file that is gone or damaged."""


@dataclass(frozen=True)
class Shape:
    """`resizings`: Wagtail's, small to large; `sizes`: how wide the page shows the picture."""

    resizings: tuple[str, ...]
    sizes: str

    @cached_property
    def fallback(self) -> Filter:
        return self.filters[JPEG][0]

    @cached_property
    def filters(self) -> dict[str, list[Filter]]:
        """{format: its filters, small to large}, best format first."""
        return {
            name: [self.filter_of(resizing, name) for resizing in self.resizings]
            for name in FORMATS
        }

    @property
    def all_filters(self) -> list[Filter]:
        """What `shown` may ask for of a picture: to be fetched for many pictures at once."""
        still = [one for filters in self.filters.values() for one in filters]
        return [*still, Filter(spec=self.resizings[0])]

    @staticmethod
    def filter_of(resizing: str, name: str) -> Filter:
        return Filter(spec=f"{resizing}|format-{name}")


SHAPES = {
    "card": Shape(("fill-360x203", "fill-640x360"), "(min-width: 48em) 20rem, 100vw"),
    "photo": Shape(("width-480", "width-960"), "(min-width: 44em) 40rem, 100vw"),
}


def shown(image, shape: Shape) -> dict:
    """{"fallback": Rendition, "sources": [{"type", "srcset"}]} of what exists by now."""
    if image.file.name.lower().endswith(LEFT_ALONE):
        return {"fallback": image.get_rendition(shape.resizings[0]), "sources": []}
    wanted = [one for filters in shape.filters.values() for one in filters]
    existing = image.find_existing_renditions(*wanted)
    fallback = existing.get(shape.fallback) or image.get_rendition(shape.fallback)
    sources = []
    for name, filters in shape.filters.items():
        made = [existing[one] for one in filters if one in existing]
        if len(made) == len(filters):
            srcset = ", ".join(f"{one.url} {one.width}w" for one in made)
            sources.append({"type": f"image/{name}", "srcset": srcset})
    return {"fallback": fallback, "sources": sources}


def make_missing(at_once: int = 1) -> int:
    """Make what is missing of a few pictures that have been shown; how many pictures were done.

    A picture whose file is gone or damaged is left as it is and does not hold up others.
    """
    done = 0
    for shape in SHAPES.values():
        for image in _incomplete(shape)[: at_once - done]:
            _make(image, shape)
            done += 1
    return done


def _incomplete(shape):
    """Pictures of which the first JPEG was made, but not yet the last of the others."""
    model = get_image_model()
    rendition = model.get_rendition_model()
    last = shape.filters[FORMATS[0]][-1].spec
    begun = rendition.objects.filter(filter_spec=shape.fallback.spec).values("image")
    finished = rendition.objects.filter(filter_spec=last).values("image")
    images = model.objects.filter(pk__in=begun).exclude(pk__in=finished).order_by("pk")
    return images.exclude(pk__in=_failed)


_failed: set[int] = set()


def _make(image, shape):
    try:
        image.get_renditions(*(one for filters in shape.filters.values() for one in filters))
    except UNREADABLE:
        _failed.add(image.pk)


def clear_unshown(page) -> int:
    """Delete the sized pictures of a page that was taken down where no other live page uses them.

    Sized pictures are served by the web server, which asks nobody. Returns how many files went.
    """
    image_model = get_image_model()
    images = ContentType.objects.get_for_model(image_model)
    own = ReferenceIndex.get_references_for_object(page).filter(to_content_type=images)
    keys = set(own.values_list("to_object_id", flat=True))
    references = ReferenceIndex.objects.filter(
        to_content_type=images,
        to_object_id__in=keys,
        base_content_type=ContentType.objects.get_for_model(Page),
    )
    referring = references.annotate(page_id=Cast("object_id", IntegerField()))
    live = Page.objects.filter(live=True).exclude(pk=page.pk).values("pk")
    used = set(referring.filter(page_id__in=live).values_list("to_object_id", flat=True))
    renditions = image_model.get_rendition_model().objects.filter(image_id__in=keys - used)
    done = 0
    for rendition in renditions:
        rendition.delete()
        done += 1
    return done
