"""Takes out of an uploaded picture what its viewers must not learn (place, device, author).

It works on a picture before its row is saved, whichever way it came in; which files are taken,
`uploads.checks` decides.
"""

import io
import posixpath
import struct
import warnings

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from PIL import Image as PillowImage
from PIL import ImageCms, ImageOps

from .picture_blocks import BadPicture, has_lossless_webp, without_metadata
from .uploads.checks import check_picture
from .uploads.stored import bytes_to_check, replace_new_file

# What the decoder of one animated file would flatten is cut out of the file block by block.
_BLOCKWISE = {"GIF"}
_BLOCKWISE_IF_ANIMATED = {"PNG", "WEBP"}
# Phones write a picture with a depth or gain map as MPO; its first frame is the photograph.
_WRITTEN_AS = {"MPO": "JPEG"}
# Part of how the pixels are to be shown; everything else in `info` is dropped.
_KEPT_INFO = {"transparency"}
_PROFILED_MODES = ("RGB", "RGBA", "CMYK")
# What Pillow's readers let out when a file ends early or contradicts itself.
_DAMAGED = (BadPicture, OSError, ValueError, SyntaxError, EOFError, struct.error)


class CleanedPicture(ContentFile):
    """What `clean_picture` gave, saved as it is: cleaning takes longer than a transaction may."""


def clean_picture(data: bytes) -> bytes | None:
    """The same picture upright and without EXIF, XMP, profile, comments or text; same format.

    None when Pillow cannot read `data`. ValidationError when it has more pixels than Pillow takes
    or is damaged inside.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PillowImage.DecompressionBombWarning)
            source = PillowImage.open(io.BytesIO(data))
    except PillowImage.DecompressionBombError as error:
        raise ValidationError(
            _("图片的像素太多，请缩小以后再上传。"), code="picture_too_large"
        ) from error
    except (OSError, ValueError, SyntaxError):
        return None
    with source:
        animated = source.format in _BLOCKWISE_IF_ANIMATED and source.is_animated
        try:
            if animated or source.format in _BLOCKWISE:
                return without_metadata(data, source.format)
            return _rewritten(source, data)
        except PillowImage.DecompressionBombError as error:
            raise ValidationError(
                _("图片的像素太多，请缩小以后再上传。"), code="picture_too_large"
            ) from error
        except _DAMAGED as error:
            raise ValidationError(
                _("图片文件已损坏，请重新导出以后再上传。"), code="picture_damaged"
            ) from error


def _rewritten(source, data: bytes) -> bytes:
    image_format = _WRITTEN_AS.get(source.format, source.format)
    profile = source.info.get("icc_profile")
    picture = ImageOps.exif_transpose(source)
    picture.info = {key: value for key, value in picture.info.items() if key in _KEPT_INFO}
    if profile:
        picture = _without_profile(picture, profile)
    # An empty value keeps Pillow's writers from falling back on what they read.
    options = {"exif": b"", "icc_profile": None}
    if image_format == "JPEG":
        options |= {"quality": 90, "optimize": True, "comment": b""}
    elif image_format == "WEBP":
        options |= {"quality": 90, "xmp": b"", "lossless": has_lossless_webp(data)}
    written = io.BytesIO()
    picture.save(written, format=image_format, **options)
    return written.getvalue()


def _without_profile(picture, profile: bytes):
    """The same colours as sRGB, which is what a picture without a profile is taken for.

    Profiles name devices and people in texts of their own.
    """
    if picture.mode not in _PROFILED_MODES:
        return picture
    try:
        return ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if picture.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        # No profile of this kind of picture: it never changed how it is shown.
        return picture


def check_new_picture(file):
    """Validator of the image model's file: tells the uploader what saving would refuse."""
    if file and not getattr(file, "_committed", False):
        content = _content(file)
        check_picture(content, file.name)
        clean_picture(content)


def clean_new_picture(sender, instance, raw=False, update_fields=None, **kwargs):
    """Receiver of `pre_save` of the image model: stores the cleaned file instead of the new one.

    Raises ValidationError as `clean_picture` does; a file that is already stored is left alone.
    """
    if raw or not instance.file or (update_fields is not None and "file" not in update_fields):
        return
    if not instance.file._committed and isinstance(instance.file.file, CleanedPicture):
        instance.file.name = unguessable(instance.file.name)
        instance._set_image_file_metadata()
        return
    data = bytes_to_check(sender, instance)
    if data is None:
        return
    check_picture(data, instance.file.name)
    # Assigning the file also sets width and height.
    replace_new_file(instance, clean_picture(data), unguessable(instance.file.name))
    instance._set_image_file_metadata()


def unguessable(name: str) -> str:
    """The name after a random part that its sized pictures carry on: photo.png, 5h2k…-photo.png.

    Sized pictures are served by the web server, which asks nobody: of a picture that no public page
    shows, nobody shall find them by trying names.
    """
    return f"{get_random_string(12)}-{posixpath.basename(name)}"


def _content(file) -> bytes:
    file.open("rb")
    file.seek(0)
    data = file.read()
    file.seek(0)
    return data
