"""What is public without being a page (honours, the foot of the page, words explained).

Rooms name such models; their text fields then refuse personal data beside the field.
"""

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.utils.translation import gettext as _

from .findings import PersonalDataFound, refuse_in_texts
from .public_texts import text_fields

guarded_models: list = []


def guard(*models) -> None:
    """Let the text fields of these models refuse personal data wherever they are validated."""
    for model in models:
        if model in guarded_models:
            continue
        guarded_models.append(model)
        for field in text_fields(model):
            if isinstance(field, ForeignKey):
                continue
            # Added to the field as it runs, so that no migration mentions it.
            field.validators.append(refuse_in_value)


def refuse_in_value(value) -> None:
    """Validator: raises ValidationError where a text holds what may not be public."""
    if isinstance(value, str):
        try:
            refuse_in_texts({_("这一栏"): value})
        except PersonalDataFound as error:
            raise ValidationError(error.messages) from error
