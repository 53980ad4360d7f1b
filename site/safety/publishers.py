"""Who answers for what is public: whoever may publish it. Reports and registers go by this."""

from wagtail.models import Page
from wagtail.permissions import policy_registry


def publishes_somewhere(user) -> bool:
    """Whether there is any place where `user` may publish: townships, counties, the prefecture."""
    allowed = policy_registry.get_by_type(Page).user_has_permission(user, "publish")
    return bool(user.is_active and allowed)


def pages_to_publish(user):
    """Pages that `user` may publish, without an order: a condition of one query."""
    policy = policy_registry.get_by_type(Page)
    return policy.instances_user_has_permission_for(user, "publish").order_by()
