"""Mandates take the place of seats: whoever is in a seat's group holds a mandate from then on."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.utils import timezone

ROLES = [
    ("village_editor", "村级编辑"),
    ("village_supervisor", "村务监督"),
    ("township_reviewer", "乡镇审核员"),
    ("township_filer", "乡镇备案员"),
    ("county_admin", "县级管理员"),
    ("prefecture_admin", "州级管理员"),
    ("propaganda_editor", "宣传编辑"),
    ("propaganda_first_review", "宣传初审"),
    ("propaganda_second_review", "宣传复审"),
    ("propaganda_final_review", "宣传终审"),
    ("propaganda_staff", "宣传员"),
]
# What the groups of seats could do, by role; seats know no other roles.
SEAT_PAGE_ACTIONS = {
    "village_editor": ["add", "change"],
    "township_reviewer": ["add", "change", "publish", "lock", "unlock"],
    "county_admin": ["add", "change", "publish", "lock", "unlock"],
    "prefecture_admin": ["add", "change", "publish", "lock", "unlock"],
    "propaganda_staff": ["add", "change", "publish"],
}
MEDIA_PERMISSIONS = [
    f"{action}_{name}" for action in ("add", "change", "choose") for name in ("image", "document")
]


def seats_to_mandates(apps, schema_editor):
    """The term begins when the log says the person was appointed, or when the account was made."""
    Seat = apps.get_model("editorial", "Seat")
    Mandate = apps.get_model("editorial", "Mandate")
    for seat in Seat.objects.select_related("group").iterator():
        since = _appointed_at(apps, seat)
        for user in seat.group.user_set.all():
            Mandate.objects.create(
                person=f"{user.first_name} {user.last_name}".strip() or user.username,
                user=user,
                role=seat.role,
                body_id=seat.page_id,
                starts_at=since.get(user.username, user.date_joined),
            )
    groups = Seat.objects.values_list("group_id", flat=True)
    apps.get_model("auth", "Group").objects.filter(pk__in=list(groups)).delete()


def _appointed_at(apps, seat):
    """{user name: time of the last appointment to this seat} from the log of its page."""
    entries = apps.get_model("wagtailcore", "PageLogEntry").objects.filter(
        page_id=seat.page_id, action="editorial.appoint"
    )
    return {
        entry.data.get("username") or entry.data.get("person"): entry.timestamp
        for entry in entries.order_by("timestamp")
        if entry.data.get("role") == seat.role
    }


def mandates_to_seats(apps, schema_editor):
    """Give groups back to those whose mandate runs now.

    Terms that have ended or not begun, and roles that seats do not know, are dropped: seats
    cannot say them.
    """
    for config in apps.get_app_configs():
        if config.label in {"wagtailadmin", "wagtailcore", "wagtailimages", "wagtaildocs"}:
            config.models_module = True
            create_permissions(config, apps=apps, verbosity=0)
            config.models_module = None
    now = timezone.now()
    running = models.Q(ends_at=None) | models.Q(ends_at__gt=now)
    rows = (
        apps.get_model("editorial", "Mandate")
        .objects.filter(running, starts_at__lte=now, user__isnull=False, role__in=SEAT_PAGE_ACTIONS)
        .select_related("body", "user")
    )
    for mandate in rows:
        _seat(apps, mandate).group.user_set.add(mandate.user)


def _seat(apps, mandate):
    Seat = apps.get_model("editorial", "Seat")
    found = Seat.objects.filter(role=mandate.role, page_id=mandate.body_id).first()
    if found:
        return found
    name = f"{dict(ROLES)[mandate.role]} · {mandate.body.title[:80]} ({mandate.body_id})"
    group = apps.get_model("auth", "Group").objects.create(name=name)
    group.permissions.add(*_permissions(apps, "wagtailadmin", ["access_admin"]))
    pages = [f"{action}_page" for action in SEAT_PAGE_ACTIONS[mandate.role]]
    for permission in _permissions(apps, "wagtailcore", pages):
        apps.get_model("wagtailcore", "GroupPagePermission").objects.create(
            group=group, page_id=mandate.body_id, permission=permission
        )
    row = (
        apps.get_model("editorial", "BodyCollection")
        .objects.filter(page_id=mandate.body_id)
        .first()
    )
    media = [
        *_permissions(apps, "wagtailimages", MEDIA_PERMISSIONS),
        *_permissions(apps, "wagtaildocs", MEDIA_PERMISSIONS),
    ]
    for permission in media if row else []:
        apps.get_model("wagtailcore", "GroupCollectionPermission").objects.create(
            group=group, collection_id=row.collection_id, permission=permission
        )
    return Seat.objects.create(role=mandate.role, page_id=mandate.body_id, group=group)


def _permissions(apps, app_label, codenames):
    return apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label=app_label, codename__in=codenames
    )


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0002_contribution"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="bodycollection",
            name="page",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="body_collection",
                to="wagtailcore.page",
                verbose_name="单位",
            ),
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(max_length=100, verbose_name="姓名")),
                ("role", models.CharField(choices=ROLES, max_length=30, verbose_name="职责")),
                ("starts_at", models.DateTimeField(verbose_name="任期开始")),
                ("ends_at", models.DateTimeField(null=True, verbose_name="任期结束")),
                ("ended_on", models.DateTimeField(null=True, verbose_name="何时决定结束")),
                (
                    "why_ended",
                    models.CharField(blank=True, max_length=200, verbose_name="结束原因"),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mandates",
                        to="wagtailcore.page",
                        verbose_name="单位",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="由谁结束",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mandates",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职",
                "verbose_name_plural": "任职",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["body", "role"], name="mandate_body_role")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at", None),
                            ("ends_at__gte", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="mandate_ends_after_its_start",
                    )
                ],
            },
        ),
        migrations.RunPython(seats_to_mandates, mandates_to_seats),
    ]
