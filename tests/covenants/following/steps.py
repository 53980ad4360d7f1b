"""What tests of 沿用村约 do again and again: propose, approve, open a screen."""

import datetime
import uuid

from django.urls import reverse

from covenants import following

DAY = datetime.date
FEAST, GIFTS = uuid.UUID(int=1), uuid.UUID(int=2)
MARCH, MAY = DAY(2024, 3, 1), DAY(2025, 5, 1)
OWN_WORDS = "山上办客，酒席不超过十二桌，毛驴驮水另算。"
VALUES = {
    "adopted_on": "2024-02-20",
    "adopted_by": "村民小组会议",
    "effective_from": "2024-03-01",
}


def propose(covenant, groups, *, by, since=MARCH, again=None):
    return following.propose(
        covenant,
        groups,
        adopted_on=min(since, DAY(2024, 2, 20)),
        adopted_by="村民小组会议",
        effective_from=since,
        by=by,
        again=again,
    )


def approve(batch, *, by):
    following.approve(batch, seen=following.fingerprint(batch), by=by)


def feast(covenant):
    return covenant.shown_edition.provisions.get(stable_id=FEAST)


def html_of(client, page):
    response = client.get(page.url)
    assert response.status_code == 200
    return response.content.decode()


def desk(village):
    return reverse("covenants_following", args=[village.pk])


def screen(batch):
    return reverse("covenants_following_batch", args=[batch.pk])
