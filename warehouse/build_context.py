"""What a build that is written in Python gets, and what it gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from schemas import SemanticModel
from warehouse.duckdb import Connection


@dataclass(frozen=True)
class BuildContext:
    """What a builder works with; `values` are the parameters that build SQL may name as $name."""

    connection: Connection
    model: SemanticModel
    values: Mapping[str, object]

    @property
    def today(self) -> date:
        """Return the day of the build in the workspace's zone."""
        today = self.values["today"]
        assert isinstance(today, date)
        return today

    @property
    def now(self) -> datetime:
        """Return the moment of the build in UTC, without a zone."""
        now = self.values["now"]
        assert isinstance(now, datetime)
        return now

    def setting(self, name: str) -> int:
        """Return a setting of the workspace that is a whole number."""
        value = self.values[name]
        assert isinstance(value, int)
        return value


Builder: TypeAlias = Callable[[BuildContext], str]
