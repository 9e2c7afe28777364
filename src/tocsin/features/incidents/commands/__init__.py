"""What can be asked of incidents. The web, the API, the CLI and the reactors all call these.

Every change has the same five steps: open it for a permission, load, decide, record, answer.
"""

from tocsin.features.incidents.commands.asking import cut_of, place_of, tags
from tocsin.features.incidents.commands.belonging import (
    join_alerts,
    join_alerts_in,
    lift_restriction,
    restrict,
    take_out_alerts,
)
from tocsin.features.incidents.commands.bulk import (
    BulkDone,
    BulkWish,
    Foreseen,
    carry_out,
    done,
    foresee,
    undo,
)
from tocsin.features.incidents.commands.deciding import (
    Expected,
    Seen,
    Shown,
    decided,
    find,
    needed,
    recorded,
    words,
)
from tocsin.features.incidents.commands.declaring import (
    Declaration,
    Ending,
    declare,
    declare_in,
)
from tocsin.features.incidents.commands.deeds import (
    acknowledge,
    appoint,
    change_severity,
    close,
    mitigate,
    reopen,
    resolve,
)
from tocsin.features.incidents.commands.exporting import Exported, export
from tocsin.features.incidents.commands.looking import (
    linked_alerts,
    listed,
    one,
    timeline,
)
from tocsin.features.incidents.commands.mentioning import may_not_see, mentions_in
from tocsin.features.incidents.commands.previewing import Known, Preview, preview, preview_in
from tocsin.features.incidents.commands.reading import (
    Page,
    Turned,
    joins_of,
    last_join,
    page_of,
    recorded_after,
    situations,
)
from tocsin.features.incidents.commands.stating import (
    must_be_people,
    state,
)
from tocsin.features.incidents.commands.telling import (
    Over,
    Situated,
    Written,
    entry_at,
    mark_change,
    mark_key_moment,
    note,
    note_in,
    state_situation,
)
from tocsin.features.incidents.commands.views import (
    ViewWish,
    delete_view,
    one_view,
    rename_view,
    save_view,
    saved_views,
    saved_views_in,
)

__all__ = [
    "BulkDone",
    "BulkWish",
    "Declaration",
    "Ending",
    "Expected",
    "Exported",
    "Foreseen",
    "Known",
    "Over",
    "Page",
    "Preview",
    "Seen",
    "Shown",
    "Situated",
    "Turned",
    "ViewWish",
    "Written",
    "acknowledge",
    "appoint",
    "carry_out",
    "change_severity",
    "close",
    "cut_of",
    "decided",
    "declare",
    "declare_in",
    "delete_view",
    "done",
    "entry_at",
    "export",
    "find",
    "foresee",
    "join_alerts",
    "join_alerts_in",
    "joins_of",
    "last_join",
    "lift_restriction",
    "linked_alerts",
    "listed",
    "mark_change",
    "mark_key_moment",
    "may_not_see",
    "mentions_in",
    "mitigate",
    "must_be_people",
    "needed",
    "note",
    "note_in",
    "one",
    "one_view",
    "page_of",
    "place_of",
    "preview",
    "preview_in",
    "recorded",
    "recorded_after",
    "rename_view",
    "reopen",
    "resolve",
    "restrict",
    "save_view",
    "saved_views",
    "saved_views_in",
    "situations",
    "state",
    "state_situation",
    "tags",
    "take_out_alerts",
    "timeline",
    "undo",
    "words",
]
