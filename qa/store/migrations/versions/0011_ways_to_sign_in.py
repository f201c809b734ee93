"""Ways to sign in: a password, a one-time code, an account at the OpenID provider"""

import sqlalchemy as sa
from alembic import op

revision = "ways_to_sign_in"
down_revision = "tickets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column(
        "staff_session",
        sa.Column("way", sa.String(length=8), nullable=False, server_default="link"),
    )
    op.create_table(
        "password",
        sa.Column("account_id", number, nullable=False),
        sa.Column("sign_in_name", sa.String(length=60), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_password_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_password")),
        sa.UniqueConstraint("sign_in_name", name=op.f("uq_password_sign_in_name")),
    )
    op.create_table(
        "one_time_code",
        sa.Column("account_id", number, nullable=False),
        sa.Column("sealed", sa.LargeBinary(length=64), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_one_time_code_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_one_time_code")),
    )
    op.create_table(
        "provider_account",
        sa.Column("tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_provider_account_account_id_account")
        ),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_provider_account")),
        sa.UniqueConstraint("account_id", name=op.f("uq_provider_account_account_id")),
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_table("provider_account")
    op.drop_table("one_time_code")
    op.drop_table("password")
    op.drop_column("staff_session", "way")
