"""Tells a village that an edition came into force, at once or on its day: once for each edition.

`manage.py work` looks; what was told is in the database (`SentReminder`).
"""

import datetime

from django.db import IntegrityError, transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.models import Edition, SentReminder
from editorial import mandates, notices
from editorial.roles import VILLAGE_EDITOR, VILLAGE_SUPERVISOR
from villages.models.public import VILLAGE

CATCH_UP = datetime.timedelta(days=31)
"""Editions in force for longer are no news: imports bring thousands of them."""
AT_ONCE = 100


def due(today: datetime.date | None = None) -> list[int]:
    """Keys of editions that came into force lately and of which nobody was told yet."""
    today = today or timezone.localdate()
    about = Concat(Value("edition "), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    sent = SentReminder.objects.filter(page=OuterRef("page_id"), kind=notices.IN_FORCE, about=about)
    lately = Edition.objects.in_force(today).filter(effective_from__gt=today - CATCH_UP)
    news = lately.filter(~Exists(sent), page__live=True).order_by("effective_from", "pk")
    return list(news.values_list("pk", flat=True)[:AT_ONCE])


def tell(pk: int) -> bool:
    """Note and tell of one; False when another process was faster."""
    edition = Edition.objects.select_related("page").get(pk=pk)
    about = {"page_id": edition.page_id, "kind": notices.IN_FORCE, "about": f"edition {pk}"}
    try:
        with transaction.atomic():
            SentReminder.objects.create(**about)
    except IntegrityError:
        return False
    people = mandates.people_serving(
        [edition.page.path[:VILLAGE]], [VILLAGE_EDITOR, VILLAGE_SUPERVISOR]
    )
    values = {
        "title": edition.title,
        "number": edition.number,
        "day": edition.effective_from.isoformat(),
    }

    def words():
        subject = _("%(title)s第%(number)s版已经施行") % values
        text = _("%(title)s第%(number)s版自%(day)s起施行。请张贴新的文本，把旧的取下：")
        return subject, text % values

    address = reverse("wagtailadmin_pages:edit", args=[edition.page_id])
    notices.tell(people, notices.IN_FORCE, words, address, page_id=edition.page_id)
    return True
