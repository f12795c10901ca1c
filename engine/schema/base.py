"""What every record shares: it is frozen, tolerates fields it does not know, and knows its version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.errors import RecordError, UnknownVersionError

VERSION: Literal[1] = 1


class Record(BaseModel):
    """An immutable value. Unknown fields are ignored on reading, so that a newer writer is readable.

    Infinity and NaN are refused: JSON has neither, so a record that holds one could not be read back.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class VersionedRecord(Record):
    """A record that is stored or sent on its own, and so names the version of its schema."""

    v: Literal[1] = VERSION

    @classmethod
    def read(cls, data: str | bytes | Mapping[str, Any]) -> Self:
        """Reads a record from JSON text or a mapping.

        Raises `UnknownVersionError` when ``v`` is another version, `RecordError` when the shape is wrong.
        """
        fields = parse_object(data, cls.__name__)
        check_version(fields, cls.__name__)
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise RecordError(f"not a {cls.__name__}: {first_problem(error)}") from error


def parse_object(data: str | bytes | Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Turns JSON text into a mapping, or passes a mapping through; `RecordError` when it is neither."""
    if isinstance(data, Mapping):
        return data
    try:
        fields = json.loads(data)
    except ValueError as error:
        raise RecordError(f"not a {name}: not JSON ({error})") from error
    if not isinstance(fields, dict):
        raise RecordError(f"not a {name}: a JSON object is expected, not {type(fields).__name__}")
    return fields


def check_version(fields: Mapping[str, Any], name: str) -> None:
    """Raises `UnknownVersionError` unless the mapping names the version this code reads."""
    version = fields.get("v", VERSION)
    if version != VERSION or isinstance(version, bool):
        raise UnknownVersionError(
            f"{name} has version {version!r}; this Rusta reads version {VERSION}",
            fix="upgrade Rusta, or export the record again from the version that wrote it",
        )


def first_problem(error: ValidationError) -> str:
    """One line for the first problem of a validation error: where, and what."""
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"]) or "record"
    return f"{where}: {problem['msg']}"
