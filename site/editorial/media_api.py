"""The admin's lists of pictures and documents, cut to what the user may choose.

Wagtail's own list every collection to whoever may enter the admin.
"""

from wagtail.documents import get_document_model
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images import get_image_model
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet

from . import drafts


class ScopedImagesAPIViewSet(ImagesAdminAPIViewSet):
    def get_queryset(self):
        return drafts.usable_media(self.request.user, get_image_model()).order_by("id")


class ScopedDocumentsAPIViewSet(DocumentsAdminAPIViewSet):
    def get_queryset(self):
        return drafts.usable_media(self.request.user, get_document_model()).order_by("id")
