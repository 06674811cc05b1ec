"""The audit log; archived client accounts; receipts of deletions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)
_REFUSED = "Lines of the audit log are never changed or deleted."


def upgrade() -> None:
    """Create the tables, and what keeps lines of the log from being changed by anybody."""
    op.add_column("client_account", sa.Column("archived_at", INSTANT))
    op.create_table(
        "deletion_receipt",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("client_account_id", sa.String(32), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_index("deletion_receipt_by_time", "deletion_receipt", ["workspace_id", "created_at"])
    op.create_table(
        "audit_entry",
        sa.Column("sequence", sa.Integer(), primary_key=True),
        # No foreign key: a line outlives what it is about.
        sa.Column("workspace_id", sa.String(32)),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(16), nullable=False),
        sa.Column("actor_id", sa.String(64)),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("object_id", sa.String(200)),
        sa.Column("address", sa.String(64)),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("request_id", sa.String(64)),
    )
    op.create_index("audit_entry_newest", "audit_entry", ["workspace_id", "sequence"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger audit_entry_no_{verb} before {verb} on audit_entry "
                f"begin select raise(abort, '{_REFUSED}'); end"
            )
    else:
        op.execute(
            "create or replace function audit_entry_refuse() returns trigger language plpgsql as "
            f"$$ begin raise exception '{_REFUSED}'; end $$"
        )
        op.execute(
            "create trigger audit_entry_stays before update or delete on audit_entry "
            "for each row execute function audit_entry_refuse()"
        )
        op.execute(
            "create trigger audit_entry_all_stay before truncate on audit_entry "
            "for each statement execute function audit_entry_refuse()"
        )


def downgrade() -> None:
    """Drop the tables; their triggers go with them."""
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("drop function audit_entry_refuse()")
    op.drop_table("deletion_receipt")
    with op.batch_alter_table("client_account") as table:
        table.drop_column("archived_at")
