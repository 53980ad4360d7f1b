"""The pages of a PDF as text; the library runs in a process of its own."""

import json
import sys
import tempfile
from pathlib import Path

from .bounded_process import Bounds, OutOfBounds, run_bounded

BOUNDS = Bounds(seconds=30, memory=2 * 1024**3, written=1024**2)
_WORKER = Path(__file__).with_name("pdf_worker.py")


class PdfUnreadable(Exception):
    """`code`: "encrypted", "damaged" or "too_long"."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def pdf_pages(data: bytes, most_pages: int, most_characters: int) -> list[dict]:
    """[{"text", "has_picture"}] in order. Raises PdfUnreadable."""
    command = [sys.executable, "-I", str(_WORKER), str(most_pages), str(most_characters)]
    with tempfile.TemporaryDirectory(prefix="pdf-") as folder:
        try:
            done = run_bounded(command, BOUNDS, folder=Path(folder), given=data)
            answer = json.loads(done.stdout)
        except OutOfBounds as error:
            raise PdfUnreadable("too_long") from error
        except (OSError, ValueError) as error:
            raise PdfUnreadable("damaged") from error
    if "error" in answer:
        raise PdfUnreadable(answer["error"])
    return answer["pages"]
