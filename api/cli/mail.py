"""`belvedere mail`: whether mail can be sent."""

from typing import Annotated

import typer

from api.cli.output import AsJson, errors_as_one_line, read_settings, say, say_json

mail = typer.Typer(help="Outgoing mail: whether it can be sent.", no_args_is_help=True)

To = Annotated[str, typer.Option("--to", metavar="ADDRESS", help="Where the test mail goes.")]


@mail.command(name="test")
def send_test(to: To, as_json: AsJson = False) -> None:
    """Send a test mail by the mail server that is set, and say what the server answered."""
    with errors_as_one_line(as_json=as_json):
        from api.errors import StartError
        from api.mail.message import OutgoingMail
        from api.mail.sender import mailer_of

        settings = read_settings()
        mailer = mailer_of(settings)
        if mailer is None:
            raise StartError(
                "No mail server is set. Give its address by BELVEDERE_SMTP_URL, such as "
                "smtp://user:password@mail.example.org:587."
            )
        name = settings.product_name
        text = f"{name} at {settings.address} can send mail. Nothing has to be done."
        done = mailer.send(OutgoingMail((to,), f"Test mail of {name}", text + "\n"))
        if as_json:
            told = {"server": mailer.server.place, "security": mailer.server.security.value}
            say_json({**told, "from": mailer.sender.addr_spec, "to": done.accepted, "message_id": done.message_id})
            return
        how = {"tls": "over TLS", "starttls": "over TLS (STARTTLS)", "none": "without encryption"}
        signed_in = f", signed in as {mailer.server.user}" if mailer.server.user else ""
        say(f"{mailer.server.place} has taken the mail {how[mailer.server.security]}{signed_in}.")
        say(f"From {mailer.sender.addr_spec} to {', '.join(done.accepted)}, Message-ID {done.message_id}.")
        say("If it does not arrive, look into the folder for unwanted mail, and into the mail server's log.")
