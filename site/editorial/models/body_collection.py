"""The collection of one body."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BodyCollection(models.Model):
    """The collection that holds the pictures and documents of one body (a page of the tree).

    `editorial.body_collections` makes it when it is needed and keeps it in its place.
    """

    page = models.OneToOneField(
        "wagtailcore.Page",
        on_delete=models.CASCADE,
        related_name="body_collection",
        verbose_name=_("单位"),
    )
    collection = models.OneToOneField(
        "wagtailcore.Collection", on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("单位资料集")

    def __str__(self):
        return str(self.collection)
