"""Makes texts to export, without a database."""

import io

from covenants.export import RuleDocument, render
from covenants.parsing import parse_file, parse_text

STATUS = "这是第2版，自2024年4月1日起施行，现行有效。"


def document(rules, **more):
    """A document of parsed rules, or of a text to parse."""
    if isinstance(rules, str):
        rules = parse_text(rules)
    values = {
        "kind": "covenant",
        "area_name": "青岩县 · 云台镇 · 松林村",
        "status": STATUS,
        "address": "http://testserver/qingyan/yuntai/songlin/covenant/",
    }
    return RuleDocument(rules, **values | more)


def read_back(made, format_name):
    """What parsing the exported file gives."""
    data = render(made, format_name)
    return parse_file(io.BytesIO(data), f"规约.{format_name}")


def assert_same_text(found, wanted):
    """Title, preamble, chapters, articles with their items, and closing."""
    assert found.title == wanted.title
    assert found.preamble == wanted.preamble
    assert found.chapters == wanted.chapters
    assert found.closing == wanted.closing
