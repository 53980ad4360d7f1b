"""What a book found in articles this process has read before. No Django here; keeps no words."""

import hashlib
import json
import threading

MOST = 20_000
"""Articles kept for each book; most of them have nothing to find, at some 200 bytes each."""


class Known:
    """Findings by article; the oldest are forgotten first. Threads may share it.

    An article is known by a digest of its text and items, so words that are covered or withdrawn
    later do not stay here.
    """

    def __init__(self, most: int = MOST):
        self._most = most
        self._found: dict[bytes, tuple] = {}
        self._lock = threading.Lock()

    @staticmethod
    def key(text: str, items) -> bytes:
        """The digest of an article, its text and items as `find_hits` takes them."""
        said = json.dumps([text, items], ensure_ascii=False)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()

    def get(self, key: bytes) -> tuple | None:
        return self._found.get(key)

    def put(self, key: bytes, found: tuple) -> None:
        with self._lock:
            while len(self._found) >= self._most:
                del self._found[next(iter(self._found))]
            self._found[key] = found
