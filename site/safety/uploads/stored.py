"""The file of a row that is about to be saved: whether it is new, and how it is put in its place.

Wagtail's form for many files stores a file before it saves the row, so that "not stored yet" is
not the same as "new". A copied row shares a file that was looked at before.
"""

import posixpath

from django.core.files.base import ContentFile


def bytes_to_check(model, instance) -> bytes | None:
    """The content of a file that no row holds yet; None for one that is known."""
    file = instance.file
    if not file:
        return None
    if file._committed and model._default_manager.filter(file=file.name).exists():
        return None
    file.open("rb")
    file.seek(0)
    data = file.read()
    file.seek(0)
    return data


def replace_new_file(instance, content: bytes, called: str = "") -> None:
    """Let the row hold `content` instead, `called` so or as before; what was stored is deleted."""
    name = instance.file.name
    if instance.file._committed:
        instance.file.close()
        instance.file.storage.delete(name)
    instance.file = ContentFile(content, name=called or posixpath.basename(name))
