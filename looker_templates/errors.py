"""What can be wrong with a report template.

TemplateError
├── InvalidTemplateError      the file is not a report/1 document: stop at start-up, name file and place
├── LinkTooLongError          a link into Looker Studio would not arrive whole: 400
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
