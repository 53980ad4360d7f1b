"""The admin's lists behind its choosers and its menu.

Pictures and documents are cut to what the user may choose: Wagtail's own list every collection to
whoever may enter the admin. The children of a page are counted in a range of paths: Wagtail asks by
`LIKE`, which reads the whole table on SQLite, for each page it lists.
"""

from wagtail.admin.api.serializers import (
    AdminPageSerializer,
    PageChildrenField,
    get_model_listing_url,
)
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.api.v2.utils import BadRequestError
from wagtail.documents import get_document_model
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images import get_image_model
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.models import Page

from . import drafts


class ChildrenInRange(PageChildrenField):
    def to_representation(self, page):
        interval = Page._get_children_path_interval(page.path)
        below = {"depth": page.depth + 1, "path__range": interval}
        seen = self.context["base_queryset"]
        count = 0 if page.is_leaf() else seen.filter(**below).count()
        address = get_model_listing_url(self.context, Page)
        return {"count": count, "listing_url": f"{address}?child_of={page.pk}"}


class PageRowSerializer(AdminPageSerializer):
    children = ChildrenInRange(read_only=True)


class AskedRightly:
    """Refuses what Wagtail hands to the search as it came."""

    def filter_queryset(self, queryset):
        if self.request.GET.get("search_operator") not in (None, "", "and", "or"):
            raise BadRequestError("search_operator must be 'and' or 'or'")
        return super().filter_queryset(queryset)


class IndexedPagesAPIViewSet(AskedRightly, PagesAdminAPIViewSet):
    base_serializer_class = PageRowSerializer


class ScopedImagesAPIViewSet(AskedRightly, ImagesAdminAPIViewSet):
    def get_queryset(self):
        return drafts.usable_media(self.request.user, get_image_model()).order_by("id")


class ScopedDocumentsAPIViewSet(AskedRightly, DocumentsAdminAPIViewSet):
    def get_queryset(self):
        return drafts.usable_media(self.request.user, get_document_model()).order_by("id")
