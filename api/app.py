"""create_app: the HTTP server, put together from its routes and the world that they work with."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.alerts.routes import router as alerts
from api.audit.routes import router as audit
from api.brands.routes import router as brands
from api.calculators.routes import router as calculators
from api.catalog.routes import router as catalogue
from api.clients.routes import router as client_lives
from api.connections.client_routes import router as clients
from api.connections.routes import router as connections
from api.console.alert_routes import router as console_alerts
from api.console.audit_routes import router as console_audit
from api.console.authorise_routes import router as console_authorise
from api.console.brand_routes import router as console_brands
from api.console.catalogue_routes import router as console_catalogue
from api.console.client_routes import router as console_clients
from api.console.connection_routes import router as console_connections
from api.console.connector_routes import router as console_connectors
from api.console.explore_routes import router as console_explorer
from api.console.files import router as console_files
from api.console.frozen_routes import router as console_frozen
from api.console.joining_routes import router as console_joining
from api.console.key_routes import router as console_keys
from api.console.leaving_routes import router as console_leaving
from api.console.leaving_work_routes import router as console_leaving_work
from api.console.linking_routes import router as console_linking
from api.console.match_routes import router as console_matches
from api.console.me_routes import router as console_me
from api.console.member_routes import router as console_members
from api.console.my_reports import router as console_my_reports
from api.console.notice_routes import router as console_notices
from api.console.openid_routes import router as console_openid
from api.console.people_routes import router as console_people
from api.console.report_routes import router as console_reports
from api.console.rule_routes import router as console_rules
from api.console.schedule_routes import router as console_schedules
from api.console.share_routes import router as console_shares
from api.console.start_routes import router as console_start
from api.console.usage_routes import router as console_usage
from api.console.writing_pages import WRITING
from api.frozen.routes import router as frozen
from api.identity.routes import router as matches
from api.looker.routes import router as looker
from api.looker_oauth.routes import router as connector_sign_ins
from api.middleware import RequestFrame, handle_error
from api.notices.routes import router as notices
from api.oauth.routes import router as sign_ins
from api.operation.readiness import Readiness
from api.operation.routes import router as operation
from api.operation.tracing import configure_traces
from api.problems import PROBLEMS
from api.push.routes import router as pushes
from api.reports.routes import router as reports
from api.schedules.routes import router as schedules
from api.schedules.unsubscribing import router as unsubscribing
from api.sessions.routes import router as sessions
from api.shares.admin_routes import router as shares
from api.shares.routes import router as shared_reports
from api.snapshots.guard import ReadsOnly
from api.sync.events import router as sync_events
from api.telemetry import configure_logs, log
from api.templates.library_routes import router as library
from api.templates.routes import router as templates
from api.usage.routes import router as usage
from api.workbook.routes import router as workbooks
from api.world import World


def create_app(world: World) -> FastAPI:
    """Return the server over a world that the caller opens, closes, and whose jobs the caller starts."""
    settings = world.settings
    configure_logs(settings.log_level)
    configure_traces(settings.otlp_endpoint)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.world = world
        app.state.readiness = Readiness()
        world.cache.loop = asyncio.get_running_loop()
        # What lives now lives as long as the process: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        log().info("ready", address=settings.address, data_dir=str(settings.data_dir.absolute()))
        yield
        world.cache.loop = None
        configure_traces("")
        log().info("stopping")

    # Neither the interactive documentation nor any CORS: the one loads scripts from elsewhere, and no other
    # site's page has any business here.
    app = FastAPI(title="Belvedere", version=version("belvedere"), lifespan=lifespan, docs_url=None, redoc_url=None)
    if world.reads_only:
        app.add_middleware(ReadsOnly)
    app.add_middleware(RequestFrame)  # the outermost is added last
    for kind in (*PROBLEMS, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, handle_error)
    for router in (
        operation,
        looker,
        connector_sign_ins,
        catalogue,
        calculators,
        sessions,
        templates,
        library,
        workbooks,
        reports,
        console_people,
        console_joining,
        console_openid,
        console_me,
        console_members,
        console_my_reports,
        console_reports,
        console_clients,
        console_leaving,
        console_leaving_work,
        console_connections,
        console_linking,
        console_matches,
        console_notices,
        console_files,
        console_start,
        console_explorer,
        console_catalogue,
        console_keys,
        console_connectors,
        console_authorise,
        console_usage,
        console_audit,
        console_rules,
        *WRITING,
        alerts,
        console_alerts,
        frozen,
        console_frozen,
        brands,
        console_brands,
        console_shares,
        console_schedules,
        schedules,
        unsubscribing,
        shares,
        shared_reports,
        sync_events,
        clients,
        client_lives,
        audit,
        connections,
        sign_ins,
        pushes,
        matches,
        notices,
        usage,
    ):
        app.include_router(router)
    return app
