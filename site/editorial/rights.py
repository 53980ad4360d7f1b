"""What an account may do at all, wherever it is. Asks mandates; grants nothing."""

from . import mandates
from .backends import ADMIN


def needs_second_factor(user) -> bool:
    """Whether others' texts or accounts hang on this password.

    So it is with whoever publishes anywhere, superusers, and who was given any right beside the
    mandates (accounts, settings, snippets): Django's own permissions are for administrators.
    """
    if not user.is_active:
        return False
    return mandates.must_have_second_factor(user) or bool(user.get_all_permissions() - {ADMIN})
