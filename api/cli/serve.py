"""`belvedere serve`: serve the data directory until stopped."""

from typing import Annotated

import typer

from api.cli.output import AsJson, errors_as_one_line, note, program, read_settings, say, say_json

Port = Annotated[int | None, typer.Option("--port", metavar="N", help="Port to listen on (BELVEDERE_PORT, 8000).")]
Host = Annotated[
    str | None, typer.Option("--host", metavar="ADDRESS", help="Address to listen on (BELVEDERE_HOST, 127.0.0.1).")
]


def serve(
    port: Port = None,
    host: Host = None,
    reader: Annotated[
        bool, typer.Option("--reader", help="Only answer, from the snapshots that the owner of the data publishes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Serve your workspaces to Looker Studio and to the report page, in the foreground."""
    with errors_as_one_line(as_json=as_json):
        from api.cli.server import bind, ends_on_sigterm, leave, run_server
        from api.telemetry import configure_logs
        from api.workspaces.repository import Repository
        from api.world import World, open_world

        def ready(world: World) -> None:
            with world.metadata.read() as session:
                workspaces = [item.slug for item in Repository(session).workspaces()]
            if as_json:
                say_json({"address": settings.address, "data_dir": str(settings.data_dir), "workspaces": workspaces})
                return
            say(f"Belvedere serves {settings.address} from {settings.data_dir}. Ctrl-C stops it.")
            say(f"Workspaces: {', '.join(workspaces) or 'none yet'}.")
            if reader:
                say(f"It reads snapshots: {', '.join(world.warehouse.slugs()) or 'none is published yet'}.")
                return
            token = world.people.owner_token()
            if token is not None:
                say(f"Become the owner (works once, for 24 hours): {settings.address}/console/welcome/{token}")
            if not workspaces:
                note(f'Load something: {program()} import FILE --as tickets --client "NAME"')

        settings = read_settings(port=port, host=host)
        configure_logs(settings.log_level)
        with ends_on_sigterm(), bind(settings, "serve") as listener, open_world(settings, reader=reader) as world:
            run_server(world, listener, lambda: ready(world))
        leave()
