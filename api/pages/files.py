"""Files that people attached to notes: taken away whole, shown by nothing of ours."""

from __future__ import annotations

import re
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Path
from starlette.responses import Response

from adapters.attachments import MEDIA, TOGETHER
from api.routes.parts import InvoiceId, TheCaseService

router = APIRouter(include_in_schema=False)

FORMS: Final = re.compile(r"/cases/[^/]+/actions/note")
LARGEST_FORM: Final = TOGETHER + 100_000  # bytes: the files, and the rest of the form
SECONDS: Final = 120.0
FileId = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


@router.get("/cases/{invoice_id}/files/{file_id}")
async def file(service: TheCaseService, invoice_id: InvoiceId, file_id: FileId) -> Response:
    """A file of a note about the case, or about its customer, to be saved and not shown."""
    found = await service.store.notes.file(invoice_id, file_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(found.content, media_type=MEDIA[found.kind], headers=headers)
