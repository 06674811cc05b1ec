"""Reports on paper and in mail: drawn on the server by the viewer's own script, from the same answers."""

from api.reports.choices import Choices, locale_of, read_choices
from api.reports.mailing import MailChart, MailComment, MailKpi, MailParts, render_mail_parts
from api.reports.making import PrintedReport, report_pdf, template_of
from api.reports.theme import Brand

__all__ = [
    "Brand",
    "Choices",
    "MailChart",
    "MailComment",
    "MailKpi",
    "MailParts",
    "PrintedReport",
    "locale_of",
    "read_choices",
    "render_mail_parts",
    "report_pdf",
    "template_of",
]
