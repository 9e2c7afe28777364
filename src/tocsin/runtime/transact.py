"""DBOS Transact: runs chores, each step once. The only module that imports it, so import it late.

Its tables stand in our database; nothing of it reaches the network. It is one per process.
"""

import logging
from collections.abc import Callable, Sequence, Set
from datetime import datetime, timedelta
from threading import Event
from typing import Any, Final

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, ScheduleInput, SetWorkflowID

from tocsin.ledger.ledger import Ledger
from tocsin.runtime.chore import Chore, Facts, Pace, Run
from tocsin.runtime.looping import LOG
from tocsin.storage.sharing import engine_for_another

VERSION: Final = "1"
"""Pinned: runs that were begun by an older program go on in a newer one. Steps keep their names."""

KEPT: Final = timedelta(days=1)
AT_ONCE: Final = 500
UNDER_WAY: Final = ["PENDING", "ENQUEUED"]
ENDED: Final = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

Body = Callable[[str, None], None]


class _Told(logging.Handler):
    """Puts the library's complaints into our log: the place, never values."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log one."""
        error = record.exc_info[0] if record.exc_info else None
        named = error.__name__ if error else record.levelname
        at = f"{record.filename}:{record.lineno}"
        LOG.error("failed", what="durable work", error=named, at=at)


class Transact:
    """DBOS in this process, running our chores."""

    def __init__(
        self, ledger: Ledger, chores: Sequence[Chore], executor: str, stopped: Event
    ) -> None:
        """Start it. It may fail where the database is away; then `close` and start another."""
        self._ledger = ledger
        self._stopped = stopped
        self._engine = engine_for_another(ledger.database)
        logs = logging.getLogger("dbos")
        logs.handlers, logs.propagate = [_Told()], False
        DBOS(config=self._config(executor))
        self._bodies = {chore: self._registered(chore) for chore in chores}
        try:
            DBOS.launch()
            DBOS.apply_schedules([_scheduled(*one) for one in self._bodies.items()])
        except BaseException:
            self.close()
            raise

    def start_overdue(self, now: datetime) -> None:
        """Begin what should have been done already; two processes that say so begin one run."""
        for chore, body in self._bodies.items():
            if not chore.is_overdue(self._ledger) or self._is_under_way(chore):
                continue
            with SetWorkflowID(f"{chore.name}-{now:%Y-%m-%dT%H}"):
                DBOS.start_workflow(body, now.isoformat(), None)

    def orphans(self, alive: Set[str]) -> list[str]:
        """The runs under way whose process is not alive."""
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return [one.workflow_id for one in pending if one.executor_id not in alive]

    def resume(self, runs: Sequence[str]) -> None:
        """Let whoever is free go on with these runs. A process that was only asleep is fenced off."""
        DBOS.resume_workflows(list(runs))

    def forget_ended(self, now: datetime) -> bool:
        """Delete runs that ended a while ago; answers whether more is waiting."""
        before = (now - KEPT).isoformat()
        ended = DBOS.list_workflows(
            status=ENDED, end_time=before, limit=AT_ONCE, load_input=False, load_output=False
        )
        DBOS.delete_workflows([one.workflow_id for one in ended])
        return len(ended) == AT_ONCE

    def close(self) -> None:
        """Stop it. Runs under way stay so, and go on elsewhere."""
        DBOS.destroy(destroy_registry=True)
        self._engine.dispose()

    def _config(self, executor: str) -> DBOSConfig:
        return {
            "name": "tocsin",
            "system_database_engine": self._engine,
            "dbos_system_schema": "dbos",
            "application_version": VERSION,
            "executor_id": executor,
            "serializer": DBOSPortableJSONSerializer(),
            "use_listen_notify": False,
            "enable_otlp": False,
            "log_level": "ERROR",
        }

    def _registered(self, chore: Chore) -> Body:
        """The chore as a workflow. Its inputs are stored, so there are none but the time."""

        def body(_: str, __: None) -> None:
            earlier: dict[str, Facts] = {}
            for name, step in chore.steps:
                run = Run(str(DBOS.workflow_id), self._ledger, Pace(self._stopped), earlier)
                found: Any = DBOS.run_step({"name": name}, step, run)
                earlier = earlier | {name: found}

        body.__qualname__ = chore.name
        return DBOS.workflow(name=chore.name)(body)

    def _is_under_way(self, chore: Chore) -> bool:
        found = DBOS.list_workflows(
            name=chore.name, status=UNDER_WAY, limit=1, load_input=False, load_output=False
        )
        return bool(found)


def _scheduled(chore: Chore, body: Body) -> ScheduleInput:
    workflow: Any = body
    return {"schedule_name": chore.name, "workflow_fn": workflow, "schedule": chore.cron}
