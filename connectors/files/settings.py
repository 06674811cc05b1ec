"""What a person says of the files: where they are, which of them, and what their columns mean."""

import re

from pydantic import BaseModel, ConfigDict, Field, model_validator

KINDS = (".csv", ".tsv", ".txt", ".ndjson", ".jsonl", ".json", ".parquet", ".xlsx")
_RELATIVE = re.compile(r"^(?!/)(?!.*(?:^|/)\.\.(?:/|$))[^\\\0]*$")


class FilesSettings(BaseModel):
    """The settings of a connection to files: a folder of the inbox, or an address."""

    model_config = ConfigDict(extra="forbid")

    folder: str | None = Field(
        default=None,
        max_length=500,
        title="Folder",
        description="Inside the inbox that the operator of this server has set; '.' is the inbox itself.",
    )
    pattern: str = Field(
        default="*.csv",
        max_length=200,
        pattern=r"^[^/\\\x00]+$",
        title="Pattern",
        description="Which files of the folder, such as tickets-*.csv. Folders inside it are not looked into.",
    )
    url: str | None = Field(
        default=None,
        max_length=2000,
        pattern=r"^https://[^\s/?#@]+(?:/[^\s#]*)?$",
        title="Address",
        description="Of one file, beginning with https and ending in its kind, such as .csv.",
    )
    file_name: str = Field(
        default="",
        max_length=200,
        pattern=r"^[^/\\\x00]*$",
        title="File name",
        description="For an address that does not end in a file's name, such as export.csv: it tells the kind.",
    )
    mapping: dict[str, object] = Field(
        title="Mapping", description="As in mapping files: entity, source, key, mode, columns and so on."
    )

    @model_validator(mode="after")
    def _one_place(self) -> "FilesSettings":
        if (self.folder is None) == (self.url is None):
            raise ValueError("give either 'folder' or 'url'")
        if self.folder is not None and not _RELATIVE.match(self.folder):
            raise ValueError("'folder' is a path inside the inbox, without '..' and without a slash in front")
        if self.url is not None and not self.address_name.lower().endswith(KINDS):
            raise ValueError(f"give 'file_name', since the address does not end in one of {', '.join(KINDS)}")
        return self

    @property
    def address_name(self) -> str:
        """Return the name of the file at the address."""
        return self.file_name or (self.url or "").partition("?")[0].rpartition("/")[2]
