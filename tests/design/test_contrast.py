"""Every pair of tokens that text is set in, computed from tokens.css in each mode.

WCAG 2.1: text at least 4.5:1, edges of controls 3:1; for elder readers the body text 7:1.
"""

import itertools
import re

import pytest
import tinycss2
from django.conf import settings

SHEET = settings.ROOT / "static/css/tokens.css"
GROUNDS = ("paper", "surface", "sunk")
PAIRS = [
    *itertools.product(("ink", "ink-soft", "link", "accent"), GROUNDS),
    *itertools.product(("ink", "link", "accent"), ("accent-sunk",)),
    *itertools.product(("ink",), ("good-sunk", "busy-sunk", "idle-sunk")),
    ("good", "good-sunk"),
    ("busy", "busy-sunk"),
    ("idle", "idle-sunk"),
    ("good", "surface"),
    ("busy", "surface"),
    ("on-accent", "accent"),
    ("on-accent", "link"),
    ("on-red", "lacquer-red"),
    ("on-black", "lacquer-black"),
    ("on-black-soft", "lacquer-black"),
    ("lacquer-yellow", "lacquer-black"),
    ("on-mark", "mark"),
]
BODY = [*itertools.product(("ink", "ink-soft", "link"), GROUNDS)]
EDGES = [*itertools.product(("line-strong", "focus", "accent"), GROUNDS)]


def blocks():
    """[(media query or "", selector, {token: value})] of the sheet, in its order."""
    found = []
    text = SHEET.read_text(encoding="utf-8")
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            found.append(("", rule))
        else:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            query = tinycss2.serialize(rule.prelude).strip()
            found += [(query, one) for one in inner]
    return [
        (query, tinycss2.serialize(rule.prelude).strip(), values_of(rule)) for query, rule in found
    ]


def values_of(rule):
    return {
        d.name[2:]: tinycss2.serialize(d.value).strip()
        for d in tinycss2.parse_declaration_list(rule.content, skip_comments=True)
        if d.type == "declaration" and d.name.startswith("--")
    }


def mode(theme, text):
    """The tokens that hold for html[data-theme=theme][data-text=text]."""
    tokens = {}
    for query, selector, values in blocks():
        applies = not query and (
            selector == ":root"
            or selector == f':root[data-theme="{theme}"]'
            or f'[data-text="{text}"]' in selector
        )
        if applies:
            tokens.update(values)
    return tokens


def colour(tokens, name):
    value = tokens[name]
    while reference := re.fullmatch(r"var\(--([\w-]+)\)", value):
        value = tokens[reference.group(1)]
    return tuple(int(value[i : i + 2], 16) / 255 for i in (1, 3, 5))


def luminance(rgb):
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(tokens, one, other):
    lighter, darker = sorted((luminance(colour(tokens, n)) for n in (one, other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


MODES = list(itertools.product(("light", "dark"), ("", "1", "2", "3")))


@pytest.mark.parametrize(("theme", "text"), MODES)
def test_text_is_legible_in_every_mode(theme, text):
    tokens = mode(theme, text)
    weak = {p: round(contrast(tokens, *p), 2) for p in PAIRS if contrast(tokens, *p) < 4.5}
    assert not weak


@pytest.mark.parametrize(("theme", "text"), MODES)
def test_edges_of_controls_are_seen(theme, text):
    tokens = mode(theme, text)
    weak = {p: round(contrast(tokens, *p), 2) for p in EDGES if contrast(tokens, *p) < 3}
    assert not weak


@pytest.mark.parametrize(("theme", "text"), [m for m in MODES if m[1]])
def test_elders_read_at_seven_to_one(theme, text):
    tokens = mode(theme, text)
    weak = {p: round(contrast(tokens, *p), 2) for p in BODY if contrast(tokens, *p) < 7}
    assert not weak


def test_dark_by_device_and_dark_by_choice_are_the_same():
    by_device = next(v for q, _, v in blocks() if "prefers-color-scheme" in q)
    by_choice = next(v for q, s, v in blocks() if not q and s == ':root[data-theme="dark"]')
    assert by_device == by_choice


def test_other_sheets_take_their_colours_from_the_tokens():
    """Printing and the admin have grounds of their own."""
    for path in SHEET.parent.glob("*.css"):
        if path.stem in ("tokens", "print", "admin", "slips"):
            continue
        text = re.sub(r"@media print \{.*?\n\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        text = re.sub(r"var\([^()]*(\([^()]*\))?[^()]*\)", "", text)
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)", text), path.name
