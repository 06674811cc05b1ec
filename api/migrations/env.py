"""Runs migrations on the connection that the program hands over; there is no command-line use."""

from alembic import context
from sqlalchemy import Connection

import api.alerts.models
import api.audit.models
import api.brands.models
import api.clients.models
import api.frozen.models
import api.looker_oauth.models
import api.notices.models
import api.people.models
import api.schedules.models
import api.shares.models
import api.templates.models
import api.usage.models
import api.workspaces.linking_models
import api.writing.models  # noqa: F401
from api.workspaces.models import Base

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
