"""What of a hostile text became part of a page: its elements, attributes, scripts or addresses."""

import re

import html5lib

_ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "srcset", "content", "ping"}
_DANGEROUS = re.compile(r"[\x00-\x20]*(javascript|vbscript|data:text/html|//cunyue)", re.IGNORECASE)
_DATA = {"application/json", "application/ld+json", "text/x-template", "text/template"}


def faults(html: str) -> list[str]:
    """Each as words; empty for a page on which every hostile text is only text."""
    found = []
    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        tag = element.tag.rpartition("}")[2].lower()
        if tag == "x-cunyue":
            found.append("element x-cunyue")
        if tag == "script" and element.get("type") not in _DATA:
            text = element.text or ""
            if re.match(r"\s*(parent\.)?cunyue\(", text):
                found.append("script")
        for name, value in element.attrib.items():
            name = str(name).rpartition("}")[2].lower()
            if "cunyue" in name:
                found.append(f"attribute {name} of {tag}")
            if name.startswith("on") and "cunyue" in value:
                found.append(f"handler {name} of {tag}")
            if name in _ADDRESSES and "cunyue" in value and _DANGEROUS.match(value):
                found.append(f"address {name} of {tag}: {value[:60]}")
    return found
