"""Kept pictures over HTTP: by the hash of their bytes, so that they never change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from bot.web.negotiate import matches_any

if TYPE_CHECKING:
    from starlette.requests import Request

    from storage.media import Media

_YEAR_S = 365 * 86400
#: They are raster pictures by their bytes; a browser that is fooled all the same may run nothing.
_POLICY = "default-src 'none'; sandbox"


class KeptPictures:
    """Serves ``/media/{digest}.{suffix}``."""

    def __init__(self, media: Media) -> None:
        self._media = media

    def routes(self) -> list[Route]:
        """Return the route of pictures."""
        return [Route("/media/{name}", self.picture)]

    def picture(self, request: Request) -> Response:
        """Send a picture; 404 for one that is not kept, or was dropped or taken down."""
        name = request.path_params["name"]
        picture = self._media.get(name.partition(".")[0])
        if picture is None or picture.file_name != name:
            raise HTTPException(404)
        path = self._media.path(picture)
        if not path.is_file():
            raise HTTPException(404)
        etag = f'"{picture.digest}"'
        headers = {
            "ETag": etag,
            "Cache-Control": f"public, max-age={_YEAR_S}, immutable",
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        known = request.headers.get("if-none-match")
        if known and matches_any(known.encode(), (etag.encode(),)):
            return Response(status_code=304, headers=headers)
        return FileResponse(path, media_type=picture.media_type, headers=headers)
