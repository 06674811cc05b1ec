"""Settings from the environment: every name starts with BELVEDERE_; secrets are never printed."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from cronsim import CronSim, CronSimError
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

from api.mail.message import parse_sender
from api.mail.server import parse_server

PREFIX = "BELVEDERE_"


class Settings(BaseSettings):
    """How this installation runs."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    secrets_dir: Path | None = Field(
        default=None,
        description="Folder of files that each hold one setting and are named like it in small letters, such as "
        "belvedere_database_url; a variable of the environment wins. Empty: there are none.",
    )
    data_dir: Path = Field(
        default=Path("data"), description="Folder of workspace files, metadata and spool. One server owns it at a time."
    )
    host: str = Field(
        default="127.0.0.1", description="Address to listen on. 0.0.0.0 listens on all; put TLS in front of it."
    )
    port: int = Field(default=8000, ge=1, le=65535, description="Port to listen on.")
    public_url: str = Field(
        default="",
        description="Address under which others reach this server, such as https://data.example.org. Printed in links, "
        "and the one host name, beside the local ones, under which the report viewer may sign in.",
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="SQLAlchemy address of the metadata. Empty: SQLite at <data dir>/belvedere.sqlite. "
        "PostgreSQL: postgresql+psycopg://user:password@host/name.",
    )
    secret_keys: SecretStr = Field(
        default=SecretStr(""),
        description="Keys that encrypt stored sign-ins, newest first, joined by commas. Empty: those of the file "
        "<data dir>/secret.keys, which the first start makes. `belvedere secrets new-key` prints one.",
    )
    allowed_private_nets: str = Field(
        default="",
        description="Networks that are not public and may be reached all the same, joined by commas, such as "
        "10.1.0.0/16: databases and APIs of your own. Link-local and metadata addresses are never reached.",
    )
    inbox_dir: Path | None = Field(
        default=None,
        description="Folder whose files connections may watch, and the folders inside it. Empty: none is watched.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe log line that is written (JSON lines, to standard error)."
    )
    snapshots: bool = Field(
        default=False,
        description="Whether the server publishes a copy of each workspace after its data have moved, for processes of "
        "`belvedere serve --reader`. Needs as much room again, and twice that for a moment.",
    )
    backup_dir: Path | None = Field(
        default=None, description="Folder that the server keeps backups in by itself; docs/backup.md. Empty: none."
    )
    backup_cron: str = Field(
        default="0 3 * * *", description="When it makes one, as a cron line in UTC. One that was missed is made up for."
    )
    backup_keep: int = Field(default=14, ge=1, description="Backups that are kept there; older ones are removed.")
    backup_key_file: Path | None = Field(
        default=None,
        description="File with the key that encrypts backups, as `belvedere secrets new-key` prints one. Empty: "
        "backups are readable by whoever has them, and hold no keys of stored sign-ins.",
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="What Prometheus sends as 'Authorization: Bearer ...' to read /metrics. Empty: only programs on "
        "this machine that come through no proxy may read it.",
    )
    otlp_endpoint: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Collector of OpenTelemetry that takes traces over HTTP, such as http://127.0.0.1:4318. Empty: "
        "nothing is traced.",
    )
    least_free_bytes: int = Field(
        default=512 * 1024 * 1024,
        ge=0,
        description="Room that must be left on the disk of the data directory; with less /readyz answers 503.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Addresses, joined by commas, of proxies whose X-Forwarded-For and -Proto headers are believed.",
    )
    query_timeout_seconds: float = Field(
        default=50, gt=0, description="A query that runs longer is stopped. Looker Studio gives up after about 60."
    )
    max_rows: int = Field(
        default=1_000_000, gt=0, le=1_000_000, description="Most rows of one answer; Looker Studio's own ceiling."
    )
    max_bytes: int = Field(
        default=48 * 1024 * 1024, gt=0, description="Most bytes of one answer before compression; Google cuts at 50 MB."
    )
    first_view_seconds: float = Field(
        default=0.3,
        ge=0,
        description="How long a report's page waits for the first view that the server draws; 0 leaves it out.",
    )
    max_request_bytes: int = Field(
        default=1024 * 1024, gt=0, description="Most bytes of one request; larger ones are answered with 413."
    )
    rate_per_second: float = Field(
        default=100, gt=0, description="Requests a second that one key may make for long. Cached answers cost a tenth."
    )
    rate_burst: int = Field(
        default=400, ge=60, description="Requests that one key may make at once; a report page makes up to 40. "
        "A workspace may make three times as many as one of its keys."
    )  # fmt: skip
    cache_bytes: int = Field(
        default=256 * 1024 * 1024, ge=0, description="Memory for finished answers. 0 switches the cache off."
    )
    query_threads: int = Field(
        default=6, ge=1, le=32, description="Queries that run side by side; others wait in line."
    )
    duckdb_memory: str = Field(
        default="1GB",
        pattern=r"^\d+(\.\d+)? ?([KMGT]i?B|%)$",
        description="Memory limit of DuckDB for each open workspace, such as 2GB; larger work spills to disk.",
    )
    duckdb_threads: int | None = Field(
        default=None, ge=1, description="Processor threads of DuckDB for each workspace. Empty: all."
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="Mail server that takes our mail: smtp://user:password@host:587 (STARTTLS; ?tls=none for one on "
        "this machine) or smtps://user:password@host:465. Empty: no mail is sent.",
    )
    mail_from: str = Field(
        default="",
        description="Address that mail comes from, such as Reports <reports@example.org>. Empty: the user of the mail "
        "server.",
    )
    bigquery_project: str = Field(
        default="",
        pattern=r"^([a-z][a-z0-9.:-]+)?$",
        description="Google Cloud project that pays for queries on BigQuery. Empty: no query is handed to BigQuery.",
    )
    bigquery_dataset: str = Field(
        default="belvedere",
        pattern=r"^([a-z][a-z0-9:-]+\.)?[A-Za-z0-9_]+$",
        description="Dataset of BigQuery with the published tables; project.dataset if another project has it.",
    )
    bigquery_workspace: str = Field(
        default="main", description="The one workspace whose tables were published to that dataset."
    )
    bigquery_credentials: Path | None = Field(
        default=None,
        description="JSON key file of a service account that may read that dataset, and no other, and run queries.",
    )
    keep_up: bool = Field(
        default=True,
        description="Whether the server, while no job waits, brings large tables into the order of their dates and "
        "keeps sums of them ready, from which charts are quicker.",
    )
    product_name: str = Field(default="Belvedere", description="What this installation calls itself on its pages.")
    looker_name: str = Field(
        default="Data Studio", description="What Google's product is called in texts (it was Looker Studio for a time)."
    )
    looker_host: str = Field(
        default="datastudio.google.com", description="Host of the links into Google's product; "
        "lookerstudio.google.com works as well."
    )  # fmt: skip

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment and then the files of the secrets' folder, if there is one."""
        del dotenv_settings, file_secret_settings
        folder = secrets_folder()
        files = () if folder is None else (SecretsSettingsSource(settings_cls, secrets_dir=folder),)
        return (init_settings, env_settings, *files)

    @field_validator("data_dir")
    @classmethod
    def _usable_folder(cls, value: Path) -> Path:
        if "?" in str(value.absolute()):
            raise ValueError("choose a folder without '?' in its path: DuckDB takes what follows for an option")
        return value

    @field_validator("backup_cron")
    @classmethod
    def _known_times(cls, value: str) -> str:
        try:
            CronSim(value, datetime(2026, 1, 1, tzinfo=UTC))
        except CronSimError as error:
            raise ValueError("write a cron line, such as 0 3 * * * for every night at three, UTC") from error
        return value

    @field_validator("public_url")
    @classmethod
    def _plain_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("write it with http:// or https://, such as https://data.example.org")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _known_mail_server(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            parse_server(value.get_secret_value())
        return value

    @field_validator("mail_from")
    @classmethod
    def _known_sender(cls, value: str) -> str:
        if value:
            parse_sender(value)
        return value

    @property
    def metadata_url(self) -> str:
        """Return the address of the metadata database, with its password: never print it."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir.absolute() / 'belvedere.sqlite'}"

    @property
    def address(self) -> str:
        """Return the address that a person on this machine or, with a public address, elsewhere opens."""
        if self.public_url:
            return self.public_url
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{host}:{self.port}"


def secrets_folder() -> Path | None:
    """Return the folder of secrets that the environment names, if it is there."""
    folder = Path(os.environ.get(environment_name("secrets_dir")) or os.devnull)
    return folder if folder.is_dir() else None


def environment_name(field: str) -> str:
    """Return the environment variable of a setting."""
    return f"{PREFIX}{field.upper()}"


def describe_settings(settings: Settings) -> list[dict[str, str]]:
    """Return each setting with its value as text, where it comes from, and what it does; secrets are hidden."""
    rows, secrets = [], secrets_folder()
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            shown = "(hidden)" if value.get_secret_value() else ""
        else:
            shown = "" if value is None else str(value)
        given = bool(os.environ.get(environment_name(name)))
        in_file = secrets is not None and (secrets / environment_name(name).lower()).is_file()
        rows.append(
            {
                "name": environment_name(name),
                "value": shown,
                "source": _source(given=given, in_file=in_file, is_set=name in settings.model_fields_set),
                "description": field.description or "",
            }
        )
    return rows


def _source(*, given: bool, in_file: bool, is_set: bool) -> str:
    if given:
        return "environment"
    return "default" if not is_set else "file" if in_file else "command"
