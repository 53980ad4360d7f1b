"""The forms of Wagtail's libraries, with what only they know: into whose collection a file goes."""

import copy
import struct

from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.documents import get_document_model
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images import get_image_model
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from safety.replacing import refuse_under_live_pages

from .checks import check_picture

COLLECTION_BYTES = 2 * 1024**3
"""Of all pictures and documents of one collection, that is of one village."""


class PictureField(WagtailImageField):
    """Wagtail's, which lets out what Pillow raises at a file that ends early."""

    def to_python(self, data):
        try:
            if data:
                self.check_image_file_size(data)
                data.seek(0)
                content = data.read()
                data.seek(0)
                check_picture(content, data.name)
            return super().to_python(data)
        except (OSError, SyntaxError, EOFError, struct.error) as error:
            raise ValidationError(
                _("图片文件已损坏，请重新导出以后再上传。"), code="picture_damaged"
            ) from error


class BoundedCollection:
    """Refuses a file for which its collection has no room."""

    def clean(self):
        cleaned = super().clean()
        # A user with one collection is not asked for it.
        file = cleaned.get("file")
        collection = cleaned.get("collection") or self.collections[0]
        new = file if "file" in self.changed_data else None
        if new and bytes_in(collection) + new.size > COLLECTION_BYTES:
            self.add_error(
                "file",
                _("“%(name)s”的图片和文件已经放满（2 GB）。请先删去不用的，或请管理员处理。")
                % {"name": collection.name},
            )
        if self.instance.pk and self.changed_data and not self.errors:
            self._refuse_under_live_pages(cleaned, new)
        return cleaned

    def _refuse_under_live_pages(self, cleaned, file):
        """What stands in public is scanned before it is replaced."""
        changed = copy.copy(self.instance)
        changed.title = cleaned.get("title", changed.title)
        changed.description = cleaned.get("description", getattr(changed, "description", ""))
        data = None
        if file:
            file.seek(0)
            data = file.read()
            file.seek(0)
        try:
            refuse_under_live_pages(changed, data)
        except ValidationError as error:
            self.add_error("file" if file else "title", error)


def bytes_in(collection) -> int:
    """What the pictures and documents of a collection take, two queries."""
    models = (get_image_model(), get_document_model())
    sums = (
        model.objects.filter(collection=collection).aggregate(sum=Sum("file_size"))["sum"]
        for model in models
    )
    return sum(one or 0 for one in sums)


class DocumentForm(BoundedCollection, BaseDocumentForm):
    pass


class ImageForm(BoundedCollection, BaseImageForm):
    file = PictureField(
        label=capfirst(gettext_lazy("文件")), widget=BaseImageForm.Meta.widgets["file"]
    )
