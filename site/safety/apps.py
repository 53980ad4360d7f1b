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

        from wagtail.documents import get_document_model
        from wagtail.images import get_image_model

        from . import rate_limits, rescan
        from .models import OfficeContact, Privacy
        from .pictures import check_new_picture, clean_new_picture
        from .recordings import check_new_recording, clean_new_recording
        from .records import guard

        guard(Privacy)

        register(rate_limits.proxies_are_counted, Tags.security, deploy=True)
        image_model = get_image_model()
        pre_save.connect(
            clean_new_picture, sender=image_model, dispatch_uid="safety.clean_new_picture"
        )
        document_model = get_document_model()
        pre_save.connect(
            clean_new_recording, sender=document_model, dispatch_uid="safety.clean_new_recording"
        )
        document_model._meta.get_field("file").validators.append(check_new_recording)
        for model in (image_model, document_model):
            post_save.connect(
                rescan.forget_pages_of, sender=model, dispatch_uid=f"safety.rescan.{model.__name__}"
            )
        for signal in (post_save, post_delete):
            signal.connect(
                rescan.forget_all, sender=OfficeContact, dispatch_uid="safety.rescan.contact"
            )
        # Added to the field as it runs, so that Wagtail's own model needs no migration here.
        image_model._meta.get_field("file").validators.append(check_new_picture)
