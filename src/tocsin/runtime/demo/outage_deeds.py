"""What is done, beside what is written, while card authorisations fail: minute by minute."""

from tocsin.features.incidents.terms import (
    Basis,
    ChangeRole,
    DataClass,
    EvidenceKind,
    ImpactFact,
    RoleName,
    TaskState,
)
from tocsin.runtime.demo import acts, filing, sharing, telling
from tocsin.runtime.demo import outage_words as words
from tocsin.runtime.demo.outage_curve import LASTED, share_at
from tocsin.runtime.demo.outage_papers import CHAT, LOG
from tocsin.runtime.demo.story import Act

Timed = tuple[float, str, Act]


def done_by_all(entries: telling.Memory) -> list[Timed]:
    """All that is done beside what is written, with the minute and by whom."""
    jobs: sharing.Memory = {}
    return [*_led(), *_shared_out(jobs), *_stated(entries), *_changed(), *_counted(), *_kept()]


def _led() -> list[Timed]:
    """Who does what, and how the command goes from the night to the day."""
    commander, deputy = RoleName.COMMANDER, RoleName.DEPUTY
    note = "Cause is known, the fix is being built. Risk: stand-in ends six hours after it began."
    return [
        (2.2, words.FIRST, acts.acknowledge()),
        (4.5, words.SECOND, sharing.join()),
        (7.5, words.NIGHTS, sharing.take(commander)),
        (10.2, words.NIGHTS, acts.change_severity(1, "Ten percent or more of EU customers fail.")),
        (15.5, words.ENGINEER, sharing.join()),
        (18.4, words.NIGHTS, sharing.offer(RoleName.COMMUNICATIONS, words.SPEAKER, "Half-hourly.")),
        (19.2, words.SPEAKER, sharing.accept(RoleName.COMMUNICATIONS)),
        (29.5, words.PLATFORM, sharing.join()),
        (45.2, words.NIGHTS, sharing.offer(deputy, words.RISK, "Please watch my blind side.")),
        (46.1, words.RISK, sharing.decline(deputy, "I decide on the stand-in already.")),
        (51.3, words.NIGHTS, sharing.offer(deputy, words.ENGINEER, "Then you, please.")),
        (52.7, words.ENGINEER, sharing.accept(deputy)),
        (184.5, words.NIGHTS, sharing.offer(commander, words.DAYS, note)),
        (191.4, words.DAYS, sharing.accept(commander)),
        (192.6, words.NIGHTS, sharing.leave()),
        (193.1, "executive-observer", sharing.follow()),
        (327.6, words.DAYS, sharing.offer(RoleName.SCRIBE, "administrator", "Until it is over, please.")),
    ]  # fmt: skip


def _shared_out(jobs: sharing.Memory) -> list[Timed]:
    """Tasks: some done, one dropped, one late, the rest open."""
    add, done = sharing.add, sharing.settle
    return [
        (25.4, words.NIGHTS, add(jobs, "back", "Take back cfg-8841 in all zones", words.PLATFORM, 15)),
        (37.1, words.PLATFORM, done(jobs, "back")),
        (53.3, words.NIGHTS, add(jobs, "call", "Call the ten largest merchants", words.SUPPORT, 60)),
        (77.2, words.NIGHTS, add(jobs, "old", "See whether 7.4.0 can come back", words.PLATFORM)),
        (81.5, words.NIGHTS, done(jobs, "old", TaskState.DROPPED, "It cannot read the new tokens.")),
        (92.4, words.NIGHTS, add(jobs, "stand-in", "Write down when stand-in began", words.COMPLIANCE)),
        (95.2, words.COMPLIANCE, done(jobs, "stand-in")),
        (115.8, words.SUPPORT, done(jobs, "call")),
        (138.2, words.COMPLIANCE, add(jobs, "notice", "Hand in the notice", words.COMPLIANCE, 240)),
        (150.2, words.NIGHTS, add(jobs, "fix", "Give connections back on a decline", words.SECOND, 45)),
        (164.6, words.SECOND, done(jobs, "fix")),
        (195.3, words.DAYS, add(jobs, "out", "Bring 7.4.2 to all three zones", words.PLATFORM, 160)),
        (215.2, words.DAYS, add(jobs, "again", "Send failed payments again", words.SECOND, 150)),
        (231.1, words.DAYS, add(jobs, "sum", "Call the ten largest again", words.SUPPORT, 60)),
        (248.3, words.DAYS, add(jobs, "run", "Tell the settlement run of stand-in payments")),
        (248.9, words.DAYS, sharing.assign(jobs, "run", words.SETTLEMENT)),
        (251.2, words.SETTLEMENT, done(jobs, "run")),
        (312.5, words.DAYS, add(jobs, "quiet", "Watch the error rate for 30 min after the last third")),
        (315.4, words.DAYS, add(jobs, "review", "Invite to the review", "administrator", 1440)),
    ]  # fmt: skip


