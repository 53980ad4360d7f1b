"""The print view of a rule, and a PDF as browsers make it, read back."""

import base64

import pypdfium2
import pytest

from covenants.parsing import parse_file
from covenants.parsing.document import BODY
from covenants.parsing.readers import read_file
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
MM = 72 / 25.4


def printed(browser, address, path):
    """Save a page as the PDF that printing it makes."""
    browser.get(address)
    made = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    path.write_bytes(base64.b64decode(made["data"]))
    return path


def test_a_rule_prints_on_a4_without_the_sites_furniture(browser, place, live_server, tmp_path):
    page = make.CovenantPageFactory(
        parent=place,
        chapters=[
            (
                "第一章",
                "红白喜事",
                [
                    {
                        "label": "第一条",
                        "text": "办客：",
                        "items": make.items("酒席十桌；", "礼金百元。"),
                    },
                    {"label": "第二条", "text": "高堂做寿不收礼，脿村、𥔲嘉来的亲戚一样对待。"},
                ],
            )
        ],
        closing="松林村村民会议",
    )
    path = printed(browser, f"{live_server.url}{page.url}", tmp_path / "打印.pdf")
    lines = [line.text for line in read_file(path).lines if line.role == BODY and line.text.strip()]
    text = "".join("".join(lines).split())
    for part in (
        "松林村村规民约",
        "现行有效",
        "第一章红白喜事",
        "（一）酒席十桌；",
        "松林村村民会议",
    ):
        assert part in text
    for furniture in ("历次版本", "下载", "找我的村", "目录"):
        assert furniture not in text
    articles = {a.label: a.text for a in parse_file(path).articles}
    assert articles["第二条"] == "高堂做寿不收礼，脿村、𥔲嘉来的亲戚一样对待。"
    width, height = pypdfium2.PdfDocument(path)[0].get_size()
    assert (round(width / MM), round(height / MM)) == (210, 297)
