"""What can be wrong with a report template.

TemplateError
├── DrawingError              a chart or a page cannot be made: 500
├── DrawingLimitError         it took more time or memory than it may: 503
├── DrawingSetupError         the server lacks what draws: 503, names what to install
├── InvalidTemplateError      the file is not a report/1 document: stop at start-up, name file and place
├── LinkTooLongError          a link into Looker Studio would not arrive whole: 400
├── PressBusyError            as many reports are being made as may be: 503, carries retry_after
├── RefusedTemplateError      somebody gives a template that cannot be used: 422
└── UnknownTemplateError      nobody wrote a template with this id: 404
"""

from collections.abc import Iterable


class TemplateError(Exception):
    """Raised when a report template cannot be used."""


class InvalidTemplateError(TemplateError):
    """Raised while loading the templates; the message names the file and every wrong entry."""


class UnknownTemplateError(TemplateError):
    """Raised when there is no template with the id that was asked for."""

    def __init__(self, template_id: str, known: Iterable[str]) -> None:
        self.template_id = template_id
        super().__init__(f"There is no template '{template_id}'. Choose one of: {', '.join(sorted(known))}.")


class RefusedTemplateError(TemplateError):
    """Raised for a template that a person gives; the message names every wrong entry."""


class LinkTooLongError(TemplateError):
    """Raised when a link that copies a report would be cut on its way."""

    def __init__(self, length: int, most: int) -> None:
        super().__init__(
            f"The link would have {length} characters, and {most} is the most that arrives whole. "
            "Choose fewer client accounts."
        )


class DrawingError(TemplateError):
    """Raised when a chart or a page cannot be made; the message names the reason."""


class DrawingLimitError(TemplateError):
    """Raised when a chart or a page takes more time or memory than it may."""


class DrawingSetupError(TemplateError):
    """Raised when the server lacks a library that drawing or printing needs."""


class PressBusyError(TemplateError):
    """Raised when as many reports are being made as may be; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("The server is making other reports at the moment. Try again shortly.")
        self.retry_after = retry_after
