"""The files that pages load: kept in memory, named by what they hold, so that browsers keep them for good."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

__all__ = ["Assets"]

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    kind: str
    plain: bytes
    packed: bytes


class Assets:
    """Every file below ``static/``. One digest of all of them is part of each address: ``/static/DIGEST/NAME``."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        self._files: Mapping[str, _File] = {
            path.relative_to(folder).as_posix(): _read(path) for path in sorted(folder.rglob("*")) if path.is_file()
        }
        digest = hashlib.sha256()
        for name, file in self._files.items():
            digest.update(name.encode() + b"\0" + file.plain)
        self.digest = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """Where a page loads the file from. Raises KeyError for one that is not there."""
        if name not in self._files:
            raise KeyError(f"static/{name} is not there")
        return f"/static/{self.digest}/{name}"

    async def serve(self, request: Request) -> Response:
        """The endpoint. An address of another version gives the file of this one, which is not to be kept."""
        file = self._files.get(request.path_params["name"])
        if file is None:
            return PlainTextResponse("there is no such file\n", 404)
        now = request.path_params["digest"] == self.digest
        headers = {"Cache-Control": _FOR_GOOD if now else "no-store", "Vary": "Accept-Encoding"}
        body = file.plain
        if "gzip" in request.headers.get("accept-encoding", "") and len(file.packed) < len(file.plain):
            body = file.packed
            headers["Content-Encoding"] = "gzip"
        return Response(body, headers=headers, media_type=file.kind)


def _read(path: Path) -> _File:
    plain = path.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain; charset=utf-8"
    return _File(kind, plain, gzip.compress(plain, 9, mtime=0))
