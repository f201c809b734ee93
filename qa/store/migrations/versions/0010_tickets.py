"""Who may take part, and tickets"""

import sqlalchemy as sa
from alembic import op

revision = "tickets"
down_revision = "sent_notices"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this step."""
    op.add_column(
        "event",
        sa.Column("admission", sa.String(length=8), nullable=False, server_default="open"),
    )
    for name in ("electorate", "tickets_used"):
        op.add_column("event", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "ticket",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_ticket_event_id_event")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_ticket")),
    )
    op.create_index(op.f("ix_ticket_event_id"), "ticket", ["event_id"])
    op.create_table(
        "ticket_recipient",
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_ticket_recipient_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "recipient", name=op.f("pk_ticket_recipient")),
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_table("ticket_recipient")
    op.drop_table("ticket")
    for name in ("tickets_used", "electorate", "admission"):
        op.drop_column("event", name)
