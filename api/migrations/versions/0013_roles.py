"""Roles, invitations, grants, second factors, sign-in by other providers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String(32), primary_key=True)


def _of(table: str, *, nullable: bool = False) -> sa.Column[str]:
    column = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", sa.String(32), column, nullable=nullable)


def upgrade() -> None:
    """Create the tables."""
    op.add_column("person", sa.Column("verified_at", INSTANT))
    # Those who are there became owners by the link that the operator's own terminal printed.
    person = sa.table("person", sa.column("verified_at", INSTANT), sa.column("created_at", INSTANT))
    op.execute(person.update().values(verified_at=person.c.created_at))
    op.add_column("person_session", sa.Column("pending", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person_session", sa.Column("workspace_id", sa.String(32)))
    op.add_column("person_session", sa.Column("browser", sa.String(200), nullable=False, server_default=""))
    op.add_column("person_session", sa.Column("address", sa.String(64), nullable=False, server_default=""))
    op.add_column("api_key", sa.Column("made_by", sa.String(32)))
    op.create_table(
        "address_group",
        _id(),
        _of("workspace"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "name"),
    )
    group = sa.ForeignKey("address_group.id", ondelete="CASCADE")
    op.create_table(
        "address_group_member",
        sa.Column("address_group_id", sa.String(32), group, primary_key=True),
        sa.Column("address", sa.String(254), primary_key=True),
    )
    op.create_index("ix_address_group_member_address", "address_group_member", ["address"])
    op.create_table(
        "access_grant",
        _id(),
        _of("workspace"),
        sa.Column("kind", sa.String(8), nullable=False),
        _of("person", nullable=True),
        _of("address_group", nullable=True),
        sa.Column("domain", sa.String(190)),
        sa.Column("every_client", sa.Boolean(), nullable=False),
        sa.Column("clients", sa.JSON(), nullable=False),
        sa.Column("template_id", sa.String(100)),
        sa.Column("created_by", sa.String(300), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_index("access_grant_by_workspace", "access_grant", ["workspace_id"])
    op.create_index("access_grant_by_domain", "access_grant", ["domain"])
    op.create_table(
        "invitation",
        _id(),
        _of("workspace"),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("grants", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.Column("invited_by", sa.String(300), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "email"),
    )
    _create_ways_in()


def _create_ways_in() -> None:
    op.create_table(
        "second_factor",
        _id(),
        sa.Column(
            "person_id", sa.String(32), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, unique=True
        ),
        sa.Column("workspace_id", sa.String(32), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("confirmed_at", INSTANT),
    )
    op.create_table(
        "recovery_code",
        _id(),
        _of("person"),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.UniqueConstraint("person_id", "digest"),
    )
    op.create_table(
        "person_identity",
        _id(),
        _of("person"),
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.UniqueConstraint("issuer", "subject"),
    )
    op.create_table(
        "reset_link",
        _id(),
        _of("person"),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("expires_at", INSTANT, nullable=False),
    )
    op.create_table(
        "workspace_security",
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        "workspace_security",
        "reset_link",
        "person_identity",
        "recovery_code",
        "second_factor",
        "invitation",
        "access_grant",
        "address_group_member",
        "address_group",
    ):
        op.drop_table(table)
    op.drop_column("api_key", "made_by")
    for column in ("address", "browser", "workspace_id", "pending"):
        op.drop_column("person_session", column)
    op.drop_column("person", "verified_at")
