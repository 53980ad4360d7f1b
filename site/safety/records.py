"""What is public without being a page (honours, the foot of the page, words explained).

Rooms name such models; their text fields then refuse personal data beside the field, saving them
refuses it whichever way, and `scan_personal_data --all` reads them.
"""

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.db.models.signals import pre_save
from django.utils.translation import gettext as _

from .findings import PersonalDataFound, find_on, refuse_in_texts, refuse_personal_data
from .public_texts import text_fields

guarded_models: list = []


def guard(*models) -> None:
    """Let the text fields of these models refuse personal data wherever they are validated."""
    for model in models:
        if model in guarded_models:
            continue
        guarded_models.append(model)
        pre_save.connect(
            refuse_on_save, sender=model, dispatch_uid=f"safety.records.{model._meta.label}"
        )
        for field in text_fields(model):
            if isinstance(field, ForeignKey):
                continue
            # Added to the field as it runs, so that no migration mentions it.
            field.validators.append(refuse_in_value)


def refuse_on_save(sender, instance, raw=False, **kwargs) -> None:
    """Receiver of `pre_save`: not every way of saving runs the fields' validators."""
    if not raw:
        refuse_personal_data(instance)


def found_in_records():
    """(record, its findings) of all that is public without being a page, red and amber."""
    for model in guarded_models:
        for record in model._default_manager.order_by("pk").iterator(chunk_size=500):
            if found := find_on(record):
                yield record, found


def refuse_in_value(value) -> None:
    """Validator: raises ValidationError where a text holds what may not be public."""
    if isinstance(value, str):
        try:
            refuse_in_texts({_("这一栏"): value})
        except PersonalDataFound as error:
            raise ValidationError(error.messages) from error
