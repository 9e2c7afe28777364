"""An organisation in which alerts come in by the clock of a test, and somebody looks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from incident_lives import everything
from sqlalchemy import select

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.rows import ALERTS, NEWS, SEEN
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.events import AlertsJoined, Declared
from tocsin.features.incidents.rows import IncidentRow
from tocsin.features.triage.commands.sweep import sweep
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.identifiers import new_id
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import shown


@dataclass
class World:
    """An organisation with a clock, a monitor that writes alerts, and people who look."""

    ledger: Ledger
    clock: SimulatedClock
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def person(self, name: str, role: Role = Role.ADMIN) -> UnitOfWork:
        """Somebody's unit of work."""
        return UnitOfWork(self.ledger, holding(role, By(id=name, kind="person"), name))

    @property
    def ada(self) -> UnitOfWork:
        return self.person("ada")

    def fire(self, service: str | None, severity: str = "critical", **more: object) -> str:
        """A monitor tells of an alert that was not known; answers its id."""
        id_, now = new_id(self.clock()), self.clock()
        labels = f'{{"alertname":"Down","service":"{service}"}}'
        made = {
            "id": id_,
            "source": "s1",
            "key": f"k{next(self.numbers)}",
            "state": "firing",
            "title": f"Down: {service}",
            "severity": severity,
            "service": service,
            "labels": labels,
            "annotations": "{}",
            "starts_at": now,
            "received_at": now,
            "changed_at": now,
        }
        with self.ledger.database.write() as connection:
            insert = ALERTS.insert().values(made | more).returning(ALERTS.c.number)
            number = connection.scalar(insert)
            connection.execute(SEEN.insert().values(alert=number, signals=1, last_at=now))
        self.tell(id_, "opened")
        return id_

    def tell(self, alert: str, what: str, **changed: object) -> None:
        """News of an alert that is known."""
        with self.ledger.database.write() as connection:
            if changed:
                mine = ALERTS.update().where(ALERTS.c.id == alert)
                connection.execute(mine.values(changed))
            number = connection.scalar(select(ALERTS.c.number).where(ALERTS.c.id == alert))
            connection.execute(NEWS.insert().values(alert=number, what=what, at=self.clock()))

    def later(self, **by: float) -> bool:
        """Time passes, and the job runs once."""
        self.clock.advance(timedelta(**by))
        return sweep(self.ledger)

    @property
    def incidents(self) -> list[IncidentRow]:
        return everything(self.ada)

    def why(self, reference: str) -> list[str]:
        """The reasons in an incident's history."""
        _, entries = incidents.timeline(self.ada, reference)
        said = [entry.event for entry in entries]
        return [
            shown(e.reason) for e in said if isinstance(e, Declared | AlertsJoined) and e.reason
        ]

    def resolve(self, reference: str) -> None:
        incidents.acknowledge(self.ada, reference)
        incidents.resolve(self.ada, reference)
