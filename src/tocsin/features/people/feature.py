"""What people bring to Tocsin."""

from typing import Final

from tocsin.feature import Feature, Job
from tocsin.features.people import commands, rows, sentences

FEATURE: Final = Feature(
    name="people",
    aggregates=[rows.PERSON, rows.TEAM, rows.AUDIENCE, rows.TOKEN],
    doors=["api:ROUTERS", "web:ROUTER"],
    jobs=[Job(name="expired sessions", every_seconds=60, run=commands.end_expired)],
    sentences={
        "person": sentences.of_person,
        "team": sentences.of_team,
        "audience": sentences.of_audience,
        "token": sentences.of_token,
        "session": sentences.of_session,
    },
)
