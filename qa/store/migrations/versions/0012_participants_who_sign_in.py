"""Participants who sign in at the OpenID provider"""

import sqlalchemy as sa
from alembic import op

revision = "participants_who_sign_in"
down_revision = "ways_to_sign_in"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this step."""
    op.execute("ALTER TABLE event RENAME COLUMN tickets_used TO admitted")
    op.add_column("event", sa.Column("issuer", sa.String(length=255)))
    op.create_table(
        "arrival_key",
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("sealed", sa.LargeBinary(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_arrival_key_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_arrival_key")),
    )
    op.create_table(
        "arrival",
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("tag", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_arrival_event_id_event")),
        sa.PrimaryKeyConstraint("event_id", "tag", name=op.f("pk_arrival")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_table("arrival")
    op.drop_table("arrival_key")
    op.drop_column("event", "issuer")
    op.execute("ALTER TABLE event RENAME COLUMN admitted TO tickets_used")
