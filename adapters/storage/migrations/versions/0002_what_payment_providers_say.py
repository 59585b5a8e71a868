"""What payment providers say."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_events",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("object_type", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("provider", "id", name=op.f("pk_provider_events")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("provider_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_provider_events_provider_object_id_created"),
            ["provider", "object_id", "created"],
            unique=False,
        )

    op.create_table(
        "waiting_news",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("payment", sa.String(), nullable=False),
        sa.Column("messages", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", "event", name=op.f("pk_waiting_news")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("waiting_news", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_news_provider_payment"), ["provider", "payment"], unique=False)

    op.create_table(
        "provider_payments",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_provider_payments_invoice_id")),
        sa.PrimaryKeyConstraint("provider", "id", name=op.f("pk_provider_payments")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("provider_payments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_provider_payments_invoice_id_payment_id"), ["invoice_id", "payment_id"], unique=False
        )

    op.create_table(
        "outside_attempts",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("network_code", sa.String(), nullable=True),
        sa.Column("network_advice", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_outside_attempts_customer_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_outside_attempts_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "id", name=op.f("pk_outside_attempts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("outside_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outside_attempts_customer_id_at"), ["customer_id", "at"], unique=False)

    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("network_code", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("network_advice", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("row", sa.String(), nullable=True))

    with op.batch_alter_table("methods", schema=None) as batch_op:
        batch_op.add_column(sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("methods", schema=None) as batch_op:
        batch_op.drop_column("renewed_at")

    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_column("row")
        batch_op.drop_column("network_advice")
        batch_op.drop_column("network_code")

    with op.batch_alter_table("outside_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outside_attempts_customer_id_at"))

    op.drop_table("outside_attempts")
    with op.batch_alter_table("provider_payments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_payments_invoice_id_payment_id"))

    op.drop_table("provider_payments")
    with op.batch_alter_table("waiting_news", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiting_news_provider_payment"))

    op.drop_table("waiting_news")
    with op.batch_alter_table("provider_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_events_provider_object_id_created"))

    op.drop_table("provider_events")
