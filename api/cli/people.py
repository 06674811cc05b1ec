"""`belvedere person`: letting somebody in again who has lost the password or the second factor."""

from typing import Annotated

import typer

from api.cli.output import AsJson, errors_as_one_line, note, read_settings, say, say_json

people = typer.Typer(help="Let people in again who cannot sign in.", no_args_is_help=True)


@people.command()
def reset(
    email: Annotated[str, typer.Argument(help="The address that the person signs in with.")],
    second_factor: Annotated[
        bool, typer.Option("--second-factor", help="Remove the second factor as well: it is lost.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print a link by which a person sets a new password. It works once, for an hour."""
    with errors_as_one_line(as_json=as_json):
        from api.audit.naming import whose_address
        from api.audit.records import Action
        from api.cli.written_down import write_down
        from api.errors import NotFoundError
        from api.people.resets import reset_token
        from api.people.second_factor import forget_factor_of
        from api.workspaces.database import open_metadata

        settings = read_settings()
        metadata = open_metadata(settings.metadata_url)
        token = reset_token(metadata, email)
        if token is None:
            raise NotFoundError(f"Nobody signs in with {email}.")
        if second_factor:
            forget_factor_of(metadata, email)
        write_down(metadata, Action.ACCOUNT_CHANGE, *whose_address(metadata, email))
        link = f"{settings.address}/console/reset/{token}"
        if as_json:
            say_json({"link": link, "second_factor_removed": second_factor})
            return
        say(link)
        note("It works once, for an hour." + (" The second factor is removed." if second_factor else ""))
