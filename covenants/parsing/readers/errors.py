"""The one error readers raise. Its message is meant for the person who chose the file."""

from __future__ import annotations


class ReadError(Exception):
    """A file that cannot be read.

    `code` is stable snake_case; `str(error)` is a Chinese sentence that names the file and says
    what to do; `advice` is that sentence without the name.
    """

    def __init__(self, code: str, name: str, advice: str):
        super().__init__(f"“{name}”{advice}")
        self.code = code
        self.name = name
        self.advice = advice
