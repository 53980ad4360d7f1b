"""The sample's accounts and whom they are appointed to serve; development only."""

from django.contrib.auth.models import User
from wagtail.models import Page

from editorial.appointments import appoint, dismiss_all
from home.models import FeatureIndexPage
from villages.models import AreaPage

# Development only: these accounts are made where CUNYUE_SAMPLE is on, and nowhere else.
PASSWORD = "cunyue-2026"  # noqa: S105
ACCOUNTS = [
    ("admin", "系统管理员", None, ""),
    ("bianji", "松林村编辑", "village_editor", "532391101201"),
    ("linju", "大箐村编辑(邻村)", "village_editor", "532391101202"),
    ("shenhe", "云台镇审核员", "township_reviewer", "532391101"),
    ("xianji", "青岩县管理员", "county_admin", "532391"),
    ("zhouji", "州级管理员", "prefecture_admin", "home"),
    ("xuanchuan", "宣传编辑", "propaganda_staff", "features"),
]


def load_accounts():
    """Make the sample accounts; returns (user name, what they are) pairs."""
    for name, title, role, node in ACCOUNTS:
        user, created = User.objects.get_or_create(
            username=name, defaults={"first_name": title[:30], "is_superuser": role is None}
        )
        if created:
            user.set_password(PASSWORD)
            user.save()
        if role:
            appoint(user, role, _node(node))
    return [(name, title) for name, title, _role, _node in ACCOUNTS]


def _node(node) -> Page:
    if node == "features":
        return FeatureIndexPage.objects.get()
    if node == "home":
        return FeatureIndexPage.objects.get().get_parent()
    return AreaPage.objects.get(code=node)


def remove_accounts() -> None:
    """End what they were appointed to and delete them."""
    for name, _title, role, _place in ACCOUNTS:
        user = User.objects.filter(username=name).first()
        if user is None:
            continue
        if role:
            dismiss_all(user)
        user.delete()
