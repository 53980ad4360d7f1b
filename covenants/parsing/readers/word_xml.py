"""Small steps through WordprocessingML by local name, so that strict and transitional files and
those of other writers read alike. Knows no meaning of any element.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; "" for a comment or processing instruction."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Direct children with this local name."""
    if element is not None:
        yield from (one for one in element if local_name(one) == name)


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first direct child with this local name, or None."""
    return next(children(element, name), None)


def attribute(element: etree._Element | None, name: str) -> str:
    """The value of an attribute by local name, "" when absent."""
    if element is None:
        return ""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def integer(value: str, default: int) -> int:
    """The whole number a short attribute holds, else the default."""
    text = value.strip()
    if len(text) > 9 or not text.lstrip("-").isdecimal():
        return default
    try:
        return int(text)
    except ValueError:
        return default


def is_on(element: etree._Element | None) -> bool:
    """Whether a switch such as w:vanish is present and not turned off."""
    return element is not None and attribute(element, "val") not in {"0", "false", "off"}
