"""What the name of a file in a folder or zip says: to be read, to be passed over, or refused.

Looks at names only. What people put there on purpose is read or answered; what systems leave
behind is nobody's question.
"""

import re
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

SUFFIXES = (
    ".docx", ".txt", ".md", ".doc", ".wps", ".rtf", ".odt", ".pdf", ".html", ".htm", ".mht"
)  # fmt: skip
MANIFEST = ".csv"

_WORD = frozenset({".docm", ".dotx", ".dotm", ".dot", ".wpt", ".ott", ".ofd", ".pages", ".uof"})
_PICTURES = frozenset(
    {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"}
)  # fmt: skip
_TABLES = frozenset({".ppt", ".pptx", ".xls", ".xlsx", ".et", ".dps", ".pps", ".ppsx"})
_PACKED = frozenset({".zip", ".rar", ".7z", ".tar", ".gz"})
_LEFT_BEHIND = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
# What `covenants.export.following` writes for a group that follows its village.
_NOTE = re.compile(r"沿用(?:村规民约|居民公约)的说明(?: \(\d+\))?$")
# Word and WPS write these beside a file that is open.
_LOCK_PREFIXES = ("~$", "~wrl", ".~")


def is_left_behind(name: str) -> bool:
    """Whether a relative path is of what systems and programs leave (.DS_Store, ~$约.docx)."""
    parts = PurePosixPath(name).parts
    if not parts:
        return True
    return any(part.startswith(".") or part.lower() in _LEFT_BEHIND for part in parts) or parts[
        -1
    ].lower().startswith(_LOCK_PREFIXES)


def why_refused(name: str) -> str:
    """Why a file of this name is not taken, and what to do; empty when it may be read."""
    suffix = PurePosixPath(name).suffix.lower()
    if _NOTE.search(PurePosixPath(name).stem):
        return _("这是小组沿用村里规约的说明，不是规约。沿用请在后台“小组沿用村约”里登记。")
    if suffix in SUFFIXES:
        return ""
    if suffix in _WORD:
        return _("不收这种格式（可能带宏）。请用 Word 或 WPS 打开，另存为 .docx。")
    if suffix in _PICTURES:
        return _("图片里的字认不出来。请把文字打成 .docx；扫描件可以在“上传规约”时一起交。")
    if suffix in _TABLES:
        return _("表格和演示文稿不能导入。请把规约的文字复制到 Word，另存为 .docx。")
    if suffix in _PACKED:
        return _("压缩包里的压缩包不会打开。请先解开，再一起打包。")
    if suffix == MANIFEST:
        return _("这个表没有当作清单用：一次只能有一份清单。")
    return _("不是能读的格式。如果是规约，请用 Word 或 WPS 打开，另存为 .docx。")


def part_label(name: str, part: int) -> str:
    """A file's name and which of its documents is meant; 0 for a file of one."""
    return _("%(name)s 第%(part)d份") % {"name": name, "part": part} if part else name
