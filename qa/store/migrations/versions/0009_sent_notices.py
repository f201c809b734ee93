"""Sent notices: webhooks, authors' addresses, and what is still to be sent"""

import sqlalchemy as sa
from alembic import op

revision = "sent_notices"
down_revision = "second_reviews"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "webhook",
        sa.Column("id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("scope", sa.String(length=9), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.Column("last_outcome", sa.String(length=9), nullable=True),
        sa.Column("last_detail", sa.String(length=200), nullable=True),
        sa.CheckConstraint("kind IN ('standard', 'slack', 'teams')", name=op.f("ck_webhook_kind")),
        sa.CheckConstraint("scope IN ('meeting', 'decisions')", name=op.f("ck_webhook_scope")),
        sa.CheckConstraint(
            "last_outcome IN ('delivered', 'retrying', 'given_up')", name=op.f("ck_webhook_outcome")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_webhook_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_webhook_event_id"), "webhook", ["event_id"])
    op.create_table(
        "author_address",
        sa.Column("question_id", KEY, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_author_address_question_id_question")
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_author_address")),
    )
    op.create_table(
        "outgoing",
        sa.Column("id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.Column("webhook_id", KEY, nullable=True),
        sa.Column("address_id", KEY, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(webhook_id IS NULL) <> (address_id IS NULL)", name=op.f("ck_outgoing_one_receiver")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_outgoing_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_outgoing_webhook_id_webhook")
        ),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["author_address.question_id"],
            name=op.f("fk_outgoing_address_id_author_address"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
    )
    for column in ("webhook_id", "address_id", "due_at"):
        op.create_index(op.f(f"ix_outgoing_{column}"), "outgoing", [column])


def downgrade() -> None:
    """Take this step back."""
    op.drop_table("outgoing")
    op.drop_table("author_address")
    op.drop_table("webhook")
