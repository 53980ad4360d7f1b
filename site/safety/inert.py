"""Headers by which a browser shows or saves a file and runs nothing of it."""

from django.utils.http import content_disposition_header

from .audio import extension

_CONTENT_TYPES = {
    "pdf": "application/pdf",
    "txt": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jpg": "image/jpeg",
    "png": "image/png",
}


def inert(response, name: str):
    """The same answer with headers by which a browser runs nothing of a file.

    Only a PDF is shown in the browser, whose viewer a sandbox would not let start.
    """
    kind = extension(name)
    response["X-Content-Type-Options"] = "nosniff"
    # A page may be withdrawn at any moment; nobody between may keep its files.
    response["Cache-Control"] = "private, no-cache"
    if response.status_code == 304:
        return response
    response["Content-Type"] = _CONTENT_TYPES.get(kind, "application/octet-stream")
    response["Content-Security-Policy"] = (
        "default-src 'none'" if kind == "pdf" else "default-src 'none'; sandbox"
    )
    if kind != "pdf":
        response["Content-Disposition"] = content_disposition_header(True, name)
    return response
