"""One page of every type with hostile texts in each of its fields, found by the models."""

import datetime
import json
import uuid

from django.db import models
from wagtail.blocks import (
    BaseStreamBlock,
    BaseStructBlock,
    BooleanBlock,
    CharBlock,
    ChoiceBlock,
    ListBlock,
    RichTextBlock,
    TextBlock,
)
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from safety.characters import clean_text
from safety.public_texts import text_fields
from tests.factories import (
    ConsultationPageFactory,
    CouncilPageFactory,
    CovenantPageFactory,
    FeaturePageFactory,
    GroupPageFactory,
    HomePageFactory,
    HouseholdPageFactory,
    VillagePageFactory,
)
from tests.safety.vectors import ALL, packs


def hostile_pages() -> list[Page]:
    """All live, highest first; every type that can be made is among them."""
    HomePageFactory()
    village = VillagePageFactory()
    GroupPageFactory(parent=village)
    CovenantPageFactory(parent=village)
    CouncilPageFactory(parent=village)
    ConsultationPageFactory(parent=village)
    HouseholdPageFactory(parent=village)
    FeaturePageFactory()
    made = [one for one in Page.objects.filter(depth__gt=1).specific() if type(one) is not Page]
    for page in made:
        fill(page)
        page.save()
    return made


def pack_for(field, number):
    texts = packs(min(getattr(field, "max_length", None) or 700, 700))
    return clean_text(texts[number % len(texts)])[: getattr(field, "max_length", None) or None]


def fill(instance):
    """Put vectors into every text field of an object; addresses and codes stay what they are."""
    own = {"title", "seo_title", "search_description"}
    kept = {"slug", "code", "kind"} | {field.name for field in Page._meta.fields} - own
    for number, field in enumerate(text_fields(type(instance))):
        if field.name in kept or field.many_to_one or isinstance(field, models.SlugField):
            continue
        if isinstance(field, StreamField):
            value = json.dumps(stream(field.stream_block))
            setattr(instance, field.name, field.to_python(value))
        elif isinstance(field, RichTextField):
            setattr(instance, field.name, f"<p>{' '.join(ALL)}</p>")
        elif type(field) in (models.CharField, models.TextField):
            setattr(instance, field.name, pack_for(field, number))
    if hasattr(instance, "effective_from"):
        # Another text is another edition.
        instance.adopted_on = instance.effective_from = datetime.date(2024, 1, 1)
    if isinstance(instance, Page):
        instance.draft_title = instance.title


def stream(block) -> list:
    """A value for a stream block with one block of each of its types, vectors in every text."""
    return [
        {"type": name, "id": str(uuid.uuid4()), "value": value_of(child)}
        for name, child in block.child_blocks.items()
    ]


def value_of(block, depth=0):
    if isinstance(block, BaseStreamBlock):
        return stream(block)
    if isinstance(block, ListBlock):
        return (
            [
                {
                    "type": "item",
                    "id": str(uuid.uuid4()),
                    "value": value_of(block.child_block, depth + 1),
                }
            ]
            if depth < 3
            else []
        )
    if isinstance(block, BaseStructBlock):
        return {name: value_of(child, depth + 1) for name, child in block.child_blocks.items()}
    if isinstance(block, RichTextBlock):
        return f"<p>{' '.join(ALL)}</p>"
    if isinstance(block, ChoiceBlock):
        return block.get_default()
    if isinstance(block, CharBlock | TextBlock):
        length = getattr(block.field, "max_length", None) or 4000
        return clean_text(packs(length)[0])[:length]
    if isinstance(block, BooleanBlock):
        return True
    return block.get_prep_value(block.get_default())
