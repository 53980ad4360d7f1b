"""`{% sized_picture image "photo" alt=… first=True class=… %}`: a picture in sizes and formats."""

from django import template

from safety.renditions import SHAPES, UNREADABLE, shown

register = template.Library()


@register.inclusion_tag("components/sized_picture.html")
def sized_picture(image, shape, alt="", first=False, **attributes):
    """`shape`: of `safety.renditions.SHAPES`; `first`: it stands in the first window of the page.

    Nothing is shown of a picture whose file is gone or damaged.
    """
    known = SHAPES[shape]
    try:
        found = shown(image, known) if image else {}
    except UNREADABLE:
        found = {}
    return {
        **found,
        "alt": alt,
        "first": first,
        "sizes": known.sizes,
        "class": attributes.get("class", ""),
    }
