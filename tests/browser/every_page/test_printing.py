"""Pages as they come out of a printer: A4 with its margins, the text whole, no furniture."""

import base64

import pypdfium2
import pytest

from tests.browser.every_page.walk import DESK, emulate, resize
from tests.browser.forgetting import forget

MM = 72 / 25.4
PAPER = {
    "rule": ("/qingyanxian/yuntaizhen/songlin/covenant/", ["村规民约", "第一条"]),
    "record": ("consultationpage", ["议"]),
    "situation": ("/qingyanxian/yuntaizhen/songlin/shiqing/jiuxi/", ["桌", "松林村"]),
    "comparison": ("/compare/feast_tables/", ["桌"]),
    "changes": (
        "/qingyanxian/qingshuihezhen/xingfulishequ/covenant/bijiao/?from=1&to=2",
        ["原来", "现在"],
    ),
}
FURNITURE = ["查我村规矩", "看身边榜样", "大字版", "跳到正文", "听全文", "复制"]
# GB/T 9704's text block, a little less where a browser rounds.
LEFT, RIGHT, TOP, BOTTOM = 28, 26, 37, 35


@pytest.fixture(params=sorted(PAPER))
def printed(request, chromium, server, pages, tmp_path):
    """(PDF of the page, words that must stand in it)."""
    where, words = PAPER[request.param]
    if not where.startswith("/"):
        where = next(page.path for page in pages if page.kind == where)
    forget(chromium)
    emulate(chromium)
    resize(chromium, DESK)
    chromium.get(server + where)
    made = chromium.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    path = tmp_path / f"{request.param}.pdf"
    path.write_bytes(base64.b64decode(made["data"]))
    document = pypdfium2.PdfDocument(path)
    yield document, words
    document.close()


def test_paper_carries_the_text_and_no_furniture(printed):
    document, words = printed
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    assert [word for word in words if word not in text] == []
    assert [word for word in FURNITURE if word in text] == []


def test_paper_is_a4_and_the_text_keeps_to_its_margins(printed):
    for page in printed[0]:
        width, height = page.get_size()
        assert (round(width / MM), round(height / MM)) == (210, 297)
        boxes = [found.get_bounds() for found in page.get_objects() if found.type == 1]
        assert boxes, "an empty sheet"
        left, bottom, right, top = (
            end(values)
            for end, values in zip((min, min, max, max), zip(*boxes, strict=True), strict=True)
        )
        assert left >= (LEFT - 2) * MM and right <= width - (RIGHT - 2) * MM
        assert bottom >= (BOTTOM - 2) * MM and top <= height - (TOP - 2) * MM
