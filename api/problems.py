"""What the server answers for each error: status, code and advice, in one table; whatever is not in it is ours."""

from dataclasses import dataclass

from api.backups.errors import BackupDamagedError, BackupError, BackupKeyError
from api.errors import (
    AccountTakenError,
    ApiError,
    BigQuerySetupError,
    ConflictError,
    GoogleRefusedError,
    GoogleUnreachableError,
    InvalidSettingError,
    JobFailedError,
    JobStoppedError,
    MailRefusedError,
    MailUncertainError,
    MailUnreachableError,
    MalformedJsonError,
    MalformedRequestError,
    MethodError,
    MissingChoiceError,
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
    NotSignedInError,
    OAuthSetupError,
    OtherAccountError,
    PayloadTooLargeError,
    RateLimitExceededError,
    RecipientRefusedError,
    ReportDataError,
    SecondFactorNeededError,
    SecretKeyError,
    SignInFailedError,
    StartError,
    StoppingError,
    UnsupportedChoiceError,
)
from api.looker_oauth.errors import AccessEndedError, AddressNeededError
from connectors import errors as connectors
from looker_templates import errors as templates
from schemas import errors as schemas
from warehouse import errors as warehouse


@dataclass(frozen=True)
class Problem:
    """How one class of errors is answered. `own_text` false hides the message: it may speak of the inside."""

    status: int
    code: str
    advice: str
    own_text: bool = True


INTERNAL = Problem(500, "internal_error", "Look for the request id in the server's log, and report it.", own_text=False)
_CATALOGUE = Problem(
    500, "catalogue_error", "Run `belvedere catalog check`; it names the file and the entry.", own_text=False
)
_TEMPLATE = Problem(500, "template_error", "A report template is wrong; the log names file and place.", own_text=False)
_SOURCE = Problem(502, "source_error", "Run `belvedere sync` again; it says what the source answered.")

