"""Everything that can go wrong at the door; api/problems.py turns any of our errors into an answer.

ApiError
├── MalformedJsonError        400
├── MissingChoiceError        400: workspace or dataset not chosen
├── UnsupportedChoiceError    400: the data source's configuration asks for what there is not
├── InvalidSettingError       400: a setting cannot have that value
├── BigQuerySetupError        400: a query was asked for, but BigQuery is not set up; says which setting is missing
├── GoogleRefusedError        502: Google does not accept the service account
├── GoogleUnreachableError    503: Google does not answer
├── NotAuthenticatedError     401
├── NotSignedInError          401: the console is for people who have signed in
├── NotAllowedError           403: an action denied on something the caller may see
├── SecondFactorNeededError   403: the workspace lets people in with a second factor only
├── NotFoundError             404: also what the caller may not see
├── MethodError               405
├── ConflictError             409
├── PayloadTooLargeError      413
├── MalformedRequestError     422: well-formed JSON of a wrong shape
├── RateLimitExceededError    429, carries retry_after in seconds
├── StoppingError             503: the server is about to end
├── JobFailedError            a job ended badly; carries what its worker said
├── JobStoppedError           the program ends in the middle of a job, which goes back to the queue
├── SecretKeyError            500: a stored sign-in cannot be decrypted
├── OAuthSetupError           400: the registration at the vendor is missing or not accepted
├── SignInFailedError         400: a person came back from the vendor without a sign-in
├── OtherAccountError         409: a renewed sign-in does not reach the account that the connection had
├── AccountTakenError         409: the account is linked already
├── ReportDataError           503: a report that is to go out lacks numbers that could not be read
├── MailUnreachableError      503: the mail server does not answer, or takes the mail later
├── MailUncertainError        502: the mail server went away before it said whether it has taken the mail
├── MailRefusedError          502: the mail server refuses the sign-in, the sender or the mail
├── RecipientRefusedError     502: the mail server takes nothing for this address
└── StartError                the program cannot start: port taken, settings wrong
"""


class ApiError(Exception):
    """Raised when a request cannot be served; `detail` is machine-readable, the message is for the reader."""

    def __init__(self, message: str, **detail: object) -> None:
        super().__init__(message)
        self.detail = detail


class MalformedJsonError(ApiError):
    """Raised when a body is not JSON."""


class MissingChoiceError(ApiError):
    """Raised when the data source's configuration lacks a choice."""


class BigQuerySetupError(ApiError):
    """Raised when queries are to be handed to BigQuery and a setting or its file is missing or wrong."""


class GoogleRefusedError(ApiError):
    """Raised when Google gives no token to the service account."""


class GoogleUnreachableError(ApiError):
    """Raised when Google's token endpoint does not answer."""


class UnsupportedChoiceError(ApiError):
    """Raised when the data source's configuration asks for something that its numbers cannot be given in."""


class InvalidSettingError(ApiError):
    """Raised when a setting of a workspace or client account cannot have a value."""


class NotAuthenticatedError(ApiError):
    """Raised when there is no key, or one that is wrong or revoked."""


class NotSignedInError(ApiError):
    """Raised when a page of the console is asked for without a session."""


class NotAllowedError(ApiError):
    """Raised when an action is denied on something the caller may see."""


class SecondFactorNeededError(ApiError):
    """Raised when a workspace demands a second factor of its people and the person has none."""


class NotFoundError(ApiError):
    """Raised for what does not exist and for what the caller may not see, with the same words."""


class MethodError(ApiError):
    """Raised when an address does not know the method."""


class ConflictError(ApiError):
    """Raised when something with that name is there already."""


class PayloadTooLargeError(ApiError):
    """Raised when a request is larger than any request of Looker Studio."""


class MalformedRequestError(ApiError):
    """Raised when a body is JSON but not of the expected shape."""


class RateLimitExceededError(ApiError):
    """Raised when a key or workspace asks too often."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message, retry_after=retry_after)
        self.retry_after = retry_after


class StoppingError(ApiError):
    """Raised when the server ends before a request is answered."""


class JobFailedError(ApiError):
    """Raised on the command line when the server's worker reports a failure."""


class JobStoppedError(ApiError):
    """Raised inside a job when the program is asked to end."""


class SecretKeyError(ApiError):
    """Raised when the key of a stored sign-in is missing, or the sign-in belongs to another row."""


class OAuthSetupError(ApiError):
    """Raised when there is no registration at a vendor, or the vendor does not accept it."""


class SignInFailedError(ApiError):
    """Raised when a sign-in at a vendor was refused, took too long or was begun in another browser."""


class OtherAccountError(ApiError):
    """Raised when a renewed sign-in does not reach the account whose history a connection holds."""


class AccountTakenError(ApiError):
    """Raised when an account of a source is to be linked twice in a workspace, which would count it twice."""


class ReportDataError(ApiError):
    """Raised when numbers of a report that is to go out could not be read; half of a report is not sent."""


class MailUnreachableError(ApiError):
    """Raised when the mail server does not answer, or says that it may take the mail later."""


class MailUncertainError(ApiError):
    """Raised when a mail was handed over and the mail server has not said whether it has taken it."""


class MailRefusedError(ApiError):
    """Raised when the mail server refuses our sign-in, our sender or the mail itself."""


class RecipientRefusedError(ApiError):
    """Raised when the mail server takes no mail for an address."""


class StartError(ApiError):
    """Raised when the server cannot start."""
