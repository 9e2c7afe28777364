"""What can be asked of mail that comes in. SMTP, the web, the API and host commands call these."""

from tocsin.features.mail_in.commands.addresses import (
    Made,
    create,
    create_for_address,
    create_for_team,
    listed,
    names,
    own,
    revoke,
)
from tocsin.features.mail_in.commands.knowing import known
from tocsin.features.mail_in.commands.letters import forget_old, waiting
from tocsin.features.mail_in.commands.of_incidents import closed, opened, shown
from tocsin.features.mail_in.commands.taking import Brought, take, take_letter

__all__ = [
    "Brought",
    "Made",
    "closed",
    "create",
    "create_for_address",
    "create_for_team",
    "forget_old",
    "known",
    "listed",
    "names",
    "opened",
    "own",
    "revoke",
    "shown",
    "take",
    "take_letter",
    "waiting",
]
