"""What can be wrong with a report template.

TemplateError
├── InvalidTemplateError      the file is not a report/1 document: stop at start-up, name file and place
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
