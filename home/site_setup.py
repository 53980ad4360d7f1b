"""Makes what every installation needs before its first page: home page, features, workflow."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import translation
from wagtail.models import Page, Site

from editorial.workflow import ensure_workflow
from home.models import FeatureIndexPage, HomePage

PREFECTURE = "楚雄彝族自治州"


@transaction.atomic
@translation.override(settings.LANGUAGE_CODE)
def ensure_site() -> HomePage:
    """Create home page, site, feature list and review workflow; changes nothing that exists."""
    home = HomePage.objects.first()
    if home is None:
        root = Page.get_first_root_node()
        home = HomePage(
            title=f"{PREFECTURE}村约", slug="cunyue", introduction="一村一约，一查就到。"
        )
        root.add_child(instance=home)
        home.save_revision().publish()
    address = urlsplit(settings.PUBLIC_BASE_URL)
    site = Site.objects.filter(is_default_site=True).first()
    if site is None or site.root_page_id != home.pk:
        welcome = site.root_page if site else None
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={
                "hostname": address.hostname or "localhost",
                "port": address.port or (443 if address.scheme == "https" else 80),
                "root_page": home,
                "site_name": settings.WAGTAIL_SITE_NAME,
            },
        )
        # The page that Wagtail's own migrations make to greet the developer.
        if welcome and type(welcome.specific) is Page and not welcome.get_children().exists():
            welcome.delete()
    if not FeatureIndexPage.objects.exists():
        page = FeatureIndexPage(title="典型案例", slug="features")
        home.add_child(instance=page)
        page.save_revision().publish()
    ensure_workflow(home)
    return home
