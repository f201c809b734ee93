"""Who may read the report, and from when"""

import sqlalchemy as sa
from alembic import op

revision = "publication"
down_revision = "board_indexes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    audience = sa.Column(
        "report_audience", sa.String(length=8), nullable=False, server_default="everyone"
    )
    op.add_column("event", audience)
    op.add_column("event", sa.Column("report_from", sa.BigInteger(), nullable=True))
    op.add_column(
        "event", sa.Column("report_link", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_column("event", "report_link")
    op.drop_column("event", "report_from")
    op.drop_column("event", "report_audience")
