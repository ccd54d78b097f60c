"""Templates into pages. Everything that a template prints is escaped, and what could hide in it is written out."""

import json
from collections.abc import Sequence
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from franking import __version__, words
from franking.web.alerts import COOKIE, band, dismissed
from franking.web.charts import points
from franking.web.reading import stands
from franking.web.site import site
from franking.web.tables import Table, as_csv
from franking.web.timeline import said

__all__ = ["alone", "page", "templates"]


def _shown(value: Any) -> Any:
    """What comes over the wire cannot steer a page's direction or hide; markup of our own passes."""
    return words.clean(value) if type(value) is str else value


def _as_json(value: Any) -> str:
    """For an attribute: plain text, which is escaped as every other."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)


def _begun(text: str) -> str:
    """The text as a sentence's beginning."""
    return text[:1].upper() + text[1:]


def templates() -> jinja2.Environment:
    """The environment, with the filters that pages use."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("franking.web"),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "money": words.money,
        "count": words.count,
        "short": words.short,
        "duration": words.duration,
        "iso": words.iso,
        "local": words.local,
        "dollars": words.dollars,
        "json": _as_json,
        "day": said,
        "points": points,
        "capitalize_first": _begun,
        "without": lambda words, more: {**words, **dict.fromkeys(more)},
    }
    made.globals |= {
        "percent": words.percent,
        "plural": words.plural,
        "NOBODY": words.NOBODY,
        "version": __version__,
    }
    return made


_templates = templates()


def _here(request: Request) -> str:
    """Where a form that is on every page comes back to."""
    if request.method != "GET":
        return "/"
    path: bytes = request.scope.get("raw_path", b"/")
    return f"{path.decode('latin-1')}?{request.url.query}".removesuffix("?")


def page(
    request: Request, template: str, *, tables: Sequence[Table] = (), status: int = 200, **values: Any
) -> Response:
    """The page, or one of its tables as CSV where the address says ``csv=NAME``.

    here: the path whose word in the header is marked, where that is not the page's own.
    """
    wanted = request.query_params.get("csv")
    for table in tables:
        if wanted and table.name == wanted:
            return Response(
                as_csv(table),
                media_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": f'attachment; filename="franking-{table.name}.csv"'},
            )
    own = site(request)
    found = _templates.get_template(template).render(
        values
        | {
            "alerts": band(stands(request), dismissed(request.cookies.get(COOKIE, ""))),
            "comes_back": _here(request),
            "asset": own.assets.url,
            "here": values.get("here", request.url.path),
            "navigation": own.navigation,
            "secured": own.token is not None,
            "tables": {table.name: table for table in tables},
        }
    )
    return HTMLResponse(found, status)


def alone(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page that is no part of the dashboard: it knows nothing but the values, and the files that it loads."""
    found = _templates.get_template(template).render({**values, "asset": site(request).assets.url})
    return HTMLResponse(found, status)