# Every class of our errors is listed by itself: a new one without its line fails a test.
PROBLEMS: dict[type[Exception], Problem] = {
    ApiError: INTERNAL,
    MalformedJsonError: Problem(400, "malformed_json", "Send one JSON object as the body."),
    MissingChoiceError: Problem(400, "missing_choice", "Edit the data source and choose what is missing."),
    BigQuerySetupError: Problem(400, "bigquery_setup", "Set what the message names; docs/scale-out.md has the steps."),
    GoogleRefusedError: Problem(502, "google_refused", "Renew the key file of the service account."),
    GoogleUnreachableError: Problem(503, "google_unreachable", "Try again in a minute; check the way out to Google."),
    UnsupportedChoiceError: Problem(400, "unsupported_choice", "Edit the data source and clear or change that choice."),
    InvalidSettingError: Problem(400, "invalid_setting", "Nothing was changed; give a value that the message allows."),
    NotAuthenticatedError: Problem(401, "not_authenticated", "Send a working API key: Authorization: Bearer bvk_..."),
    NotSignedInError: Problem(401, "not_signed_in", "Open /console and sign in."),
    NotAllowedError: Problem(403, "not_allowed", "Ask the workspace's owner for a key that may do this."),
    SecondFactorNeededError: Problem(403, "second_factor_needed", "Set it up at /console/me."),
    NotFoundError: Problem(404, "not_found", "Check the spelling, and that the key may read it."),
    MethodError: Problem(405, "method_not_allowed", "The Allow header names the methods that this address knows."),
    ConflictError: Problem(409, "conflict", "Choose another name, or use what is there."),
    PayloadTooLargeError: Problem(413, "payload_too_large", "Send less, or raise BELVEDERE_MAX_REQUEST_BYTES."),
    MalformedRequestError: Problem(422, "malformed_request", "`detail` names each wrong place in the body."),
    RateLimitExceededError: Problem(429, "rate_limit_exceeded", "Wait as many seconds as the Retry-After header says."),
    StoppingError: Problem(503, "stopping", "Load again in a moment, once the server is back."),
    JobFailedError: Problem(500, "job_failed", "The message is the worker's own."),
    JobStoppedError: Problem(503, "job_stopped", "The next server takes the job up again."),
    SecretKeyError: Problem(500, "secret_key", "Give the key back by BELVEDERE_SECRET_KEYS or secret.keys."),
    BackupError: Problem(409, "backup", "Do what the message says; nothing was changed."),
    BackupKeyError: Problem(400, "backup_key", "Name the file of the key that the backup was made with."),
    BackupDamagedError: Problem(500, "backup_damaged", "Take another backup, and make a new one soon."),
    AccessEndedError: Problem(401, "access_ended", "Authorise the connector again."),
    AddressNeededError: Problem(400, "address_needed", "Set BELVEDERE_PUBLIC_URL; docs/oauth.md has the steps."),
    OAuthSetupError: Problem(400, "oauth_setup", "Register this installation at the vendor; docs/link-an-account.md."),
    SignInFailedError: Problem(400, "sign_in_failed", "Start linking the account again, in one browser."),
    OtherAccountError: Problem(409, "other_account", "Sign in with the account that the message names."),
    AccountTakenError: Problem(409, "account_taken", "Use the connection that is there."),
    ReportDataError: Problem(503, "report_data", "Open the report, and see what the named cards say."),
    MailUnreachableError: Problem(503, "mail_unreachable", "Try again later; check BELVEDERE_SMTP_URL."),
    MailUncertainError: Problem(502, "mail_uncertain", "Ask the recipient before you send it again."),
    MailRefusedError: Problem(502, "mail_refused", "Change what the message names; docs/notices.md has the settings."),
    RecipientRefusedError: Problem(502, "recipient_refused", "Check how the address is written."),
    StartError: Problem(500, "start_error", "The message says what is in the way."),
    schemas.SchemaError: INTERNAL,
    schemas.CatalogError: _CATALOGUE,
    schemas.DuplicateNameError: _CATALOGUE,
    schemas.UnknownReferenceError: _CATALOGUE,
    schemas.FormulaSyntaxError: _CATALOGUE,
    schemas.TypeConflictError: _CATALOGUE,
    schemas.CalculatorInputError: Problem(400, "calculator_input", "Correct the input that `detail.field` names."),
    schemas.QueryError: Problem(400, "query_error", "Change the chart as the message says."),
    schemas.UnknownDatasetError: Problem(400, "unknown_dataset", "Edit the data source and choose a dataset."),
    schemas.UnknownFieldError: Problem(400, "unknown_field", "Refresh the data source's fields."),
    schemas.IncompatibleFieldsError: Problem(400, "incompatible_fields", "Take a named field out of the chart."),
    schemas.UnsupportedFilterError: Problem(400, "unsupported_filter", "Use another condition, as the message says."),
    schemas.InvalidFilterValueError: Problem(400, "invalid_filter_value", "Give a value of the field's type."),
    schemas.InvalidPatternError: Problem(400, "invalid_pattern", "Write the pattern in RE2 syntax."),
    schemas.InvalidDateRangeError: Problem(400, "invalid_date_range", "Write both days as YYYY-MM-DD, in order."),
    schemas.MixedCurrencyError: Problem(400, "mixed_currency", "Add the currency as a dimension, or filter to one."),
    schemas.TooManyRowsError: Problem(400, "too_many_rows", "Filter, shorten the range or drop the named dimension."),
    templates.TemplateError: _TEMPLATE,
    templates.InvalidTemplateError: _TEMPLATE,
    templates.DrawingError: Problem(500, "drawing_failed", "Look into the server's log, and report it."),
    templates.DrawingLimitError: Problem(503, "drawing_limit", "Choose fewer pages, a shorter period or a filter."),
    templates.DrawingSetupError: Problem(503, "drawing_setup", "Install what the message names."),
    templates.PressBusyError: Problem(503, "press_busy", "Wait as many seconds as the Retry-After header says."),
    templates.LinkTooLongError: Problem(400, "link_too_long", "Choose fewer client accounts, or make a link for each."),
    templates.RefusedTemplateError: Problem(422, "refused_template", "Correct what the message names."),
    templates.UnknownTemplateError: Problem(404, "unknown_template", "GET /v1/templates lists the templates."),
    connectors.SourceError: _SOURCE,
    connectors.RetryError: Problem(503, "source_retry", "Waiting and trying again may help."),
    connectors.RateLimitedError: Problem(503, "source_rate_limited", "The source asks for a pause; try again later."),
    connectors.SourceDownError: Problem(503, "source_down", "The source does not answer; try again later."),
    connectors.ReconnectError: Problem(502, "source_reconnect", "Sign the connection in again."),
    connectors.TokenRevokedError: Problem(502, "source_token_revoked", "Sign the connection in again."),
    connectors.MissingScopeError: Problem(502, "source_missing_scope", "Sign in again and grant what is missing."),
    connectors.SkipError: _SOURCE,
    connectors.MalformedRecordError: _SOURCE,
    connectors.StopError: _SOURCE,
    connectors.UnexpectedSchemaError: Problem(502, "source_changed", "The source changed; its mapping needs a look."),
    connectors.PlanLimitError: Problem(502, "source_plan_limit", "The account's plan at the source lacks this."),
    warehouse.WarehouseError: INTERNAL,
    warehouse.WorkspaceBusyError: Problem(503, "workspace_busy", "Try again in a few seconds."),
    warehouse.ReadsOnlyError: Problem(421, "reads_only", "Send it to the server that owns the data directory."),
    warehouse.WorkspaceMissingError: Problem(404, "workspace_missing", "Import a file or run a sync first."),
    warehouse.QueryTimeoutError: Problem(400, "query_timeout", "Shorten the date range or add a filter."),
    warehouse.OutOfMemoryError: Problem(400, "query_out_of_memory", "Shorten the date range or remove a dimension."),
    warehouse.DiskFullError: Problem(503, "disk_full", "Free space on the server; nothing was changed."),
    warehouse.DuplicateKeyError: Problem(409, "duplicate_key", "The last good version stays; repair the load."),
    warehouse.FreshnessError: Problem(409, "stale_load", "The last good version stays; load newer data."),
    warehouse.VersionMismatchError: Problem(500, "version_mismatch", "Start the version that wrote it, or a newer."),
    warehouse.ExtractionLostError: Problem(
        503, "extraction_lost", "It is read again from where it stands; see whether memory is short."
    ),
    # Caught within a run of builds; were it to get out, nothing that a caller could do would help.
    warehouse.BuildFailedError: INTERNAL,
    warehouse.InvalidRuleError: Problem(400, "invalid_rule", "Repair the rule's file; nothing was changed."),
    warehouse.ImportFileError: Problem(400, "import_file", "Repair the file or its mapping; nothing was loaded."),
}  # fmt: skip


def problem_of(error: BaseException) -> Problem:
    """Return how an error is answered: by its own class, else as an internal error."""
    return PROBLEMS.get(type(error), INTERNAL) if isinstance(error, Exception) else INTERNAL


def retry_after(error: BaseException) -> int | None:
    """Return the seconds to wait before asking again, for errors that know."""
    seconds = getattr(error, "retry_after", None)
    if isinstance(seconds, int | float):
        return max(1, round(seconds))
    return 5 if problem_of(error).status == 503 else None


def error_body(error: BaseException, request_id: str) -> dict[str, object]:
    """Return the one shape of every refusal."""
    problem = problem_of(error)
    if problem.own_text:
        message, debug = str(error), f"{problem.code} ({problem.status}): {problem.advice}"
        detail = dict(getattr(error, "detail", {}))
    else:
        message = f"Something went wrong on the server. Its log has more under request id {request_id}."
        debug, detail = f"{problem.code} ({problem.status}): {problem.advice}", {}
    return {
        "error": {
            "code": problem.code,
            "message": message,
            "debug": debug,
            "detail": detail,
            "docs": f"docs/reference/errors.md#{problem.code}",
            "request_id": request_id,
        }
    }
