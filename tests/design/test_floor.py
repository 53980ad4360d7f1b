"""Public style sheets and scripts ask nothing of a browser that Chromium 70 does not know.

Old telephones and WeChat's own browser are the rule here. A style that is too new must either do no
harm when it is dropped (HARMLESS says since when it is known) or have its fallback beside it.
"""

import configparser
import re
from pathlib import Path

import esprima
import pytest
import tinycss2
from django.conf import settings

from config.bundles import SCRIPTS, STYLES

CSS = settings.ROOT / "static/css"
JS = settings.ROOT / "static/js"
# Scripts beside the bundle: one page's own, and the one that works without a page.
ALONE = {"kept": JS / "kept.js", "worker": settings.ROOT / "static/worker/worker.js"}

_known = configparser.ConfigParser()
_known.read(Path(__file__).with_name("chromium70.ini"), encoding="utf-8")
# Media features that are unknown make a query false, which is what an old browser should answer.
AT_RULES, MEDIA_FEATURES, PSEUDO, FUNCTIONS, PROPERTIES = (
    set(_known[section]["names"].split())
    for section in ("at_rules", "media_features", "pseudo", "functions", "properties")
)
# Newer, dropped without harm: property → the Chromium that brought it.
HARMLESS = {
    "text-decoration-thickness": 89,
    "text-underline-offset": 87,
    "color-scheme": 81,
    "text-size-adjust": 54,
    "print-color-adjust": 136,
    "overscroll-behavior": 63,
    "accent-color": 93,
    "forced-color-adjust": 89,
    "content-visibility": 85,
    "text-wrap": 114,
    "line-break": 58,
    "touch-action": 36,
}
# Known for grids only (in flex boxes since 84), so the older name stands before it.
GAP = {"gap": "grid-gap", "row-gap": "grid-row-gap", "column-gap": "grid-column-gap"}
VALUES_TOO_NEW = {
    "anywhere": 80, "revert": 84, "revert-layer": 99, "fit-content": 46, "flow-root": 58,
    "subgrid": 117, "clip": 90, "dvh": 108, "svh": 108, "lvh": 108,
}  # fmt: skip


def rules_of(nodes):
    """Every style rule with its declarations, also inside of media queries."""
    for rule in nodes:
        if rule.type == "qualified-rule":
            yield rule
        elif (
            rule.type == "at-rule"
            and rule.content is not None
            and rule.lower_at_keyword
            in (
                "media",
                "supports",
            )
        ):
            yield from rules_of(tinycss2.parse_rule_list(rule.content, skip_comments=True))


def at_rules_of(nodes):
    for rule in nodes:
        if rule.type == "at-rule":
            yield rule
            if rule.lower_at_keyword in ("media", "supports"):
                yield from at_rules_of(tinycss2.parse_rule_list(rule.content, skip_comments=True))


def declarations(rule):
    return tinycss2.parse_declaration_list(rule.content, skip_comments=True, skip_whitespace=True)


def tokens_in(nodes):
    for node in nodes:
        yield node
        for inner in ("arguments", "content"):
            if isinstance(getattr(node, inner, None), list):
                yield from tokens_in(getattr(node, inner))


def faults(text):
    """What in this style sheet Chromium 70 would not understand, in words."""
    found = []
    nodes = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    for node in nodes:
        if node.type == "error":
            found.append(f"does not parse: {node.message}")
    for rule in at_rules_of(nodes):
        if rule.lower_at_keyword not in AT_RULES:
            found.append(f"@{rule.lower_at_keyword}")
        if rule.lower_at_keyword == "media":
            found += media_faults(tinycss2.serialize(rule.prelude))
    for rule in rules_of(nodes):
        selector = tinycss2.serialize(rule.prelude).strip()
        found += selector_faults(selector)
        found += declaration_faults(selector, declarations(rule))
    return found


def media_faults(query):
    used = set(re.findall(r"\(\s*([\w-]+)", query))
    found = [f"@media {name}" for name in used - MEDIA_FEATURES]
    return found + ([f"range in @media {query}"] if re.search(r"[<>]", query) else [])


