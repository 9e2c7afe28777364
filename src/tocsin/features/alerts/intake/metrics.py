"""What the intake counts of itself. No label names a record, a person or a source."""

from typing import Final

from prometheus_client import Counter

SIGNALS: Final = Counter("tocsin_signals", "Signals of monitors that were stored.")
COMMITS: Final = Counter("tocsin_intake_commits", "Commits of the intake: many requests share one.")
ANSWERS: Final = Counter("tocsin_intake_answers", "Answers of the intake, by status.", ["status"])
