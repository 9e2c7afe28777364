"""What can be asked about people and of their access. The web, the API and the host commands call these.

Every change has the same five steps: open it for a permission, load, decide, record, answer. Passwords
are hashed before the change is opened, for that takes a tenth of a second and the ledger has one writer.
"""

from tocsin.features.people.commands.audiences import (
    admit,
    audience_named,
    audiences,
    dismiss,
    member_named,
    names_of,
)
from tocsin.features.people.commands.keys import choose_keys, keys
from tocsin.features.people.commands.people import (
    Me,
    Settings,
    add_person,
    change_own,
    disable,
    enable,
    give_role,
    me,
    people,
    zones,
)
from tocsin.features.people.commands.proof import (
    Enrolment,
    begin_second_factor,
    confirm_second_factor,
    give_password,
    remove_second_factor,
    set_password,
    take_second_factor,
)
from tocsin.features.people.commands.sessions import (
    Session,
    actor_of_session,
    end_expired,
    end_restored,
    end_session,
    end_sessions_of,
    own_sessions,
    sign_out,
)
from tocsin.features.people.commands.signing_in import Attempt, sign_in
from tocsin.features.people.commands.teams import create_team, join_team, leave_team, teams
from tocsin.features.people.commands.tokens import (
    actor_of_token,
    create_token,
    revoke_token,
    tokens,
)

__all__ = [
    "Attempt",
    "Enrolment",
    "Me",
    "Session",
    "Settings",
    "actor_of_session",
    "actor_of_token",
    "add_person",
    "admit",
    "audience_named",
    "audiences",
    "begin_second_factor",
    "change_own",
    "choose_keys",
    "confirm_second_factor",
    "create_team",
    "create_token",
    "disable",
    "dismiss",
    "enable",
    "end_expired",
    "end_restored",
    "end_session",
    "end_sessions_of",
    "give_password",
    "give_role",
    "join_team",
    "keys",
    "leave_team",
    "me",
    "member_named",
    "names_of",
    "own_sessions",
    "people",
    "remove_second_factor",
    "revoke_token",
    "set_password",
    "sign_in",
    "sign_out",
    "take_second_factor",
    "teams",
    "tokens",
    "zones",
]
