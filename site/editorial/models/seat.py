"""Rows that stand for an appointment: made when someone is appointed, never in advance."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from editorial.roles import ROLES


class BodyCollection(models.Model):
    """The collection that holds the pictures and documents of one body (a page of the tree)."""

    page = models.OneToOneField(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="+", verbose_name=_("单位")
    )
    collection = models.OneToOneField(
        "wagtailcore.Collection", on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("单位资料集")

    def __str__(self):
        return str(self.collection)


class Seat(models.Model):
    """One role at one page, with the group that carries its permissions.

    Whoever is in the group holds the role there; a seat without people is taken down.
    """

    role = models.CharField(
        _("角色"), max_length=30, choices=[(role.key, role.name) for role in ROLES.values()]
    )
    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="+", verbose_name=_("单位")
    )
    group = models.OneToOneField("auth.Group", on_delete=models.CASCADE, related_name="seat")

    class Meta:
        verbose_name = _("岗位")
        constraints = [models.UniqueConstraint(fields=["role", "page"], name="one_seat_per_role")]

    def __str__(self):
        return str(self.group)
