"""Digests by which a withdrawn text or file is known when it comes again."""

import hashlib
import unicodedata
from collections.abc import Iterable

from django.db.models import Q

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


def withdrawal_of(
    place, *, texts: Iterable[str] = (), files: Iterable[str] = ()
) -> Withdrawal | None:
    """The withdrawal of a page at a place with one of these texts, or made of a file with one of
    these SHA-256; None where there is none or it was lifted. One query.

    Other places may have the same text in their own right: charters are often copied.
    """
    digests = {WithdrawnMark.TEXT: {text_digest(text) for text in texts} - {""}}
    digests[WithdrawnMark.FILE] = set(files)
    wanted = digests[WithdrawnMark.TEXT] | digests[WithdrawnMark.FILE]
    if not wanted:
        return None
    # A place that was gone when the list was applied again is any place.
    here = Q(withdrawal__place=place.pk) | Q(withdrawal__place=None)
    rows = WithdrawnMark.objects.filter(
        here, digest__in=wanted, kind__in=list(digests), withdrawal__lifted_at=None
    ).select_related("withdrawal")
    return next((row.withdrawal for row in rows if row.digest in digests[row.kind]), None)
