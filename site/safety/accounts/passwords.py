"""What a password must be, beside Django's own checks."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """Says so in words of ours: Django has its sentence for a short one in English only."""

    def get_error_message(self):
        return _("密码至少要 %d 位。") % self.min_length

    def get_help_text(self):
        return _("至少 %d 位。") % self.min_length
