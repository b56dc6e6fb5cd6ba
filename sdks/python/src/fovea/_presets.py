"""Presets of the project: named sets of delivery parameters that a URL calls by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Union
from urllib.parse import quote

from ._connection import Connection

_TARGET = "/api/v1/settings/presets"
_Parameters = dict[str, Union[str, int, float, bool]]


@dataclass(frozen=True)
class Preset:
    id: str
    name: str
    description: Optional[str]
    #: Whose words ``params`` speaks.
    dialect: str
    params: _Parameters
    #: Unix seconds.
    created_at: int
    updated_at: int
    usage_count: int


class Presets:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self, dialect: str = "all") -> list[Preset]:
        answer = self._connection.call("GET", f"{_TARGET}?dialect={quote(dialect, safe='')}")
        return [_preset_of(preset) for preset in answer["presets"]]

    def get(self, id: str) -> Preset:
        """Raises FoveaError 404."""
        return _preset_of(self._connection.call("GET", _at(id)))

    def create(
        self, name: str, params: _Parameters, *, description: Optional[str] = None, dialect: Optional[str] = None
    ) -> Preset:
        """Raises FoveaError: 400 for parameters that no URL may say, 409 when the name is taken."""
        body: dict[str, Any] = {"name": name, "params": params, "description": description}
        if dialect is not None:
            body["dialect"] = dialect
        return _preset_of(self._connection.call("POST", _TARGET, json_body=body))

    def update(self, id: str, **changes: Any) -> Preset:
        """Changes ``name``, ``params``, ``description``: what is named. URLs show it at once."""
        return _preset_of(self._connection.call("PUT", _at(id), json_body=changes))

    def delete(self, id: str) -> None:
        """URLs that call it are refused from now on. Raises FoveaError 404."""
        self._connection.call("DELETE", _at(id))


def _at(id: str) -> str:
    return f"{_TARGET}/{quote(id, safe='')}"


def _preset_of(preset: dict[str, Any]) -> Preset:
    return Preset(
        id=preset["id"],
        name=preset["name"],
        description=preset["description"],
        dialect=preset["dialect"],
        params=preset["params"],
        created_at=preset["created_at"],
        updated_at=preset["updated_at"],
        usage_count=preset["usage_count"],
    )
