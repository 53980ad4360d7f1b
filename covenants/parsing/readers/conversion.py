"""Turns .doc, .wps, .rtf and .odt into .docx with LibreOffice, where that is installed.

LibreOffice runs in a process of its own, with a profile made for this one file and thrown away:
no macros, no links followed, no network where the system allows to take it away, bounded time and
memory, and only so many at once on the machine. Only the .docx it writes is read.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from safety.files.bounded_process import Bounds, OutOfBounds, run_bounded

from .errors import ReadError
from .turns import NoTurn, Turns, usual_turns

BOUNDS = Bounds(seconds=60, memory=4 * 1024**3, written=200 * 1024**2)
BUSY = "converter_busy"
"""The code of a ReadError that another try, a little later, may well not meet."""
_PROGRAMS = ("soffice", "libreoffice")
_SAVE_AS_WORD = "请用 Word 或 WPS 打开，另存为 .docx 后再上传，或复制文字粘贴。"
_SETTINGS = (
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Writer/Content/Update", "Link", "0"),
    ("Common/Misc", "FirstRun", "false"),
)

_turns = usual_turns()


def take_turns(turns: Turns) -> None:
    """From now on convert only so many at once."""
    global _turns
    _turns = turns


def converter() -> str | None:
    """The path of LibreOffice on this machine, or None."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


def convert_to_word(data: bytes, name: str, suffix: str) -> bytes:
    """The bytes of a .docx made from a file in another format. Raises ReadError.

    `suffix` tells LibreOffice what it is (.doc, .rtf, .odt).
    """
    program = converter()
    if program is None:
        raise ReadError("must_convert", name, f"是旧格式的文档，本站不能直接读取。{_SAVE_AS_WORD}")
    with tempfile.TemporaryDirectory(prefix="convert-") as made:
        folder = Path(made)
        source = folder / f"source{suffix}"
        source.write_bytes(data)
        _write_profile(folder / "profile")
        command = [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
            *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "made")),
            str(source),
        ]
        try:
            with _turns.taken():
                run_bounded(command, BOUNDS, folder=folder)
        except NoTurn as error:
            raise ReadError(
                BUSY,
                name,
                "是旧格式的文档，要先转换，现在排队的太多。请过一两分钟再试，"
                "或用 Word、WPS 另存为 .docx 后再上传。",
            ) from error
        except OutOfBounds as error:
            raise ReadError(
                "conversion_too_long", name, f"转换太久，已停止。{_SAVE_AS_WORD}"
            ) from error
        except OSError as error:
            raise ReadError("conversion_failed", name, f"暂时不能转换。{_SAVE_AS_WORD}") from error
        try:
            return (folder / "made" / "source.docx").read_bytes()
        except OSError as error:
            raise ReadError(
                "conversion_failed", name, f"打不开，可能已损坏或设有密码。{_SAVE_AS_WORD}"
            ) from error


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>',
        encoding="utf-8",
    )
