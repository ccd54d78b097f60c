"""The OpenAPI 3.1 document, made from the endpoints' own declarations. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from franking import __version__
from franking.web.api.endpoint import Endpoint
from franking.web.api.parameters import Parameter
from franking.web.problems import Problem

__all__ = ["document"]

_SAID = {
    "400": "A parameter is wrong: which, and what is expected.",
    "404": "There is no such thing.",
    "503": "The ledger is missing or cannot be read, or too much is asked: what to do.",
}
_BEFORE = {
    "401": "A token is demanded (off loopback).",
    "403": "The request comes from a page of another site.",
    "421": "The dashboard is not reached under the name that Host says.",
}
"""What is answered before any question is looked at."""
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_ABOUT = (
    "What franking's ledger tells, for programs: read only. Money is a decimal string of US dollars with nine places,"
    " times are ISO 8601 UTC, null is not known and never 0. A request's time is that of its start."
)


def document(endpoints: Sequence[Endpoint], root: str) -> dict[str, Any]:
    """The document. root: the path that every endpoint's is below."""
    (*answers, _), schemas = msgspec.json.schema_components(
        [*(endpoint.answer for endpoint in endpoints), Problem], ref_template="#/components/schemas/{name}"
    )
    shared = _shared(endpoints)
    return {
        "openapi": "3.1.0",
        "info": {"title": "franking", "version": __version__, "description": _ABOUT, "license": {"name": "MIT"}},
        "paths": {
            f"{root}{endpoint.path}": {"get": _operation(endpoint, answer, shared)}
            for endpoint, answer in zip(endpoints, answers, strict=True)
        },
        "components": {
            "schemas": schemas,
            "parameters": shared,
            "responses": {code: {"description": said, "content": _PROBLEM} for code, said in _BEFORE.items()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "listen.token, demanded off loopback."}
            },
        },
        "security": [{}, {"token": []}],
    }


def _shared(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The parameters that say the same wherever they are, by name."""
    said: dict[str, list[dict[str, Any]]] = {}
    for endpoint in endpoints:
        for parameter in endpoint.parameters:
            said.setdefault(parameter.name, []).append(_parameter(parameter))
    return {name: forms[0] for name, forms in said.items() if len(forms) > 1 and all(one == forms[0] for one in forms)}


def _operation(endpoint: Endpoint, answer: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    content = {media.partition(";")[0]: {"schema": answer} for media in endpoint.media}
    codes = ["400", *(["404"] if endpoint.in_path else []), *(["503"] if endpoint.of_ledger else [])]
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": [
            *(_parameter(one) | {"in": "path", "required": True} for one in endpoint.in_path),
            *(
                {"$ref": f"#/components/parameters/{one.name}"} if one.name in shared else _parameter(one)
                for one in endpoint.parameters
            ),
        ],
        "responses": {
            "200": {"description": endpoint.summary + ".", "content": content},
            **{code: {"description": _SAID[code], "content": _PROBLEM} for code in codes},
            **{code: {"$ref": f"#/components/responses/{code}"} for code in _BEFORE},
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = dict(parameter.schema)
    if parameter.default is not None:
        schema["default"] = parameter.default
    told: dict[str, Any] = {
        "name": parameter.name, "in": "query", "required": parameter.needed, "description": parameter.meaning,
        "schema": schema,
    }  # fmt: skip
    if parameter.how != "once":
        told["schema"] = {"type": "array", "items": schema, "minItems": 1, "maxItems": parameter.most}
        told |= {"style": "form", "explode": parameter.how == "repeated"}
        if parameter.how == "commas":
            told["schema"]["uniqueItems"] = True
    return told
