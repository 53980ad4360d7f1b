import mimetypes

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_delete, post_save, pre_save


class SafetyConfig(AppConfig):
    name = "safety"
    label = "safety"

    def ready(self):
        # Older systems do not know what our smallest pictures are.
        mimetypes.add_type("image/avif", ".avif")

        from django.contrib.auth import get_user_model
        from django.contrib.auth.signals import user_logged_in
        from wagtail.admin.models import FormState
        from wagtail.documents import get_document_model
        from wagtail.images import get_image_model
        from wagtail.models import Revision

        from . import checks, rate_limits, rescan
        from .accounts import known_browsers, sessions
        from .models import OfficeContact, Privacy
        from .pictures import check_new_picture, clean_new_picture
        from .recordings import check_new_recording, clean_new_recording
        from .records import guard
        from .replacing import refuse_replacement
        from .saving import clean_revision, clean_texts
        from .sheets import guard_reports
        from .uploads.checks import check_new_document, clean_new_document

        guard(Privacy)
        guard_reports()

        register(rate_limits.proxies_are_counted, Tags.security, deploy=True)
        register(checks.second_factor_is_required, Tags.security, deploy=True)
        for receiver in (sessions.begin, known_browsers.note):
            user_logged_in.connect(receiver, dispatch_uid=f"{receiver.__module__}.signed_in")
        post_save.connect(
            sessions.end_after_change,
            sender=get_user_model(),
            dispatch_uid="safety.accounts.end_after_change",
        )
        image_model = get_image_model()
        pre_save.connect(
            clean_new_picture, sender=image_model, dispatch_uid="safety.clean_new_picture"
        )
        document_model = get_document_model()
        pre_save.connect(
            clean_new_recording, sender=document_model, dispatch_uid="safety.clean_new_recording"
        )
        pre_save.connect(
            clean_new_document, sender=document_model, dispatch_uid="safety.clean_new_document"
        )
        pre_save.connect(clean_texts, dispatch_uid="safety.clean_texts")
        pre_save.connect(clean_revision, sender=Revision, dispatch_uid="safety.clean_revision")
        for model in (image_model, document_model):
            pre_save.connect(
                refuse_replacement,
                sender=model,
                dispatch_uid=f"safety.refuse_replacement.{model.__name__}",
            )
        document_model._meta.get_field("file").validators += [
            check_new_recording,
            check_new_document,
        ]
        for model in (image_model, document_model):
            post_save.connect(
                rescan.forget_pages_of, sender=model, dispatch_uid=f"safety.rescan.{model.__name__}"
            )
        for signal in (post_save, post_delete):
            signal.connect(
                rescan.forget_all, sender=OfficeContact, dispatch_uid="safety.rescan.contact"
            )
        from .withdrawal import deleting, wagtail_rows
        from .withdrawal.withdrawing import refuse_form_of_gone, refuse_revision_of_gone

        wagtail_rows.register()
        deleting.connect((image_model, document_model))
        pre_save.connect(
            refuse_revision_of_gone, sender=Revision, dispatch_uid="safety.refuse_revision_of_gone"
        )
        pre_save.connect(
            refuse_form_of_gone, sender=FormState, dispatch_uid="safety.refuse_form_of_gone"
        )
        # Added to the field as it runs, so that Wagtail's own model needs no migration here.
        image_model._meta.get_field("file").validators.append(check_new_picture)
