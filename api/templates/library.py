"""The templates of a workspace: those that come with the product, and those that its people have added."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.errors import ConflictError, InvalidSettingError
from api.templates.models import LookerConnectorRow, MasterReportRow, StoredTemplateRow
from looker_templates import (
    InvalidTemplateError,
    RefusedTemplateError,
    Report,
    UnknownTemplateError,
    lint_report,
    load_templates,
    parse_template,
)
from schemas import SemanticModel

_REPORT_ID = re.compile(r"(?:/reporting/)?([0-9A-Za-z_-]{20,60})(?:/.*)?")
_DEPLOYMENT_ID = re.compile(r"[0-9A-Za-z_-]{20,120}")


@dataclass(frozen=True)
class Master:
    """The report in Looker Studio of a template, and the version that it was drawn from."""

    report_id: str
    template_version: str


class Library:
    """The templates of one workspace, inside one session."""

    def __init__(self, session: Session, workspace_id: str) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def templates(self) -> Mapping[str, Report]:
        """Return every template by id: ours first."""
        rows = self._session.scalars(
            select(StoredTemplateRow)
            .where(StoredTemplateRow.workspace_id == self._workspace_id)
            .order_by(StoredTemplateRow.template_id)
        )
        return {**load_templates(), **{row.template_id: Report.model_validate_json(row.document) for row in rows}}

    def template(self, template_id: str) -> Report:
        """Return one template, or raise UnknownTemplateError."""
        known = self.templates()
        if template_id not in known:
            raise UnknownTemplateError(template_id, known)
        return known[template_id]

    def add(self, text: str, model: SemanticModel, added_by: str) -> Report:
        """Check a template and keep it, in the place of an older one of the same id."""
        try:
            report = parse_template(text, "the template")
        except InvalidTemplateError as error:
            raise RefusedTemplateError(str(error)) from error
        if report.id in load_templates():
            raise ConflictError(f"'{report.id}' comes with the product. Give your template an id of its own.")
        if problems := lint_report(report, model):
            raise RefusedTemplateError("The template cannot be used. " + " ".join(problems[:10]))
        self.remove(report.id)
        document = report.model_dump_json(exclude_none=True)
        row = StoredTemplateRow(
            workspace_id=self._workspace_id, template_id=report.id, document=document, added_by=added_by[:300]
        )
        self._session.add(row)
        self._session.flush()
        return report

    def remove(self, template_id: str) -> bool:
        """Remove a template that people have added, and tell whether there was one."""
        rows = delete(StoredTemplateRow).where(StoredTemplateRow.workspace_id == self._workspace_id)
        done = self._session.execute(rows.where(StoredTemplateRow.template_id == template_id))
        return bool(getattr(done, "rowcount", 0))

    def is_own(self, template_id: str) -> bool:
        """Tell whether people have added the template."""
        return template_id not in load_templates()

    def masters(self) -> Mapping[str, Master]:
        """Return the masters that are registered, by template."""
        query = select(MasterReportRow).where(MasterReportRow.workspace_id == self._workspace_id)
        return {row.template_id: Master(row.report_id, row.template_version) for row in self._session.scalars(query)}

    def register(self, report: Report, given: str, registered_by: str) -> Master:
        """Keep the id of a master report; its whole address may be given."""
        found = _REPORT_ID.search(given.strip())
        if found is None:
            raise InvalidSettingError(
                "This is no address of a report. Open the report and copy the address from the browser."
            )
        query = select(MasterReportRow).where(MasterReportRow.workspace_id == self._workspace_id)
        row = self._session.scalar(query.where(MasterReportRow.template_id == report.id))
        if row is None:
            row = MasterReportRow(workspace_id=self._workspace_id, template_id=report.id)
            self._session.add(row)
        row.report_id, row.template_version, row.registered_by = found[1], report.version, registered_by[:300]
        self._session.flush()
        return Master(row.report_id, row.template_version)

    def deployment_id(self) -> str:
        """Return the deployment id of the workspace's connector; empty before somebody has given it."""
        query = select(LookerConnectorRow).where(LookerConnectorRow.workspace_id == self._workspace_id)
        row = self._session.scalar(query)
        return "" if row is None else row.deployment_id

    def use_deployment(self, given: str) -> None:
        """Keep the deployment id of the workspace's connector."""
        if not _DEPLOYMENT_ID.fullmatch(given.strip()):
            raise InvalidSettingError(
                "This is no deployment id. In Apps Script choose Deploy, Manage deployments, and copy the id: it "
                "begins with AKfy."
            )
        query = select(LookerConnectorRow).where(LookerConnectorRow.workspace_id == self._workspace_id)
        row = self._session.scalar(query)
        if row is None:
            row = LookerConnectorRow(workspace_id=self._workspace_id)
            self._session.add(row)
        row.deployment_id = given.strip()
        self._session.flush()


def as_yaml(report: Report) -> str:
    """Write a template as the file that another installation can take."""
    document = report.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
