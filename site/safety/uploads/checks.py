"""Whether a file may become a document or picture of the site: by content, never by name.

The fields of both models ask here (`safety.apps`), so whichever way a file comes in it is looked
at. Every refusal is a ValidationError that says what to do.
"""

import io
import re
import warnings
import zipfile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image as PillowImage

from safety.audio import audio_kind, extension, is_recording

from .packages import Unsafe, office_kind, refuse_unsafe_office
from .portable import UnsafePdf, refuse_unsafe_pdf
from .stored import bytes_to_check

MAX_DOCUMENT_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
MOST_FRAMES = 300
MOST_PIXELS_TOGETHER = 400_000_000
"""Of all frames of a moving picture: each is decoded when it is shown."""
PICTURE_KINDS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}
_OPENED = ["JPEG", "PNG", "WEBP", "GIF"]
_TEXT_ENCODINGS = ("utf-8-sig", "gb18030")
_MARKUP = re.compile(
    r"\s*(<\?xml|<!doctype|<!--|<(html|head|body|script|svg|iframe|meta|style|object|embed)\b|%!ps)",
    re.IGNORECASE,
)
_OFFICE_ADVICE = gettext_lazy("请用 Word、WPS 或 Excel 打开，另存为 .docx 或 .xlsx 以后再上传。")
_TOLD = {
    "damaged": gettext_lazy("文件已损坏或没有传完整。"),
    "encrypted": gettext_lazy("文件设了密码或限制，居民打不开，网站也查不了。请去掉密码。"),
    "bomb": gettext_lazy("文件解开以后大得不正常，没有接收。"),
    "paths": gettext_lazy("文件内部的名字不正常，没有接收。"),
    "macros": gettext_lazy("文件里有宏（可能是宏病毒），不能上传。"),
    "objects": gettext_lazy("文件里嵌着别的文件或对象，网站查不了，不能公开。请删去它们。"),
    "external": gettext_lazy("文件打开时会去取别处的模板、图片或数据，不能公开。请改成普通图文。"),
    "entities": gettext_lazy("文件里有不允许的外部定义（DOCTYPE），没有接收。"),
}
_PDF_TOLD = {
    "damaged": gettext_lazy("PDF 文件已损坏或没有传完整。请重新导出以后再上传。"),
    "encrypted": gettext_lazy("PDF 设了密码或限制，居民打不开，网站也查不了。请去掉以后再上传。"),
    "active": gettext_lazy(
        "PDF 里有脚本、表单动作或嵌着别的文件，不能公开。请用“打印成 PDF”重新导出以后再上传。"
    ),
    "bomb": gettext_lazy("PDF 解开以后大得不正常，没有接收。请重新导出以后再上传。"),
}


def document_kind(data: bytes) -> str | None:
    """`docx`, `xlsx`, `pdf`, `txt`, a kind of recording, or None for what is not taken."""
    if data.startswith(b"PK\x03\x04"):
        return office_kind(data)
    if data.startswith(b"%PDF-"):
        return "pdf"
    if kind := audio_kind(data):
        return kind
    return "txt" if plain_text(data) is not None else None


def plain_text(data: bytes) -> str | None:
    """The words of a text file; None when it is none, or is markup that a browser might run."""
    if b"\0" in data:
        return None
    for encoding in _TEXT_ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        control = sum(text.count(chr(code)) for code in (1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 127))
        return None if control or _MARKUP.match(text) else text
    return None


def check_document(data: bytes, name: str) -> None:
    """Raises ValidationError unless `data` is a whole, harmless file of the kind its name says."""
    if len(data) > MAX_DOCUMENT_BYTES:
        raise ValidationError(_("文件超过 20 MB。请缩小图片或分成几个文件。"), code="too_large")
    if not data:
        raise ValidationError(_("这是空文件。请检查是否选错了文件。"), code="empty")
    kind = document_kind(data)
    if kind is None:
        raise ValidationError(
            _(
                "只收 Word（.docx）、Excel（.xlsx）、PDF、纯文字（.txt）和录音"
                "（mp3、m4a、ogg、wav）。这个文件的内容不是其中一种，改后缀没有用，"
                "请用原来的软件另存。"
            ),
            code="unknown_kind",
        )
    if kind != extension(name):
        raise ValidationError(
            _("文件内容是 %(kind)s，请把文件名的后缀改成 .%(kind)s。") % {"kind": kind},
            code="wrong_extension",
        )
    if kind in ("docx", "xlsx"):
        _check_office(data)
    elif zipfile.is_zipfile(io.BytesIO(data)):
        raise ValidationError(
            _("文件后面藏着一个压缩包，不能上传。请重新导出以后再上传。"), code="two_kinds"
        )
    if kind == "pdf":
        _check_pdf(data)


def _check_office(data: bytes) -> None:
    try:
        refuse_unsafe_office(data)
    except Unsafe as error:
        message = f"{_TOLD[error.code]}{_OFFICE_ADVICE}"
        raise ValidationError(message, code=error.code) from error


def _check_pdf(data: bytes) -> None:
    try:
        refuse_unsafe_pdf(data)
    except UnsafePdf as error:
        raise ValidationError(_PDF_TOLD[error.code], code=error.code) from error


def check_picture(data: bytes, name: str) -> None:
    """Raises ValidationError for what is no picture of its name's kind, or more than a bounded one.

    Looks at what the file says of itself; `safety.pictures` decodes it.
    """
    # Names of formats are known to `open` only after it; MPO is opened as JPEG.
    PillowImage.init()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PillowImage.DecompressionBombWarning)
            with PillowImage.open(io.BytesIO(data), formats=_OPENED) as picture:
                kind, (width, height) = PICTURE_KINDS[picture.format], picture.size
                frames = 1 if picture.format == "MPO" else getattr(picture, "n_frames", 1)
    except PillowImage.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError) as error:
        raise ValidationError(
            _("这不是完好的 JPG、PNG、WebP 或 GIF 图片，可能没有传完整。请重新拍摄或导出。"),
            code="no_picture",
        ) from error
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    if frames > MOST_FRAMES or frames * width * height > MOST_PIXELS_TOGETHER:
        raise ValidationError(_("动图太长或太大，请剪短、缩小以后再上传。"), code="too_many_frames")
    if kind == "png" and frames > 1:
        raise ValidationError(
            _("会动的 PNG 显示不了，请存成 GIF 或 WebP 再上传。"), code="moving_png"
        )
    if kind != extension(name).replace("jpeg", "jpg"):
        raise ValidationError(
            _("文件内容是 %(kind)s，请把文件名的后缀改成 .%(kind)s。") % {"kind": kind},
            code="wrong_extension",
        )


def _too_many_pixels() -> ValidationError:
    return ValidationError(_("图片的像素太多，请缩小以后再上传。"), code="picture_too_large")


def check_new_document(file) -> None:
    """Validator of the document model's file; recordings have one of their own."""
    if not file or getattr(file, "_committed", False) or is_recording(file.name):
        return
    file.open("rb")
    file.seek(0)
    data = file.read(MAX_DOCUMENT_BYTES + 1)
    file.seek(0)
    check_document(data, file.name)


def clean_new_document(sender, instance, raw=False, **kwargs) -> None:
    """Receiver of `pre_save` of the document model: not every way runs a form's validators."""
    if raw or not instance.file or is_recording(instance.file.name):
        return
    data = bytes_to_check(sender, instance)
    if data is not None:
        check_document(data, instance.file.name)
