"""`belvedere secrets`: the keys that encrypt stored sign-ins."""

import typer

from api.cli.output import AsJson, errors_as_one_line, note, read_settings, say, say_json

secrets = typer.Typer(help="The keys that encrypt stored sign-ins.", no_args_is_help=True)


@secrets.command()
def rotate(as_json: AsJson = False) -> None:
    """Encrypt every stored sign-in with the newest key; keys of the file get a new one first."""
    with errors_as_one_line(as_json=as_json):
        from api.audit.records import Action
        from api.cli.written_down import write_down_everywhere
        from api.workspaces.database import open_metadata
        from api.workspaces.vault import rotate as encrypt_again

        settings = read_settings()
        metadata = open_metadata(settings.metadata_url)
        count, key = encrypt_again(settings, metadata)
        write_down_everywhere(metadata, Action.SECRETS_CHANGE, key)
        if as_json:
            say_json({"encrypted": count, "key": key})
            return
        say(f"{count} stored secrets are encrypted with key {key}.")
        if settings.secret_keys.get_secret_value():
            note("The older keys in BELVEDERE_SECRET_KEYS are not needed any more.")


@secrets.command(name="list")
def list_keys(as_json: AsJson = False) -> None:
    """Say which keys there are, by their ids, and how many stored secrets each has encrypted."""
    with errors_as_one_line(as_json=as_json):
        from api.workspaces.database import open_metadata
        from api.workspaces.vault import check_keys, used_keys

        settings = read_settings()
        metadata = open_metadata(settings.metadata_url)
        known = check_keys(settings, metadata).box().key_ids
        used = used_keys(metadata)
        if as_json:
            say_json({"keys": [{"id": one, "encrypts": used.get(one, 0)} for one in known]})
            return
        for number, one in enumerate(known):
            say(f"{one}  {'newest' if number == 0 else 'reads'}  {used.get(one, 0)} secrets")


@secrets.command(name="new-key")
def print_key() -> None:
    """Print a new key, for BELVEDERE_SECRET_KEYS."""
    from api.workspaces.secrets import new_key

    say(new_key())
