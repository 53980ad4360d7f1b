"""What a user may do with one page, asked of the places above it."""

from wagtail.models import PagePermissionTester
from wagtail.permissions import policy_registry


class PlacePermissionTester(PagePermissionTester):
    """Wagtail's tester of one page, without its walk through all that the user holds."""

    def __init__(self, user, page):
        self.user, self.page, self.page_is_root = user, page, page.depth == 1
        self.permission_policy = policy_registry.get(page)
        if user.is_active and not user.is_superuser:
            self.permissions = self.permission_policy.actions_at(user, page)

    def can_delete(self, ignore_bulk=False):
        # Wagtail looks for public pages below by `LIKE`, row by row of a list; here is one.
        known = getattr(self, "permissions", {"publish"})
        if self.page.live and "publish" not in known:
            return False
        return super().can_delete(ignore_bulk)
