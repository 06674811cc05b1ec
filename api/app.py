"""create_app: the HTTP server, put together from its routes and the world that they work with."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.brands.routes import router as brands
from api.calculators.routes import router as calculators
from api.catalog.routes import router as catalogue
from api.connections.client_routes import router as clients
from api.connections.routes import router as connections
from api.console.brand_routes import router as console_brands
from api.console.catalogue_routes import router as console_catalogue
from api.console.client_routes import router as console_clients
from api.console.connection_routes import router as console_connections
from api.console.explore_routes import router as console_explorer
from api.console.files import router as console_files
from api.console.key_routes import router as console_keys
from api.console.linking_routes import router as console_linking
from api.console.match_routes import router as console_matches
from api.console.notice_routes import router as console_notices
from api.console.people_routes import router as console_people
from api.console.report_routes import router as console_reports
from api.console.share_routes import router as console_shares
from api.console.start_routes import router as console_start
from api.console.writing_pages import WRITING
from api.identity.routes import router as matches
from api.looker.routes import router as looker
from api.middleware import RequestFrame, handle_error
from api.notices.routes import router as notices
from api.oauth.routes import router as sign_ins
from api.problems import PROBLEMS
from api.push.routes import router as pushes
from api.reports.routes import router as reports
from api.sessions.routes import router as sessions
from api.shares.admin_routes import router as shares
from api.shares.routes import router as shared_reports
from api.sync.events import router as sync_events
from api.telemetry import configure_logs, log
from api.templates.library_routes import router as library
from api.templates.routes import router as templates
from api.workbook.routes import router as workbooks
from api.world import World


def create_app(world: World) -> FastAPI:
    """Return the server over a world that the caller opens, closes, and whose jobs the caller starts."""
    settings = world.settings
    configure_logs(settings.log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.world = world
        world.cache.loop = asyncio.get_running_loop()
        # What lives now lives as long as the process: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        log().info("ready", address=settings.address, data_dir=str(settings.data_dir.absolute()))
        yield
        world.cache.loop = None
        log().info("stopping")

    # Neither the interactive documentation nor any CORS: the one loads scripts from elsewhere, and no other
    # site's page has any business here.
    app = FastAPI(title="Belvedere", version=version("belvedere"), lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_middleware(RequestFrame)
    for kind in (*PROBLEMS, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, handle_error)
    app.add_api_route("/healthz", _health, include_in_schema=False)
    for router in (
        looker,
        catalogue,
        calculators,
        sessions,
        templates,
        library,
        workbooks,
        reports,
        console_people,
        console_reports,
        console_clients,
        console_connections,
        console_linking,
        console_matches,
        console_notices,
        console_files,
        console_start,
        console_explorer,
        console_catalogue,
        console_keys,
        *WRITING,
        brands,
        console_brands,
        console_shares,
        shares,
        shared_reports,
        sync_events,
        clients,
        connections,
        sign_ins,
        pushes,
        matches,
        notices,
    ):
        app.include_router(router)
    return app


async def _health(request: Request) -> Response:
    """Say that the server is ready."""
    answer = {"status": "ok", "version": request.app.version}
    return Response(orjson.dumps(answer), media_type="application/json", headers={"cache-control": "no-store"})
