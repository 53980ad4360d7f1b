"""Refuses an index folder that anybody but the service user could have written.

An index is made of pickles, and reading a pickle runs it.
"""

import os
import re
import stat
from pathlib import Path

from django.utils.translation import gettext as _

_OURS = re.compile(r"current(\..+)?|(gen|merge)-\w+|\w+\.lock|checked\.json(\.new)?|lost\+found")


class IndexUnavailable(Exception):
    """There is no index that can be read; a rebuild makes one."""


class IndexMissing(IndexUnavailable):
    """The folder is not there yet."""


class IndexRefused(IndexUnavailable):
    """The folder is not ours to use; the message tells the administrator what to do."""


def ensure_private(path: Path, *, create: bool = False) -> None:
    """Returns if the folder is the service user's own; raises IndexMissing or IndexRefused.

    With ``create`` it is made, and an empty one is closed to others. One that holds anything is
    never changed: what stands in it may have come from elsewhere.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        if not create:
            raise IndexMissing(str(path)) from None
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
        status = path.stat()
    except NotADirectoryError:
        raise IndexRefused(_("检索目录 %s 的上级不是文件夹。") % path) from None
    if not stat.S_ISDIR(status.st_mode):
        raise IndexRefused(_("检索目录 %s 不是文件夹，请移走该文件。") % path)
    if status.st_uid != os.geteuid():
        raise IndexRefused(
            _("检索目录 %(path)s 属于另一个用户（%(owner)s），请以运行本站的用户建立它。")
            % {"path": path, "owner": status.st_uid}
        )
    if stat.S_IMODE(status.st_mode) & 0o077:
        if any(path.iterdir()):
            raise IndexRefused(
                _("检索目录 %s 对其他用户开放，内容不可信。请删除它，或确认无误后执行 chmod 700。")
                % path
            )
        path.chmod(0o700)


def ensure_ours(path: Path) -> None:
    """Raises IndexRefused if a folder without an index holds anything else."""
    for name in os.listdir(path):
        if not _OURS.fullmatch(name):
            raise IndexRefused(
                _("文件夹 %(path)s 里有别的文件（%(name)s），不能用作检索目录。")
                % {"path": path, "name": name}
            )


def ensure_generation_private(folder: Path) -> None:
    """Raises IndexRefused if a generation, or a file in it, may be somebody else's work."""
    open_to_others = folder.stat().st_mode & 0o022
    for path in [folder, *folder.iterdir()]:
        try:
            foreign = path.lstat().st_uid != os.geteuid()
        except FileNotFoundError:
            continue
        if foreign or open_to_others:
            raise IndexRefused(
                _("检索目录里的 %s 可能被其他用户改动过，其内容不可信。请删除整个检索目录。") % path
            )
