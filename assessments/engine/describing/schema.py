"""JSON Schema of the rulebook language, for editors that complete and check TOML."""

from typing import Any

from pydantic import TypeAdapter

from assessments.engine.language.common import Header, Option, Source, Table
from assessments.engine.language.reading import BODIES

_OPTION = {
    "type": "object",
    "properties": {"option": {"type": "string"}},
    "required": ["option"],
    "additionalProperties": False,
    "description": "the value that this option of the rulebook chooses",
}
_SCALARS = ("string", "integer", "number", "boolean")


def rulebook_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a rulebook: one alternative for each kind."""
    definitions: dict[str, Any] = {}
    shared = {
        "rulebook": _schema_of(Header, definitions),
        "sources": _each(_schema_of(Source, definitions)),
        "options": _each(_schema_of(Option, definitions)),
        "tables": _each(_schema_of(Table, definitions)),
    }
    kinds = []
    for kind, body in BODIES:
        own = _schema_of(body, definitions)
        rules = definitions[own["$ref"].rpartition("/")[2]]
        head = {"allOf": [shared["rulebook"], {"properties": {"kind": {"const": kind}}}]}
        kinds.append(
            {
                "title": f'kind = "{kind}"',
                "type": "object",
                "properties": {**shared, "rulebook": head, **rules["properties"]},
                "required": ["rulebook", *rules.get("required", [])],
                "additionalProperties": False,
            }
        )
    named = {name: _with_options(rule) if name not in _LITERAL else rule for name, rule in definitions.items()}
    schema = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": schema, "title": "rulebook", "anyOf": _with_options(kinds), "$defs": named}


_LITERAL = frozenset({"Header", "Source", "Option", "Table", "Choice", "Row", "Bilingual"})


def _schema_of(model: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Add a model and all it uses to the definitions; return the reference to it."""
    schema = TypeAdapter(model).json_schema(ref_template="#/$defs/{model}")
    definitions.update(schema.pop("$defs", {}))
    definitions[model.__name__] = schema
    return {"$ref": f"#/$defs/{model.__name__}"}


def _each(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": schema}


def _with_options(part: Any) -> Any:
    """Let `{ option = "name" }` stand wherever a single value stands."""
    if isinstance(part, list):
        return [_with_options(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    inner = {key: value if key in _KEPT else _with_options(value) for key, value in part.items()}
    if part.get("type") in _SCALARS and "const" not in part:
        return {"anyOf": [inner, _OPTION]}
    return inner


_KEPT = frozenset({"default", "enum", "const", "required", "discriminator", "description", "title", "pattern"})
