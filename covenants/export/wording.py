"""Words that stand beside a text in its file: where it comes from, what is suspended.

Part of the file's content, so Chinese like the text itself and in no catalogue.
"""

import datetime

from .document import RuleDocument


def source_lines(document: RuleDocument) -> list[str]:
    """Where the text was taken from and whether it is in force.

    Worded as a site's notice, which the parser keeps out of the text when the file comes back.
    """
    notice = f"来源：{document.area_name}。{document.status}"
    return [notice, document.address] if document.address else [notice]


def suspension(day: datetime.date | None) -> str:
    """The remark before a suspended article; empty for one that is not."""
    return f"〔本条自{day.year}年{day.month}月{day.day}日起暂停适用〕" if day else ""
