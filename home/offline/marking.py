"""Which answers a browser may keep for days without a network. Everything else it may not.

The worker (static/worker/worker.js) keeps only what carries KEEP. A page has it when it is the same
for everybody: nobody is signed in and nobody opened it with a password (both live in the session),
it holds no form of ours, and it is no search.
"""

from django.conf import settings

KEEP = "X-Keep"
# Whatever stands below these is never kept, whoever asks.
NEVER = (
    "/admin/",
    "/documents/",
    "/media/",
    "/my-village/",
    "/offline/",
    "/reading-settings/",
    "/search/",
    "/find/",
    "/v/",
    "/n/",
)
# What messengers and the home screen add to an address; the page is the same without.
HARMLESS = frozenset({"from", "isappinstalled"})


class KeepablePagesMiddleware:
    """Marks pages that may be kept."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if may_be_kept(request, response):
            response[KEEP] = "page"
        return response


def may_be_kept(request, response) -> bool:
    return (
        request.method == "GET"
        and response.status_code == 200
        and not response.streaming
        and HARMLESS.issuperset(request.GET)
        and not request.path_info.startswith(NEVER)
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not getattr(request, "is_preview", False)
        and response.get("Content-Type", "").startswith("text/html")
        and "no-store" not in response.get("Cache-Control", "")
        and b"csrfmiddlewaretoken" not in response.content
    )
