"""Browsers that signed in before may try again when others behind their address tried too often.

The idea is OWASP's device cookie. The cookie opens nothing: it only keeps a stranger in the same
office, or behind the same network of mobile phones, from locking a clerk out of their own browser.
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import get_random_string, salted_hmac

from safety.rate_limits import seconds_to_wait

COOKIE = "known_browser"
SALT = "safety.accounts.known_browsers"
AGE = 180 * 24 * 3600
MAX_USERS = 8
"""Users one browser is known for; a village's computer has several."""


def is_known(request, credentials) -> bool:
    """For axes: whether this browser signed in as this user before, and tried seldom since."""
    username = (credentials or {}).get("username") or ""
    if not hasattr(request, "_browser_is_known"):
        number, names = _read(request)
        request._browser_is_known = _name(username) in names and not seconds_to_wait(
            "known_browser", f"{number} {username}"
        )
    return request._browser_is_known


def note(sender, request, user, **kwargs) -> None:
    """Receiver of `user_logged_in`: the answer to this request will make the browser known."""
    request.browser_known_to = user.get_username()


def remember(request, response) -> None:
    """Set the cookie after somebody signed in."""
    username = getattr(request, "browser_known_to", None)
    if username is None:
        return
    number, names = _read(request)
    names = [_name(username), *(name for name in names if name != _name(username))]
    response.set_cookie(
        COOKIE,
        signing.dumps([number or get_random_string(16), names[:MAX_USERS]], salt=SALT),
        max_age=AGE,
        path=reverse("wagtailadmin_home"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request) -> tuple[str, list[str]]:
    try:
        number, names = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return "", []
    return number, names


def _name(username: str) -> str:
    return salted_hmac(SALT, username).hexdigest()[:16]
