"""Declines by the row of the rule book that read them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attempts_row_at",
            ["row", "at"],
            unique=False,
            sqlite_where=sa.text('"row" IS NOT NULL'),
            postgresql_where=sa.text('"row" IS NOT NULL'),
        )


def downgrade() -> None:
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_attempts_row_at")
