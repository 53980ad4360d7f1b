"""Answers 410 where a withdrawn page was, whatever would have answered "not found" there."""

from safety import lapsed

from .addresses import is_withdrawn


class GoneMiddleware:
    """Stands just before RedirectMiddleware, so that former addresses count.

    Asks the database only where nothing was found, or where a file or form below a withdrawn
    address is refused.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 404 and is_withdrawn(request.path_info):
            response = lapsed.gone(request)
            response["Cache-Control"] = "no-store"
        return response
