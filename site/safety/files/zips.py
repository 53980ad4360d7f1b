"""What may come of reading a zip (a .docx or .xlsx is one) that a stranger made."""

import zipfile
import zlib

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What Python's zip reader raises for files that are none, or broken inside."""
