"""Parts of an article's text with the situation's words marked. No Django, no HTML."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .choosing import Topic


@dataclass(frozen=True)
class Segment:
    """A stretch of text, `marked` where it is a word looked for."""

    text: str
    marked: bool = False


def segments(text: str, topic: Topic) -> list[Segment]:
    """The text cut at the topic's words; joined again the segments are the text."""
    words = sorted(topic.all_words, key=len, reverse=True)
    if not words:
        return [Segment(text)]
    found, last = [], 0
    one = "|".join(map(re.escape, words))
    # Words next to each other are one mark.
    for match in re.finditer(f"(?:{one})+", topic.blank(text)):
        if match.start() > last:
            found.append(Segment(text[last : match.start()]))
        found.append(Segment(text[match.start() : match.end()], marked=True))
        last = match.end()
    if last < len(text):
        found.append(Segment(text[last:]))
    return found


def marked_items(items: Iterable[dict], topic: Topic) -> list[dict]:
    """[{"label", "segments", "items"}] of an article's items, nested as they are."""
    return [
        {
            "label": item.get("label", ""),
            "segments": segments(item.get("text", ""), topic),
            "items": marked_items(item.get("items", []), topic),
        }
        for item in items
    ]
