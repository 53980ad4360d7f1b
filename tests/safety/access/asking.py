"""Real requests, what they changed, and whether an answer is that for a thing that is not there."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.http import StreamingHttpResponse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Comment, Page, PageLogEntry, PageViewRestriction, Revision, TaskState

from covenants.models import ImportBatch, ImportRow, RuleSource
from covenants.models.following import FollowingBatch

from .world import client_of

# What differs from one request to the next whoever asks for whatever.
RANDOM = (
    (re.compile(r'(csrfmiddlewaretoken\\?"[^>]*? value=\\?")[^"\\]+'), r"\1"),
    (re.compile(r'("?csrf_?token"?\s*[:=]\s*")[^"]+', re.IGNORECASE), r"\1"),
    (re.compile(r"\d+\xa0(秒|分钟|小时)"), ""),
    (re.compile(r"(media/images/[^.\"]*?)(_[A-Za-z0-9]{7})?(?=\.)"), r"\1"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "uuid"),
)
UNSTEADY_HEADERS = {"Content-Length", "ETag", "Set-Cookie", "Last-Modified", "Expires"}


@dataclass(frozen=True)
class Answer:
    """An answer without what is random; `changed` says whether the request changed the data.

    `done` whether it had the effect that was asked for; `queries` counts those of the whole
    request.
    """

    status: int
    headers: tuple
    body: str
    queries: int
    changed: bool
    done: bool

    def shape(self, *own):
        """What a stranger can compare; `own` are the numbers and words of the addresses."""
        words = {spelling for word in own for spelling in (str(word), quote(str(word)))}
        known = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        pattern = re.compile(rf"(?<![0-9])(?:{known})(?![0-9])") if words else None
        texts = self.body, repr(self.headers)
        body, headers = (pattern.sub("#", text) if pattern else text for text in texts)
        return self.status, headers, body, self.queries

    def holds(self, word):
        return word in self.body or word.encode("unicode_escape").decode() in self.body


class Undo(Exception):
    pass


def ask(world, role, method, address, data=None, effect=None):
    """The `Answer` to one request, undone afterwards. `effect` () gives what it should change."""
    answer = None
    try:
        with transaction.atomic():
            answer = _ask(client_of(world, role), method, address, data, effect)
            raise Undo
    except Undo:
        return answer


def _ask(client, method, address, data, effect):
    watch = method != "get" or effect is not None
    state, wanted = fingerprint() if watch else None, effect() if effect else None
    counted = _Counter()
    with connection.execute_wrapper(counted):
        response = getattr(client, method)(address, data or {})
        if isinstance(response, StreamingHttpResponse):
            content = b"".join(response.streaming_content)
        else:
            content = response.content
    body = content.decode(errors="replace")
    for pattern, instead in RANDOM:
        body = pattern.sub(instead, body)
    headers = sorted(
        (name, value) for name, value in response.items() if name not in UNSTEADY_HEADERS
    )
    cookies = [(name, "") for name in sorted(response.cookies)]
    changed = watch and fingerprint() != state
    done = changed if effect is None else effect() != wanted
    return Answer(
        response.status_code, tuple(headers + cookies), body, counted.queries, changed, done
    )


class _Counter:
    queries = 0

    def __call__(self, execute, *args):
        self.queries += 1
        return execute(*args)


def fingerprint():
    """All that a request might change of the world's things."""
    tables = (
        (Page, "path", "title", "draft_title", "live", "locked", "latest_revision", "url_path"),
        (Revision, "pk", "approved_go_live_at"),
        (TaskState, "pk", "status"),
        (PageViewRestriction, "pk"),
        (Comment, "pk"),
        (PageLogEntry, "pk"),
        (get_image_model(), "pk", "title", "collection"),
        (get_document_model(), "pk", "title", "collection"),
        (RuleSource, "pk", "desk_version", "page", "stage"),
        (ImportBatch, "pk", "state"),
        (ImportRow, "pk", "state"),
        (User, "pk", "password"),
        (FollowingBatch, "pk", "approved_at", "returned_at", "revoked_at"),
    )
    return [
        list(model._base_manager.order_by("pk").values_list(*names)) for model, *names in tables
    ]


def type_name(page):
    kind = ContentType.objects.get_for_id(page.content_type_id)
    return kind.app_label, kind.model
