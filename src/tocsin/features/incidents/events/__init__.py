"""What can have happened to an incident.

An event is in the past tense and holds only what was learnt at that moment. Its name and the meaning
of its fields are kept for ever. When it was recorded and by whom is the ledger's affair; `occurred_at`
is a statement about the world.
"""

from tocsin.features.incidents.events.belonging import (
    AlertsJoined,
    AlertsLeft,
    BelongingEvent,
    Restricted,
    RestrictionLifted,
)
from tocsin.features.incidents.events.evidence import (
    EvidenceAttached,
    EvidenceCleared,
    EvidenceEvent,
    EvidenceRefused,
    EvidenceWithdrawn,
)
from tocsin.features.incidents.events.life import (
    Acknowledged,
    Closed,
    CommanderAppointed,
    Declared,
    LifeEvent,
    Mitigated,
    Reopened,
    Resolved,
    Retitled,
    SeverityChanged,
)
from tocsin.features.incidents.events.marks import (
    CommandTakenBack,
    MarkEvent,
    MergeProposalWithdrawn,
    MergeProposed,
    TagAdded,
    TagRemoved,
)
from tocsin.features.incidents.events.roles import (
    Followed,
    ResponderEngaged,
    ResponderStoodDown,
    RoleAccepted,
    RoleDeclined,
    RoleEvent,
    RoleGivenUp,
    RoleOffered,
    RoleOfferWithdrawn,
    RoleTaken,
    Unfollowed,
)
from tocsin.features.incidents.events.statements import (
    AnchorStated,
    ChangeMarked,
    DecisionTaken,
    ImpactFactStated,
    ImpactPeriodStated,
    Noted,
    RunbookFollowed,
    StatementEvent,
    WorkaroundApplied,
)
from tocsin.features.incidents.events.tasks import (
    TaskAdded,
    TaskAssigned,
    TaskDone,
    TaskDropped,
    TaskDueChanged,
    TaskEvent,
    TaskReopened,
    TaskReworded,
)
from tocsin.features.incidents.events.telling import (
    KeyMomentMarked,
    KeyMomentUnmarked,
    SituationStated,
    TellingEvent,
)

IncidentEvent = (
    LifeEvent
    | StatementEvent
    | BelongingEvent
    | EvidenceEvent
    | MarkEvent
    | TellingEvent
    | RoleEvent
    | TaskEvent
)

__all__ = [
    "Acknowledged",
    "AlertsJoined",
    "AlertsLeft",
    "AnchorStated",
    "BelongingEvent",
    "ChangeMarked",
    "Closed",
    "CommandTakenBack",
    "CommanderAppointed",
    "DecisionTaken",
    "Declared",
    "EvidenceAttached",
    "EvidenceCleared",
    "EvidenceEvent",
    "EvidenceRefused",
    "EvidenceWithdrawn",
    "Followed",
    "ImpactFactStated",
    "ImpactPeriodStated",
    "IncidentEvent",
    "KeyMomentMarked",
    "KeyMomentUnmarked",
    "LifeEvent",
    "MarkEvent",
    "MergeProposalWithdrawn",
    "MergeProposed",
    "Mitigated",
    "Noted",
    "Reopened",
    "Resolved",
    "ResponderEngaged",
    "ResponderStoodDown",
    "Restricted",
    "RestrictionLifted",
    "Retitled",
    "RoleAccepted",
    "RoleDeclined",
    "RoleEvent",
    "RoleGivenUp",
    "RoleOfferWithdrawn",
    "RoleOffered",
    "RoleTaken",
    "RunbookFollowed",
    "SeverityChanged",
    "SituationStated",
    "StatementEvent",
    "TagAdded",
    "TagRemoved",
    "TaskAdded",
    "TaskAssigned",
    "TaskDone",
    "TaskDropped",
    "TaskDueChanged",
    "TaskEvent",
    "TaskReopened",
    "TaskReworded",
    "TellingEvent",
    "Unfollowed",
    "WorkaroundApplied",
]
