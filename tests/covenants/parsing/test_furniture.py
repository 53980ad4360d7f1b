"""What a page or a site printed around a text is set aside; what its author wrote stays."""

import pytest

from covenants.parsing import parse_text


def parsed(line):
    return parse_text(f"松林村村规民约\n第一条 守法。\n{line}\n第二条 和睦。")


@pytest.mark.parametrize(
    "line",
    [
        "- 12 -", "－3－", "· 4 ·", "第 2 页 / 共 9 页", "共9页", "P3", "Page 3 of 9", "3/9",
        "您现在的位置：首页 >> 村务公开", "首页→政务公开→村规民约", "網站首頁 > 村務公開",
        "发布日期：2021-12-24　浏览次数：12", "來源：本站", "【字号：大 中 小】", "打印 关闭",
        "上一篇：无", "相关阅读：", "附件下载", "责任编辑：村委会", "阅读 1024", "在看", "点赞",
        "版权所有 松林村村民委员会", "滇ICP备00000000号", "https://example.invalid/a/1.html",
        "扫一扫在手机打开当前页", "长按识别二维码", "点击上方“松林发布”关注我们",
        "内部资料", "仅供参考", "样 本", "请勿外传", "扫描全能王 创建", "由云文档转换生成",
        "_______________", "* * *",
    ],
)  # fmt: skip
def test_a_printed_line_is_set_aside(line):
    rules = parsed(line)
    assert [(entry.text, entry.line) for entry in rules.unplaced] == [(line, 3)]
    assert [article.text for article in rules.articles] == ["守法。", "和睦。"]


@pytest.mark.parametrize(
    "line",
    [
        "来源清楚的捐款才能收。",
        "烟≤20元/盒",
        "酒席＞15桌的不办",
        "首页写村名，末页写日期。",
        "共有9户人家",
        "地址不清的不登记。",
        "样本由村民代表保管。",
        "点赞好人好事，分享到村里的公示栏。",
        "扫一扫房前屋后，捡一捡路边垃圾。",
    ],
)
def test_an_ordinary_line_stays(line):
    rules = parsed(line)
    assert rules.unplaced == []
    assert line in rules.articles[0].text


def test_a_line_that_ends_every_article_stays():
    rules = parse_text(
        "松林村村规民约\n第一条 不赌博\n违者批评教育\n第二条 不吸毒\n违者批评教育\n"
        "第三条 不打架\n违者批评教育"
    )
    assert [article.text for article in rules.articles] == [
        "不赌博\n违者批评教育", "不吸毒\n违者批评教育", "不打架\n违者批评教育",
    ]  # fmt: skip


def test_a_running_head_with_its_page_number_is_set_aside():
    rules = parse_text(
        "松林村村规民约\n第一条 爱护公物，\n松林村规约汇编 第1页\n不乱刻画。\n"
        "第二条 爱护水源，\n松林村规约汇编 第2页\n不倒垃圾。\n"
        "第三条 爱护山林。\n松林村规约汇编 第3页"
    )
    assert [entry.line for entry in rules.unplaced] == [3, 6, 9]
    assert {warning.code for warning in rules.warnings} == {"running_line"}
    assert "松林村规约汇编" not in "".join(article.text for article in rules.articles)
