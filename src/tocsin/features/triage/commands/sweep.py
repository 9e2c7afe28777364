"""The job: takes the news about alerts, asks the rules, and lets incidents follow in one change.

Judging happens before the lock is taken; inside the change each piece of news is claimed, so that
two processes never act on the same. What a silence holds back is looked at again until it ends.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from tocsin.access.policy import TOCSIN, Actor, Permission
from tocsin.access.work import Look, UnitOfWork, WorkChange
from tocsin.features.alerts.rows import occurrences
from tocsin.features.alerts.rows.occurrences import News, Occurrence
from tocsin.features.alerts.terms import What
from tocsin.features.incidents import lifecycle as incidents
from tocsin.features.incidents import rows as incident_rows
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.silences import rows as silences
from tocsin.features.triage import lifecycle, rows
from tocsin.features.triage.commands import carrying_out
from tocsin.features.triage.commands.rules import in_use
from tocsin.features.triage.rows import RULES
from tocsin.features.triage.rules.judging import Trouble, judge
from tocsin.features.triage.state import Match
from tocsin.features.triage.terms import AlertRule
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger
from tocsin.storage.lanes import Lane

MOST: Final = 5000
"""So many pieces of news are acted on in one change."""

SLICE: Final = 500
"""So many pieces of news that nothing follows from are taken out in one transaction."""

LOOK_AGAIN: Final = timedelta(seconds=5)
"""Silenced alerts are looked at again after so long."""


CHANGED: Final = "It did not before, and was asked again because the sender changed what it says."
SILENCE_OVER: Final = "A silence held it back until now, and it still fires."


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What waits: news, and alerts that were silenced when they were looked at last."""

    news: Sequence[News]
    waited: Sequence[Occurrence]
    rules: Mapping[str, AlertRule]
    matches: Mapping[str, Match]
    silenced: frozenset[str]
    troubles: tuple[Trouble, ...]

    def is_settled(self, now: datetime) -> bool:
        """Whether it is time to act: a full batch does not wait for more."""
        came = [
            item.at
            for item in self.news
            if item.alert.id in self.matches and item.what in (What.OPENED, What.CHANGED)
        ]
        return len(self.news) >= MOST or lifecycle.is_settled(came, now)

    def troubles_of(self, alerts: Set[str]) -> list[Trouble]:
        """What rules could not tell about these alerts."""
        return [trouble for trouble in self.troubles if trouble.alert in alerts]


def sweep(ledger: Ledger) -> bool:
    """Act on the news that waits; True where there is more."""
    now = ledger.clock()
    with UnitOfWork(ledger, TOCSIN).look(Permission.RUN) as look:
        batch = _batch(look, now)
    if batch is None:
        return False
    _forget(ledger, batch)
    if not batch.is_settled(now):
        return False
    _act(ledger, batch)
    _acknowledge(ledger, batch.news)
    return len(batch.news) >= MOST


def _batch(look: Look, now: datetime) -> Batch | None:
    news = occurrences.news(look.rows, MOST)
    waited = rows.to_look_at_again(look.rows, now - LOOK_AGAIN, MOST)
    if not news and not waited:
        return None
    asked = [item.alert for item in news if _is_asked(item)]
    asked += [alert for alert in waited if alert.is_firing]
    return _judged(look, news, waited, asked, now)


def _is_asked(item: News) -> bool:
    """What opened is asked even when it is over by now: it happened. A late fact is not."""
    return item.what is What.OPENED or (item.what is What.CHANGED and item.alert.is_firing)


def _judged(
    look: Look,
    news: Sequence[News],
    waited: Sequence[Occurrence],
    asked: Sequence[Occurrence],
    now: datetime,
) -> Batch:
    rules = in_use(RULES.all(look.rows))
    said = {id_: judge(alert, rules) for id_, alert in rows.facts_of(look.rows, asked).items()}
    again = _again(news, waited)
    matches = {
        id_: replace(answer.match, again=again.get(id_))
        for id_, answer in said.items()
        if answer.match is not None
    }
    held = silences.active(look.rows, now)
    return Batch(
        news=news,
        waited=waited,
        rules=rules,
        matches=matches,
        silenced=frozenset(
            id_ for id_, own in matches.items() if silences.matching(held, own.alert.labels)
        ),
        troubles=tuple(trouble for answer in said.values() for trouble in answer.troubles),
    )


