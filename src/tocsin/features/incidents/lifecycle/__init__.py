"""The life of an incident: what may happen to it, as decisions.

A decision takes the incident as it is and answers with the events that follow, or refuses. Doing a
thing twice changes nothing, so a nervous click is safe. Nothing here reads a clock, a database or a
setting.
"""

from tocsin.features.incidents.lifecycle.belonging import (
    join_alerts,
    lift_restriction,
    restrict,
    take_out_alerts,
)
from tocsin.features.incidents.lifecycle.bulk import (
    UNDO_SECONDS,
    UNDOABLE,
    Meant,
    do_one,
    must_be_undoable,
    undo_one,
    undo_until,
)
from tocsin.features.incidents.lifecycle.evidence import (
    attach,
    clear,
    find_infected,
    must_have_room,
    the_file,
    withdraw,
)
from tocsin.features.incidents.lifecycle.life import (
    OVER,
    Decision,
    acknowledge,
    appoint,
    change_severity,
    close,
    mitigate,
    must_not_be_over,
    reopen,
    resolve,
)
from tocsin.features.incidents.lifecycle.marks import (
    add_tag,
    give_back_command,
    propose_merge,
    remove_tag,
    withdraw_merge,
)
from tocsin.features.incidents.lifecycle.statements import (
    Statement,
    must_have_been,
    state,
)
from tocsin.features.incidents.lifecycle.telling import (
    mark_change,
    mark_key_moment,
    must_stand_as,
    state_situation,
)
from tocsin.features.incidents.lifecycle.views import delete_view, rename_view, save_view

__all__ = [
    "OVER",
    "UNDOABLE",
    "UNDO_SECONDS",
    "Decision",
    "Meant",
    "Statement",
    "acknowledge",
    "add_tag",
    "appoint",
    "attach",
    "change_severity",
    "clear",
    "close",
    "delete_view",
    "do_one",
    "find_infected",
    "give_back_command",
    "join_alerts",
    "lift_restriction",
    "mark_change",
    "mark_key_moment",
    "mitigate",
    "must_be_undoable",
    "must_have_been",
    "must_have_room",
    "must_not_be_over",
    "must_stand_as",
    "propose_merge",
    "remove_tag",
    "rename_view",
    "reopen",
    "resolve",
    "restrict",
    "save_view",
    "state",
    "state_situation",
    "take_out_alerts",
    "the_file",
    "undo_one",
    "undo_until",
    "withdraw",
    "withdraw_merge",
]
