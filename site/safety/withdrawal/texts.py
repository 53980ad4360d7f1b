"""Digests by which a withdrawn text or file is known when it comes again."""

import hashlib
import unicodedata
from collections.abc import Iterable

from ..models import Withdrawal, WithdrawnMark

SHORTEST = 20
"""Letters and digits; a shorter text may well be written twice by chance."""


def text_digest(text: str) -> str:
    """Digest of the letters and digits of a text; empty where there are too few to tell."""
    letters = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())
    if len(letters) < SHORTEST:
        return ""
    return hashlib.sha256(letters.encode("utf-8", "replace")).hexdigest()


def text_digests_of(page) -> set[str]:
    """A page tells its texts with `texts_known_by()`: a list of str."""
    texts = page.texts_known_by() if hasattr(page, "texts_known_by") else []
    return {text_digest(text) for text in texts} - {""}


def withdrawals_of(coming: Iterable[tuple]) -> list[Withdrawal | None]:
    """For each (place, texts, SHA-256 of files): the withdrawal of a page at that place with one of
    these texts, or made of one of these files; None where there is none or it was lifted.

    One query. Other places may have the same text in their own right: charters are often copied.
    """
    wanted = []
    for place, texts, files in coming:
        of_texts = {(WithdrawnMark.TEXT, text_digest(text)) for text in texts}
        wanted.append((place.pk, of_texts | {(WithdrawnMark.FILE, digest) for digest in files}))
    digests = {digest for _place, marks in wanted for _kind, digest in marks} - {""}
    rows = WithdrawnMark.objects.filter(digest__in=digests, withdrawal__lifted_at=None)
    rows = list(rows.select_related("withdrawal")) if digests else []
    return [
        next(
            (
                row.withdrawal
                for row in rows
                # A place that was gone when the list was applied again is any place.
                if row.withdrawal.place_id in (place, None) and (row.kind, row.digest) in marks
            ),
            None,
        )
        for place, marks in wanted
    ]