def selector_faults(selector):
    found = [f"nested {selector}"] if "&" in selector else []
    for name in re.findall(r"::?([\w-]+)", re.sub(r"\[[^\]]*\]", "", selector)):
        if name == "focus-visible":
            # Unknown before 86: the whole rule is dropped, which may only cost a nicety.
            parts = selector.split(",")
            if not all(":focus:not(:focus-visible)" in part for part in parts):
                found.append(f":focus-visible in {selector}")
        elif name not in PSEUDO:
            found.append(f":{name} in {selector}")
    return found


def declaration_faults(selector, all_declarations):
    found = []
    values = {d.lower_name: d for d in all_declarations if d.type == "declaration"}
    flexes = any(
        "flex" in tinycss2.serialize(d.value)
        for d in all_declarations
        if d.type == "declaration" and d.lower_name == "display"
    )
    for declaration in all_declarations:
        if declaration.type == "error":
            found.append(f"{selector}: {declaration.message}")
            continue
        if declaration.type != "declaration":
            found.append(f"{selector}: nested rule")
            continue
        name = declaration.lower_name
        if name.startswith("--"):
            found += value_faults(selector, name, declaration.value)
            continue
        if name in GAP:
            if flexes:
                found.append(f"{selector}: {name} in a flex box (84)")
            elif GAP[name] not in values and name != "column-gap":
                found.append(f"{selector}: {name} without {GAP[name]}")
        elif name not in PROPERTIES and name not in HARMLESS and not name.startswith("-webkit-"):
            found.append(f"{selector}: {name}")
        found += value_faults(selector, name, declaration.value, values)
    return found


def value_faults(selector, name, value, beside=()):
    """`beside`: names of the same rule; word-break is the older way to overflow-wrap: anywhere."""
    found = []
    for token in tokens_in(value):
        if token.type == "function" and token.lower_name not in FUNCTIONS:
            found.append(f"{selector}: {name} {token.lower_name}()")
        if token.type == "ident" and VALUES_TOO_NEW.get(token.lower_value, 0) > 70:
            excused = name == "overflow-wrap" and "word-break" in beside
            found += [] if excused else [f"{selector}: {name} {token.lower_value}"]
        if token.type == "dimension" and token.lower_unit in VALUES_TOO_NEW:
            found.append(f"{selector}: {name} in {token.lower_unit}")
    return found


@pytest.mark.parametrize("name", STYLES)
def test_style_sheets_keep_to_the_floor(name):
    assert faults((CSS / f"{name}.css").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "@layer a { p { color: red } }",
        "@container (min-width: 1em) { p { color: red } }",
        ":is(a, b) { color: red }",
        "a:has(b) { color: red }",
        "a:where(b) { color: red }",
        "a:focus-visible { outline: 0 }",
        "a { inset: 0 }",
        "a { margin-inline: 1em }",
        "a { padding-block: 1em }",
        "a { aspect-ratio: 1 }",
        "a { width: clamp(1px, 2px, 3px) }",
        "a { width: min(1px, 2px) }",
        "a { color: color-mix(in srgb, red, blue) }",
        "a { display: flex; gap: 1em }",
        "a { display: grid; gap: 1em }",
        "a { height: 100dvh }",
        "@media (width > 40em) { a { color: red } }",
        "@media print { a { inset: 0 } }",
        "a { & b { color: red } }",
    ],
)
def test_what_is_too_new_is_noticed(text):
    assert faults(text)


def test_a_grid_with_both_names_of_its_gap_passes():
    assert faults("a { display: grid; grid-gap: 1em; gap: 1em }") == []


