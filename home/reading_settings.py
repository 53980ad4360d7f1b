"""The address that keeps a reader's choices, for browsers without scripts."""

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from home.preferences import COOKIES, remember


@never_cache
@require_safe
def reading_settings(request):
    """`?text=2&theme=dark&lang=en&next=/…`: keep what is named and go back to where one was.

    A link that sets a choice does no harm (choices say only how pages look), so it needs no form.
    """
    chosen = {field: request.GET[field] for field in COOKIES if field in request.GET}
    return remember(HttpResponseRedirect(local_address(request.GET.get("next"))), **chosen)


def local_address(wanted):
    """`wanted` where it is a path on this site, else the home page."""
    if (
        wanted
        and wanted.startswith("/")
        and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    ):
        return wanted
    return "/"
