"""Traditional characters read as simplified ones, one for one, so that positions stay the same.

Only for matching: what is shown and stored stays as the source writes it. The table holds the
characters that the parser's own patterns use, not the whole script.
"""

from __future__ import annotations

_TRADITIONAL = (
    "條節會議過規約總則項號員組團評禁賭紅黨戶長聯經濟協實執釋訂製發佈區鄉鎮縣辦與於對違據處備後"
    "從時間單職責織來頁樓導標題網瀏覽聲權無礙瞭編輯錄數點擊審覈關鍵鏈載維碼連絡錨綱範圍屬應審續"
    "進現開閉體廢許務環衛業產電話負處訪問閱讀轉評論尋獎懲錢龍門類場鐘說見愛國當級機構結訪內"
)
_SIMPLIFIED = (
    "条节会议过规约总则项号员组团评禁赌红党户长联经济协实执释订制发布区乡镇县办与于对违据处备后"
    "从时间单职责织来页楼导标题网浏览声权无碍了编辑录数点击审核关键链载维码连络锚纲范围属应审续"
    "进现开闭体废许务环卫业产电话负处访问阅读转评论寻奖惩钱龙门类场钟说见爱国当级机构结访内"
)
_FOLD = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def fold(text: str) -> str:
    """The text with these traditional characters simplified; of the same length."""
    return text.translate(_FOLD)
