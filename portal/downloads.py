"""Handing out a file: always as a download, never run or shown by the browser."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse


def attachment(file: FieldFile, *, name: str, media_type: str) -> FileResponse:
    """The file under this name. The caller has asked whether the person may have it, and has put it on record."""
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name)
    response["Content-Type"] = media_type
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
