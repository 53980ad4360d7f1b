"""The HTML of every public page: valid, references whole, headings in order, nothing inline."""

import re

import html5lib

from tests.browser.every_page.faults import fail_with

REFERENCES = (
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "aria-details",
    "aria-errormessage",
    "aria-activedescendant",
    "for",
    "list",
    "form",
    "headers",
)
CONTROLS = "//input[not(@type='hidden' or @type='submit' or @type='button')]|//select|//textarea"
INTERACTIVE = ("a", "button", "input", "select", "textarea", "summary", "label")


def test_every_page_parses_without_an_error(pages):
    faults = []
    for page in pages:
        parser = html5lib.HTMLParser()
        parser.parse(page.html)
        faults += [
            f"{page.path} line {line}: {code} {data}" for (line, _), code, data in parser.errors
        ]
    fail_with(faults)


def test_ids_are_unique_and_references_lead_to_one(pages):
    faults = []
    for page in pages:
        ids = page.tree.xpath("//@id")
        faults += [f"{page.path}: id {one} twice" for one in set(ids) if ids.count(one) > 1]
        for name in REFERENCES:
            for value in page.tree.xpath(f"//@{name}"):
                faults += [
                    f"{page.path}: {name}={one} is nowhere"
                    for one in value.split()
                    if one not in ids
                ]
    fail_with(faults)


def test_every_control_has_a_name(pages):
    fail_with(
        f"{page.path}: {control.tag} {control.get('name')} has no label"
        for page in pages
        for control in page.tree.xpath(CONTROLS)
        if not is_named(page.tree, control)
    )


def is_named(tree, control):
    if control.get("aria-label", "").strip() or control.get("aria-labelledby"):
        return True
    labels = tree.xpath("//label[@for=$id]", id=control.get("id") or " ")
    return any(label.text_content().strip() for label in [*labels, *control.iterancestors("label")])


def test_headings_start_with_the_one_h1_and_leave_out_no_level(pages):
    faults = []
    for page in pages:
        levels = [int(h.tag[1]) for h in page.tree.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
        if levels.count(1) != 1 or levels[0] != 1:
            faults.append(f"{page.path}: headings {levels}")
        pairs = zip(levels, levels[1:], strict=False)
        faults += [f"{page.path}: h{b} after h{a}" for a, b in pairs if b > a + 1]
        empty = page.tree.xpath("//h1|//h2|//h3|//h4|//h5|//h6")
        faults += [f"{page.path}: an empty {h.tag}" for h in empty if not h.text_content().strip()]
    fail_with(faults)


def test_every_page_names_its_language_and_itself(pages):
    faults = []
    for page in pages:
        if page.tree.get("lang") not in ("zh-hans", "zh-Hans", "en"):
            faults.append(f"{page.path}: lang {page.tree.get('lang')}")
        title = "".join(page.tree.xpath("/html/head/title/text()"))
        if not title.replace("· 村约", "").strip():
            faults.append(f"{page.path}: no title")
        if not page.tree.xpath("//meta[@name='viewport']"):
            faults.append(f"{page.path}: no viewport")
        if len(page.tree.xpath("//main")) != 1:
            faults.append(f"{page.path}: not one main")
    fail_with(faults)


def test_pictures_have_words_and_keep_their_place(pages):
    fail_with(
        f"{page.path}: {picture.get('src')} has no {name}"
        for page in pages
        for picture in page.tree.xpath("//img")
        for name in ("alt", "width", "height")
        if picture.get(name) is None
    )


def test_nothing_stands_inline_and_nothing_comes_from_elsewhere(pages):
    faults = []
    for page in pages:
        for element in page.tree.iter("*"):
            names = [n for n in element.attrib if n == "style" or re.fullmatch(r"on\w+", n)]
            faults += [f"{page.path}: {element.tag} {name}=" for name in names]
            if element.tag == "style":
                faults.append(f"{page.path}: a style element")
            if element.tag == "script" and not element.get("src"):
                faults.append(f"{page.path}: a script inline")
        sources = page.tree.xpath("//@src|//@srcset|//@poster|//link[@rel!='canonical']/@href")
        faults += [f"{page.path}: loads {s}" for s in sources if re.match(r"(https?:)?//", s)]
    fail_with(faults)


def test_no_control_stands_inside_another_and_none_jumps_the_queue(pages):
    faults = []
    for page in pages:
        for element in page.tree.xpath("//a[@href]|//button|//summary"):
            inner = [e.tag for e in element.iterdescendants(*INTERACTIVE)]
            faults += [f"{page.path}: {tag} inside {element.tag}" for tag in inner]
        early = [v for v in page.tree.xpath("//@tabindex") if int(v) > 0]
        faults += [f"{page.path}: tabindex {value}" for value in early]
    fail_with(faults)
