"""Characters that no text of this site may hold, taken out at the entrances. Free of Django.

Removed: NUL and other control characters (but tab and line ends), halves of surrogate pairs and
noncharacters, which databases and XML refuse; marks that turn the direction of writing (Unicode
TR 36, 3.1), with which a title could reverse the page around it. More than eight combining marks
on one letter, which pile up over other lines, are cut to eight. Everything else stays: characters
beyond the basic plane occur in names of places.
"""

import json
import re

MOST_MARKS = 8
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_TURNS = "\u202a-\u202e\u2066-\u2069"
_LAST_OF_PLANES = "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_REMOVED = re.compile(f"[{_CONTROLS}{_TURNS}\ufdd0-\ufdef\ud800-\udfff{_LAST_OF_PLANES}]")
_PILE = re.compile(f"({_MARKS}{{{MOST_MARKS}}}){_MARKS}+")
_HALF = re.compile("[\ud800-\udfff]")
# What JSON may write in ASCII of all these; more than these begin so, which costs a second look.
_ESCAPED = re.compile(r"\\u(?:00[01789]|0[34]|1[ad]|20|d[89a-f]|f[de]|ff)", re.IGNORECASE)
_ANY_ESCAPE = re.compile(r"\\u[0-9a-f]{4}", re.IGNORECASE)


def clean_text(text: str) -> str:
    """`text` without the characters above; the same object when there are none."""
    if text.isascii() and text.isprintable():
        return text
    # Half a pair followed by its other half is one character, as JSON of other programs writes it.
    if _HALF.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return _PILE.sub(r"\1", _REMOVED.sub("", text))


def clean_json(value):
    """`clean_text` for every text in lists and dicts, keys included, and in JSON held as text."""
    if isinstance(value, str):
        if value[:1] in ("[", "{") and _ESCAPED.search(value):
            try:
                held = json.loads(value)
                cleaned = clean_json(held)
                return value if cleaned == held else json.dumps(cleaned)
            except ValueError:
                return clean_text(value)
            except RecursionError:
                # No form nests so deep; whoever reads it all the same shall find nothing escaped.
                return clean_text(_ANY_ESCAPE.sub("", value))
        return clean_text(value)
    if isinstance(value, list):
        return [clean_json(one) for one in value]
    if isinstance(value, dict):
        return {clean_json(key): clean_json(one) for key, one in value.items()}
    return value
