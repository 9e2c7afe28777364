"""The schema of the first release: made whole when an organisation is founded."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing to do: every database has at least this."""
