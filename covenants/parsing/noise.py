"""Tells page numbers, breadcrumbs and site notices from the words of a rule.

Looks at one whole line alone; such a line is kept as unplaced text, never dropped.
"""

from __future__ import annotations

import re

from .variants import fold

LONGEST_NOTICE = 120

_DASHES = r"[-—–─―－_·.．•~～|｜=*\s]"
_PAGE_NUMBER = re.compile(
    rf"{_DASHES}{{0,20}}\d{{1,4}}{_DASHES}{{0,20}}"
    r"|\d{1,4}\s{0,4}[/／]\s{0,4}\d{1,4}"
    r"|[-—–\s]{0,8}[（(【\[]?\s{0,4}(?:第\s{0,8}[\d一二三四五六七八九十百]{1,4}\s{0,8}页)?"
    r"\s{0,4}[,，/／、|]?\s{0,4}(?:[共总]\s{0,8}[\d一二三四五六七八九十百]{1,4}\s{0,8}页)?"
    r"\s{0,4}[）)】\]]?[-—–\s]{0,8}"
    r"|[Pp](?:age|AGE)?\.?\s{0,4}\d{1,4}(?:\s{0,4}(?:of|/)\s{0,4}\d{1,4})?"
)
_RULE_LINE = re.compile(r"[-—–─―－_=*~～·.…\s]{3,}")
_BREADCRUMB = re.compile(
    r"(?:您?(?:现在|当前|目前)?(?:所在|的)?(?:的)?位置)\s{0,4}[:：].*"
    r"|(?:网站|返回)?首\s{0,4}页\s{0,4}(?:[>＞»›/→]|-{1,2}>|&gt;|>>).*"
    r"|[^。；;]{1,20}(?:\s{0,4}(?:>{1,2}|[＞»›]|&gt;)\s{0,4}[^。；;>＞»›&]{1,20}){2,8}"
)
_NOTICE = re.compile(
    r"[【\[（(]?(?:(?:文章|信息|稿件|内容|资料|图片)?(?:来源|作者|出处)|(?:责任|本期|网络|值班)?编\s{0,4}辑|责编"
    r"|(?:发布|发表|更新|录入|成文|生成)(?:时间|日期|机构|人)|(?:浏览|阅读|点击|访问)(?:次数|量|数|人数)?"
    r"|点击率|人气|字\s{0,4}[号体]|索\s{0,4}引\s{0,4}号|关键[词字]|审核人?|校对|打印时间|公开(?:方式|范围|时限)"
    r"|主题(?:词|分类)|信息(?:分类|类别)|(?:主办|承办)(?:单位)?|技术支持|联系电话|地址|邮编"
    r"|上一[篇页条]|下一[篇页条]|扫描二维码|(?:相关|友情|推荐)(?:链接|阅读|文章|新闻|信息|附件)|分享(?:到|至)"
    r"|撰稿|供稿|初审|复审|终审|监制|摄影|文字?/图|发文字号|效力状态)\s{0,4}[:：].*"
    r"|[【\[（(]?\s{0,4}(?:打印(?:本页|此页|本文)?|关闭(?:窗口|本页|页面|此页)?|返回(?:顶部|首页|列表|上一页)?"
    r"|收藏(?:本页)?|分享(?:到|至)?|字体|大|中|小|视力保护色|无障碍(?:浏览|阅读)?|纠错|复制链接|我要纠错"
    r"|点击(?:查看|下载|收听|播放).{0,12}|(?:我要)?(?:评论|留言|投稿|点赞)|相关(?:链接|阅读|附件)|附件下载"
    r"|点击?上?方?蓝字.{0,12}|点击上方.{0,20}关注.{0,8}|在看|点赞|喜欢此内容的人还喜欢|预览时标签不可点|微信扫一扫.{0,20}"
    r"|(?:已读|阅读|浏览|点击)(?:量|数|次数)?\s{0,2}\d{1,9}\+?|TOP|回到?顶部|责任编辑.{0,12}"
    r"|查看原文|阅读原文|全文朗读|上一[篇页条]|下一[篇页条]|扫一扫(?:.{0,16}(?:手机|页|关注|二维码|查看|打开|阅读|微信).{0,16})?|长按.{0,12}二维码.{0,12}"
    r"|分享(?:到|至).{0,20})(?:[\s|｜】\]）):：【\[（(]{1,6}(?:打印(?:本页|此页|本文)?|关闭(?:窗口|本页|页面)?"
    r"|返回(?:顶部|首页|列表)?|收藏(?:本页)?|分享.{0,12}|大|中|小))*\s{0,4}[】\]）)]?"
    r"|(?:copyright|版权所有|©).*|.{0,60}版权所有.{0,40}|.{0,20}(?:ICP备|公网安备|公安备案).{0,60}"
    r"|(?:网址[：:]\s{0,4})?(?:https?://|www\.)\S+|网站(?:地图|标识码|声明).{0,60}",
    re.IGNORECASE,
)
_RULE_WORDS = re.compile(r"第\s?[一1１]\s?[章条]|第\s?[一二三四五六七八九十\d]{1,4}\s?条.*。.")
_WATERMARK = re.compile(
    r"(?:(?:内部(?:资料|文件|使用)|请勿(?:外传|转载|翻印|复印)|严禁(?:外传|复印|翻印)|禁止(?:复制|转载)"
    r"|仅供(?:内部|学习|参考|查阅|使用|工作){1,3}|样\s?本|草\s?稿|副\s?本|复印件|扫描件)[\s,，。·-]{0,4}){1,6}"
    r"|(?:本文档)?由.{1,16}(?:生成|扫描|转换)|(?:扫描|文字识别)全能王.{0,12}"
    r"|.{0,16}(?:试用版|试用水印|未注册|水印).{0,16}|CamScanner|Scanned (?:by|with).{0,30}"
    r"|confidential|draft|sample|evaluation (?:only|warning).{0,60}|created with .{1,40}",
    re.IGNORECASE,
)
_LONGEST_WATERMARK = 40


def noise_kind(line: str) -> str:
    """`page_number`, `breadcrumb`, `site_notice`, `watermark` or `separator`.

    "" for a line of the text.
    """
    text = fold(line.strip())
    if not text or len(text) > LONGEST_NOTICE:
        return ""
    if _RULE_LINE.fullmatch(text):
        return "separator"
    if _PAGE_NUMBER.fullmatch(text):
        return "page_number"
    if _RULE_WORDS.search(text):
        return ""
    if _BREADCRUMB.fullmatch(text):
        return "breadcrumb"
    if _NOTICE.fullmatch(text):
        return "site_notice"
    if len(text) <= _LONGEST_WATERMARK and _WATERMARK.fullmatch(text):
        return "watermark"
    return ""