# Scripts: ES2018 and what Chromium 70's objects can do.
SYNTAX_TOO_NEW = {
    "ChainExpression": "?. (80)",
    "FieldDefinition": "fields of a class (72)",
    "PropertyDefinition": "fields of a class (72)",
    "PrivateIdentifier": "private fields (74)",
    "StaticBlock": "static blocks (94)",
    "ImportDeclaration": "import: all scripts are one file",
    "ExportNamedDeclaration": "export: all scripts are one file",
    "ExportDefaultDeclaration": "export: all scripts are one file",
}
METHODS_TOO_NEW = {
    "replaceAll": 85, "at": 92, "allSettled": 76, "any": 85, "fromEntries": 73, "matchAll": 73,
    "hasOwn": 93, "findLast": 97, "findLastIndex": 97, "replaceChildren": 86, "requestSubmit": 76,
    "toSorted": 110, "structuredClone": 98, "randomUUID": 92, "groupBy": 117,
    "checkVisibility": 105, "showPicker": 99, "withResolvers": 119,
}  # fmt: skip
NAMES_TOO_NEW = {
    "globalThis": 71, "queueMicrotask": 71, "structuredClone": 98, "WeakRef": 84,
    "AggregateError": 85,
}  # fmt: skip


def nodes_in(tree):
    if isinstance(tree, list):
        for item in tree:
            yield from nodes_in(item)
    elif getattr(tree, "type", None):
        yield tree
        for name, value in vars(tree).items():
            if name not in ("range", "loc"):
                yield from nodes_in(value)


def script_faults(source):
    found = []
    for node in nodes_in(esprima.parseModule(source)):
        if node.type in SYNTAX_TOO_NEW:
            found.append(SYNTAX_TOO_NEW[node.type])
        elif node.type == "LogicalExpression" and node.operator == "??":
            found.append("?? (80)")
        elif node.type == "AssignmentExpression" and node.operator in ("||=", "&&=", "??="):
            found.append(f"{node.operator} (85)")
        elif node.type == "Literal" and re.search(r"^\d[\d_]*(_\d|n$)", str(node.raw)):
            found.append(f"{node.raw} (75)")
        elif node.type == "CallExpression" and node.callee.type == "MemberExpression":
            name = "" if node.callee.computed else getattr(node.callee.property, "name", "")
            if name in METHODS_TOO_NEW:
                found.append(f".{name} ({METHODS_TOO_NEW[name]})")
        elif node.type == "Identifier" and node.name in NAMES_TOO_NEW:
            found.append(f"{node.name} ({NAMES_TOO_NEW[node.name]})")
    return found + top_level_await(esprima.parseModule(source))


def top_level_await(tree, inside=False):
    """`await` outside of an async function (89)."""
    if isinstance(tree, list):
        return [fault for item in tree for fault in top_level_await(item, inside)]
    if not getattr(tree, "type", None):
        return []
    if tree.type == "AwaitExpression" and not inside:
        return ["await outside of a function (89)"]
    inside = inside or "Function" in tree.type
    return [
        fault
        for name, value in vars(tree).items()
        if name not in ("range", "loc")
        for fault in top_level_await(value, inside)
    ]


@pytest.mark.parametrize("name", [*SCRIPTS, *ALONE])
def test_scripts_keep_to_the_floor(name):
    path = ALONE.get(name, JS / f"{name}.js")
    assert script_faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "a?.b",
        "a ?? b",
        "a ||= 1",
        "class A { x = 1 }",
        "class A { #x() {} }",
        "1_000",
        "a.replaceAll('x', 'y')",
        "globalThis.x",
        "await x",
        "import a from 'b'",
        "export const a = 1",
    ],
)
def test_scripts_too_new_are_noticed(source):
    assert script_faults(source)


def test_every_file_is_in_the_bundle_or_known_to_be_beside_it():
    """A sheet or script that no bundle names would silently not be there."""
    others = {"css": {"admin", "ledger", "slips"}, "js": {"desk", "hints", "remind", *ALONE}}
    assert {p.stem for p in CSS.glob("*.css")} - others["css"] == set(STYLES)
    assert {p.stem for p in JS.glob("*.js")} - others["js"] == set(SCRIPTS)
