"""What a person says of a database: where it is, and for each table what its columns mean."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from connectors.mapped import RowMapping


class Dialect(StrEnum):
    """The databases that are known; those that speak their protocol, such as MariaDB, count as the same."""

    POSTGRESQL = "postgresql"
    MYSQL = "mysql"


class Tls(StrEnum):
    """How the way to the database is kept private."""

    VERIFY = "verify-full"  # encrypted, and the server is who it says
    ENCRYPT = "require"  # encrypted only
    OFF = "off"


class SqlTable(RowMapping):
    """One table or view, and what its rows mean."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    table: str = Field(min_length=1, max_length=128, description="Name of a table or view that can be selected from.")
    namespace: str = Field(default="", max_length=128, alias="schema", description="Its schema, if not the usual one.")
    cursor: str | None = Field(
        default=None,
        description="A column that grows with every change, best with an index: only what is new is read. "
        "Without one everything is read each time, and rows that are gone are noticed.",
    )
    overlap: int | None = Field(
        default=None,
        ge=0,
        description="How far each run steps back for what was committed late: minutes, or numbers of a whole-number "
        "cursor. 10 minutes or 1,000 numbers if empty.",
    )

    @property
    def name(self) -> str:
        """Return the name of its stream."""
        return f"{self.namespace}.{self.table}" if self.namespace else self.table

    @model_validator(mode="after")
    def _has_key(self) -> "SqlTable":
        if not self.key_columns:
            raise ValueError("name the columns that tell rows apart ('key')")
        return self


class SqlSettings(BaseModel):
    """The settings of a connection to a database."""

    model_config = ConfigDict(extra="forbid")

    dialect: Dialect = Field(title="Database", description="postgresql, or mysql (also MariaDB).")
    host: str = Field(
        title="Host",
        description="Name or address of the server, without a port.",
        max_length=253,
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:.]+$",
    )
    port: int = Field(default=0, ge=0, le=65535, title="Port", description="The database's usual one if 0.")
    database: str = Field(min_length=1, max_length=128, title="Database", description="Name of the database.")
    user: str = Field(
        min_length=1, max_length=128, title="User", description="A user of its own that can only read these tables."
    )
    tls: Tls = Field(
        default=Tls.VERIFY,
        title="Encryption",
        description="verify-full unless the way to the database is private: require does not check who answers.",
    )
    ca: str = Field(
        default="",
        max_length=65536,
        title="Certificate authority",
        description="In PEM text, where the database's certificate is not from a public one.",
    )
    tables: tuple[SqlTable, ...] = Field(
        min_length=1, title="Tables", description="The tables or views to read, each with its key and its mapping."
    )

    @property
    def reached_port(self) -> int:
        """Return the port to connect to."""
        return self.port or (5432 if self.dialect is Dialect.POSTGRESQL else 3306)

    @model_validator(mode="after")
    def _each_once(self) -> "SqlSettings":
        names = [one.name for one in self.tables]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"named twice: {', '.join(twice)}")
        return self