def _again(news: Sequence[News], waited: Sequence[Occurrence]) -> dict[str, str]:
    """Why alerts that opened nothing at first are looked at once more, in words."""
    first = {item.alert.id for item in news if item.what is What.OPENED}
    changed = {item.alert.id for item in news if item.what is What.CHANGED} - first
    return dict.fromkeys(changed, CHANGED) | dict.fromkeys((it.id for it in waited), SILENCE_OVER)


def _forget(ledger: Ledger, batch: Batch) -> None:
    """Take out the news that nothing follows from, a little at a time: people wait for no storm."""
    dull = [item for item in batch.news if not _matters(item, batch)]
    for start in range(0, len(dull), SLICE):
        some = dull[start : start + SLICE]
        with ledger.database.write(Lane.MACHINES) as connection:
            claimed = rows.claim(connection, [item.number for item in some])
            mine = [item for item in some if item.number in claimed]
            rows.stop_waiting(connection, [it.alert.id for it in mine if it.what is What.OVER])
            told = batch.troubles_of({item.alert.id for item in mine})
            rows.keep_troubles(connection, told, ledger.clock())


def _matters(item: News, batch: Batch) -> bool:
    return item.what is What.ACKNOWLEDGED or item.alert.id in batch.matches


def _act(ledger: Ledger, batch: Batch) -> None:
    if not batch.matches and not batch.waited:
        return
    with UnitOfWork(ledger, TOCSIN).change(Permission.RUN, Lane.MACHINES) as change:
        live = {*_woken(change, batch), *_claimed(change, batch)}
        free = live - batch.silenced - rows.linked(change.rows, live)
        mine = [match for id_, match in batch.matches.items() if id_ in free]
        for name, rule in batch.rules.items():
            _follow(change, name, rule, [match for match in mine if match.group.rule == name])
        rows.keep_troubles(change.rows, batch.troubles_of(live), change.now)


def _follow(change: WorkChange, name: str, rule: AlertRule, matches: Sequence[Match]) -> None:
    if not matches:
        return
    keys = {match.group.key for match in matches}
    standing = rows.standing(change.rows, name, rule, keys, change.now)
    for step in lifecycle.decide(matches, standing, change.now):
        carrying_out.carry_out(change, step, standing)


def _woken(change: WorkChange, batch: Batch) -> set[str]:
    """Of the alerts that waited, those that no silence holds back any more."""
    still = [alert.id for alert in batch.waited if alert.id in batch.silenced]
    rows.looked_again(change.rows, still, change.now)
    done = [alert.id for alert in batch.waited if alert.id not in batch.silenced]
    return rows.stop_waiting(change.rows, done)


def _claimed(change: WorkChange, batch: Batch) -> list[str]:
    """The alerts whose news is ours to act on; those silenced wait, those over wait no more."""
    plain = [
        item for item in batch.news if _matters(item, batch) and item.what is not What.ACKNOWLEDGED
    ]
    claimed = rows.claim(change.rows, [item.number for item in plain])
    mine = [item for item in plain if item.number in claimed]
    held = [item.alert.id for item in mine if item.alert.id in batch.silenced]
    rows.wait(change.rows, held, change.now)
    rows.stop_waiting(change.rows, [item.alert.id for item in mine if item.what is What.OVER])
    return [item.alert.id for item in mine if item.what is not What.OVER]


def _acknowledge(ledger: Ledger, news: Sequence[News]) -> None:
    by_source: dict[str, list[News]] = {}
    for item in news:
        if item.what is What.ACKNOWLEDGED:
            by_source.setdefault(item.alert.source, []).append(item)
    for source, own in by_source.items():
        with _of_source(ledger, source).change(Permission.RESPOND, Lane.MACHINES) as change:
            claimed = rows.claim(change.rows, [item.number for item in own])
            alerts = [item.alert.id for item in own if item.number in claimed]
            for incident in sorted(set(incident_rows.of_alerts(change.rows, alerts).values())):
                decided = incidents.acknowledge(change.load(INCIDENT, incident))
                change.record(INCIDENT, incident, decided)


def _of_source(ledger: Ledger, source: str) -> UnitOfWork:
    """A source acts on the incidents of its own alerts; nothing of them is shown to it."""
    by = By(id=source, kind="source")
    actor = Actor(by=by, may=frozenset({Permission.RESPOND}), sees_everything=True)
    return UnitOfWork(ledger, actor)