def _stated(entries: telling.Memory) -> list[Timed]:
    """How it stands, three times; and which moments were key."""
    night = telling.state_situation(
        "About 14% of card authorisations in the EU fail with ledger_timeout. UK and US are normal.",
        "Config cfg-8841 halved the connection pool of auth-gateway to ledger-db-eu.",
        "Take cfg-8841 back in all zones, then watch for 20 min.",
        30,
    )
    later = telling.state_situation(
        "About 4% fail. Payments up to 50 EUR of known cards go through by stand-in.",
        "Release 7.4.1 of auth-gateway keeps connections after a decline.",
        "Build and test 7.4.2; hand the command over to the day.",
        30,
    )
    latest = telling.state_situation(
        "Under 1% of card authorisations in the EU fail, all in Frankfurt. Payouts are normal.",
        "Release 7.4.1 of auth-gateway keeps connections after a decline; cfg-8841 made it "
        "show. 7.4.2 gives them back.",
        "Last third of Frankfurt goes to 7.4.2. Then 30 min of quiet before we call it contained.",
        35,
    )
    names = (("pool", 22), ("first update", 29), ("not the size", 59), ("leak", 148), ("go", 216))
    keys = [(at + 0.4, words.NIGHTS, telling.make_key(entries, name)) for name, at in names]
    return [
        (27.3, words.NIGHTS, night),
        (152.6, words.NIGHTS, later),
        (316.8, words.DAYS, latest),
        *keys,
    ]


def _changed() -> list[Timed]:
    suspect, cause, fix = ChangeRole.SUSPECT, ChangeRole.CAUSE, ChangeRole.FIX
    return [
        (21.6, words.SECOND, telling.mark_change("cfg-8841", suspect, "Halved the pool")),
        (69.2, words.SECOND, telling.mark_change("auth-gateway-7.4.1", suspect, "EU only so far")),
        (144.3, words.SECOND, telling.mark_change("auth-gateway-7.4.1", cause, "Leaks on a decline")),
        (220.2, words.SECOND, telling.mark_change("auth-gateway-7.4.2", fix, "Gives them back")),
    ]  # fmt: skip


def _counted() -> list[Timed]:
    """Decisions of the commander, the way around, and figures of harm."""
    yes = "Yes, up to 50 EUR for cards seen in the last 30 days"
    merchants = ImpactFact(name="clients_affected", unit="clients", value=2104.0, is_estimate=False)
    aware = "The compliance officer was on the bridge and heard that the duration is met."
    major = "Clients affected and duration are above the thresholds."
    return [
        (30.2, words.NIGHTS, acts.decide("Take cfg-8841 back now?", "Yes, in all zones", "Wait")),
        (94.6, words.NIGHTS, acts.decide("Let payments through without the ledger?", yes, "No")),
        (105.3, words.RISK, acts.go_around("Stand-in up to 50 EUR for known cards.")),
        (139.4, words.COMPLIANCE, acts.state_anchor("awareness", "DORA", aware, minutes_ago=2)),
        (197.5, words.DAYS, acts.decide("In which order?", "Frankfurt last", "All at once")),
        (259.2, words.MERCHANTS, acts.state_fact(merchants, basis=Basis.MEASURED)),
        (313.4, words.COMPLIANCE, acts.state_anchor("classification", "DORA", major, minutes_ago=1)),
    ]  # fmt: skip


def _kept() -> list[Timed]:
    """Files and excerpts."""
    shares = [0.1] * 20 + [share_at(minute) for minute in range(LASTED)]
    rows = [f"{minute},{share_at(minute):.2f}" for minute in range(0, 260, 5)]
    table = "\n".join(("minute,failed_percent", *rows, ""))
    log, chat = EvidenceKind.LOG, EvidenceKind.CHAT
    picture = filing.graph(shares, 16)
    return [
        (22.7, words.ENGINEER, _of_pool(log)),
        (145.2, words.SECOND, _of_leak(chat)),
        (257.1, words.MERCHANTS, _of_merchants(table)),
        (303.2, words.FIRST, filing.keep_file("error-rate.png", picture, "Error rate since it began")),
    ]  # fmt: skip


def _of_pool(kind: EvidenceKind) -> Act:
    return filing.keep_text("ledger-db-eu.log", LOG, kind, "ledger-db-eu", minutes=30)


def _of_leak(kind: EvidenceKind) -> Act:
    return filing.keep_text("leak.txt", CHAT, kind, "#card-payments", minutes=12)


def _of_merchants(table: str) -> Act:
    said = "Failed share by five minutes; merchants are counted from the same query"
    return filing.keep_file("failed-by-time.csv", table.encode(), said, DataClass.CONFIDENTIAL)
