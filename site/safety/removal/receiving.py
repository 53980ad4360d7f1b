"""Takes in a request and forgets it some days after it was closed."""

import datetime
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import Site

from safety.models import Privacy, RemovalRequest

from . import places, working_days

_told: list[Callable[[RemovalRequest], None]] = []
TRIES = 5


def when_received(tell: Callable[[RemovalRequest], None]) -> None:
    """Let a room above tell those who answer, within the transaction that keeps the request."""
    if tell not in _told:
        _told.append(tell)


def terms() -> Privacy:
    """The site's settings of privacy, with their defaults where none were kept."""
    site = Site.objects.filter(is_default_site=True).first()
    return Privacy.for_site(site) if site else Privacy()


def receive(*, address, path, asked, text, name, contact) -> RemovalRequest:
    """Keep a request for the body that answers for the page at `path`."""
    page = places.page_at(path)
    request = RemovalRequest(
        page=page,
        body=places.body_of(page),
        address=address,
        asked=asked,
        text=text,
        name=name,
        contact=contact,
        due=working_days.after(timezone.localdate(), terms().working_days),
    )
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                request.save()
                for tell in _told:
                    tell(request)
            return request
        except IntegrityError:
            if attempt == TRIES - 1:
                raise
            request.number = RemovalRequest._meta.get_field("number").get_default()
    raise AssertionError("unreachable")


def forget_closed() -> int:
    """Delete requests closed longer ago than the settings say; returns how many."""
    if not RemovalRequest.objects.filter(closed_at__isnull=False).exists():
        return 0
    before = timezone.now() - datetime.timedelta(days=terms().kept_days)
    _total, by_model = RemovalRequest.objects.filter(closed_at__lt=before).delete()
    return by_model.get(RemovalRequest._meta.label, 0)
