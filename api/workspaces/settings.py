"""Settings of a workspace and of its client accounts: what may be set, to what, and how a mistake is told."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from api.errors import InvalidSettingError
from api.workspaces.records import Workspace
from warehouse import FxMethod, Weekday, WorkspaceSettings, known_zone

PortfolioLevel: TypeAlias = Literal["client_account", "account"]  # whose region, owner and service level rows carry
CacScope: TypeAlias = Literal["ads", "ads_fees", "full"]  # which costs are costs of winning customers
Zone = Annotated[str, AfterValidator(known_zone)]
Currency = Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Za-z]{3}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Change(BaseModel):
    """What is to change; what is not named stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def given(self) -> dict[str, object]:
        """Return the settings that are named, by their columns."""
        return self.model_dump(mode="json", exclude_unset=True)


class WorkspaceChange(_Change):
    """New settings of a workspace."""

    name: Name = ""
    timezone: Zone = "UTC"
    currency: Currency = "EUR"
    fiscal_year_start_month: int = Field(1, ge=1, le=12)
    week_start: Weekday = "monday"
    portfolio_level: PortfolioLevel = "client_account"
    cac_scope: CacScope = "full"
    cac_lag_days: int = Field(0, ge=0, le=730)
    tickets_per_agent_day: float | None = Field(None, gt=0, le=10_000)
    fx_method: FxMethod = "transaction_date"


class ClientChange(_Change):
    """New settings of a client account; an empty text takes a value away."""

    name: Name = ""
    timezone: Zone = "UTC"
    report_currency: Currency = "EUR"
    industry: str | None = Field(None, max_length=200)
    region: str | None = Field(None, max_length=200)
    country: str | None = Field(None, max_length=200)
    service_level: str | None = Field(None, max_length=200)
    account_owner: str | None = Field(None, max_length=200)


def workspace_change(values: Mapping[str, object]) -> dict[str, object]:
    """Check new settings of a workspace, or say which one is wrong."""
    return _checked(WorkspaceChange, values)


def client_change(values: Mapping[str, object]) -> dict[str, object]:
    """Check new settings of a client account, or say which one is wrong."""
    checked = _checked(ClientChange, values)
    return {name: None if value == "" else value for name, value in checked.items()}


def settings_of(workspace: Workspace) -> WorkspaceSettings:
    """Return the settings as the workspace's file keeps them."""
    return WorkspaceSettings(
        base_currency=workspace.currency,
        fiscal_year_start=workspace.fiscal_year_start_month,
        timezone=workspace.timezone,
        week_start=workspace.first_weekday,
        portfolio_level=workspace.portfolio_level,
        cac_scope=workspace.cac_scope,
        cac_lag_days=workspace.cac_lag_days,
        tickets_per_agent_day=workspace.tickets_per_agent_day,
        fx_method=workspace.fx_method,
    )


def _checked(shape: type[_Change], values: Mapping[str, object]) -> dict[str, object]:
    try:
        return shape.model_validate(dict(values)).given()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        text = first["msg"].removeprefix("Value error, ")
        if first["type"] == "string_pattern_mismatch":
            text = f"'{values.get(name)}' is not a currency; it has three letters, such as EUR"
        raise InvalidSettingError(f"{name} cannot be set: {text[:1].lower()}{text[1:]}.", setting=name) from error
