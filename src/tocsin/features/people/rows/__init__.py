"""People, teams, audiences, tokens and sessions as rows.

All but the last are rebuilt from the ledger. Credentials, sessions and tries are plain tables: secrets
and mechanics that the ledger must not hold.
"""

from tocsin.features.people.rows.audiences import AUDIENCE, AudienceRow
from tocsin.features.people.rows.names import names
from tocsin.features.people.rows.people import (
    PEOPLE,
    PERSON,
    PersonRow,
    has_other_admin,
    listed,
    person_by_email,
)
from tocsin.features.people.rows.teams import MEMBERS, TEAM, TEAMS, TeamRow, team_by_name
from tocsin.features.people.rows.tokens import TOKEN, TOKENS, TokenRow

__all__ = [
    "AUDIENCE",
    "MEMBERS",
    "PEOPLE",
    "PERSON",
    "TEAM",
    "TEAMS",
    "TOKEN",
    "TOKENS",
    "AudienceRow",
    "PersonRow",
    "TeamRow",
    "TokenRow",
    "has_other_admin",
    "listed",
    "names",
    "person_by_email",
    "team_by_name",
]
