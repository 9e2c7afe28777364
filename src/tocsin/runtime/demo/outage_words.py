"""What is said while card authorisations fail for merchants in the EU. Data only.

Minutes count from the declaration. Whoever is mentioned is named as everybody would name them.
"""

from dataclasses import dataclass
from typing import Final

from tocsin.features.incidents.terms import NoteKind

FIRST: Final = "payments-on-call"
SECOND: Final = "payments-second-line"
ENGINEER: Final = "database-engineer"
PLATFORM: Final = "platform-on-call"
SPEAKER: Final = "communications-lead"
SUPPORT: Final = "support-lead"
MERCHANTS: Final = "merchants-on-call"
NIGHTS: Final = "commander-nights"
DAYS: Final = "commander-days"
RISK: Final = "risk-on-call"
SETTLEMENT: Final = "settlement-on-call"
COMPLIANCE: Final = "compliance-officer"

NOTE: Final = NoteKind.NOTE
FINDING: Final = NoteKind.FINDING
DECISION: Final = NoteKind.DECISION
UPDATE: Final = NoteKind.STATUS_UPDATE


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody writes something at a minute; `earlier` is how long before that it was so.

    `name` is what the story calls the entry; `corrects` is the name of the one it puts right.
    """

    minute: float
    by: str
    text: str
    kind: NoteKind = NOTE
    earlier: float | None = None
    name: str = ""
    corrects: str = ""


NIGHT: Final = (
    Said(1, FIRST, "Errors are ledger_timeout from auth-gateway, EU only. UK and US are clean."),
    Said(3, FIRST, "The merchant desk had a first call before we were paged.", earlier=6),
    Said(
        5, SECOND, "Joined. Looking at the pools of auth-gateway; @Payments on-call keeps the edge."
    ),
    Said(6, PLATFORM, "Joined for the platform. No host is short of memory or processor time."),
    Said(
        8, NIGHTS, "I lead. Bridge is open. One question at a time: what changed, and who is hit?"
    ),
    Said(9, SECOND, "About 40 % of EU authorisations fail.", name="too many"),
    Said(11, SECOND, "14 %, not 40 %: the panel counted retries twice.", corrects="too many"),
    Said(12, FIRST, "Three canary payments from Frankfurt: two went through, one after 11 s."),
    Said(13, PLATFORM, "Load balancers are even. It is not one bad instance."),
    Said(14, NIGHTS, "@Database engineer, please join: every failing call waits for ledger-db-eu."),
    Said(16, ENGINEER, "Here. Opening the pool statistics of ledger-db-eu."),
    Said(17, SUPPORT, "Nineteen tickets, all card payments, all EU. Wallets and transfers work."),
    Said(18, RISK, "Scoring is not the cause: its answers take 40 ms, as always."),
    Said(
        20,
        ENGINEER,
        "Pool to ledger-db-eu is full. Waiters climb from the minute of the last config deploy."
        "\npool=ledger-db-eu size=40 was=80 source=cfg-8841\n"
        "WARN  pool=ledger-db-eu waiters=212 wait_p99=4.8s\n"
        "ERROR authorise failed code=ledger_timeout region=eu-central",
        FINDING,
        name="pool",
    ),
    Said(21, SECOND, "cfg-8841 went out nine minutes before the first error.", earlier=29),
    Said(22, NIGHTS, "Who owns cfg-8841? Is it safe to take back alone?"),
    Said(
        23, SECOND, "Ours. It halves the pool on purpose: sixteen new instances were to share it."
    ),
    Said(24, SECOND, "The new instances are not there yet. It can go back alone, in about 90 s."),
    Said(
        26, SETTLEMENT, "Settlement does not use that pool. The next run is not in danger so far."
    ),
    Said(
        28,
        SPEAKER,
        "Card payments in the EU: about 1 in 7 is declined. We found a change that may be at "
        "fault and are taking it back. Payouts and refunds are not affected. Next update in 30 min.",
        UPDATE,
        name="first update",
    ),
    Said(31, PLATFORM, "Rollback of cfg-8841 runs: Frankfurt first, then Paris, then Warsaw."),
    Said(33, PLATFORM, "Frankfurt has the old value. Instances drain within 90 s, as expected."),
    Said(
        36, PLATFORM, "Paris and Warsaw as well. Every instance of the EU has a pool of 80 again."
    ),
    Said(38, SECOND, "Waiters fall: 212, 140, 61. Time-outs go down with them."),
    Said(41, FIRST, "Canaries are green, five out of five."),
    Said(44, NIGHTS, "We watch for twenty minutes before we call it contained."),
    Said(49, SUPPORT, "No new tickets for five minutes."),
    Said(
        55,
        SECOND,
        "Waiters are above 50 again, with a pool of 80. So it was not only the size.",
        FINDING,
        name="not the size",
    ),
    Said(
        57,
        NIGHTS,
        "Then cfg-8841 made it worse and is not the cause. We keep looking; no all-clear.",
    ),
    Said(
        58, ENGINEER, "Connections are held far longer than their queries take: a leak, or a lock."
    ),
    Said(
        60,
        SPEAKER,
        "Card payments in the EU: fewer are declined than an hour ago, but it is not over. "
        "We keep working on it. Next update in 30 min.",
        UPDATE,
    ),
    Said(63, ENGINEER, "No lock: the longest transaction on ledger-db-eu is 300 ms old."),
    Said(
        66,
        SECOND,
        "Comparing what a connection does before and after release 7.4.1 of the gateway.",
    ),
    Said(
        68,
        PLATFORM,
        "Release 7.4.1 reached the EU yesterday, the UK gets it next week.",
        earlier=1080,
    ),
    Said(70, FIRST, "That fits: UK and US run 7.4.0."),
    Said(
        74,
        ENGINEER,
        "Sessions in state idle in transaction: 61 of 80, all opened by 7.4.1.",
        FINDING,
        name="idle",
    ),
    Said(76, NIGHTS, "@Platform on-call, can we go back to 7.4.0 in one zone to see?"),
    Said(
        78,
        PLATFORM,
        "Yes, but 7.4.0 cannot read tokens of the new key. Half of the cards would be refused.",
    ),
    Said(
        80, SECOND, "The key rotation was on Tuesday. Going back is worse than staying.", DECISION
    ),
    Said(84, RISK, "We can let small amounts of known cards through without the ledger: stand-in."),
    Said(86, NIGHTS, "What is the risk of that? @Fraud analyst @Compliance officer please say."),
    Said(
        90,
        RISK,
        "Up to 50 EUR for cards seen in the last 30 days: about 0.02 % of the amount at risk.",
    ),
    Said(
        93,
        COMPLIANCE,
        "Stand-in is in the scheme contract, for six hours at most. I write it down.",
    ),
)

WORKAROUND: Final = (
    Said(97, RISK, "Stand-in rule is on for Frankfurt only. Watching refusals of known cards."),
    Said(101, RISK, "Works as expected: 310 payments let through, none over 50 EUR."),
    Said(104, RISK, "Stand-in is on for Paris and Warsaw."),
    Said(
        106,
        FIRST,
        "Error rate seen by merchants: 3.9 %. The ledger itself still times out as before.",
    ),
    Said(
        109,
        SUPPORT,
        "Merchants confirm: small payments go through, large ones are still hit or miss.",
    ),
    Said(
        112,
        ENGINEER,
        "Ending idle in transaction sessions older than 10 s by a timeout on the server?",
    ),
    Said(114, SECOND, "Not yet: a session of the payout run may be idle for longer than that."),
    Said(116, SETTLEMENT, "Ours are never idle for more than 4 s. Safe from our side."),
    Said(
        119,
        ENGINEER,
        "idle_in_transaction_session_timeout = 10s for the role of the gateway only.",
    ),
    Said(
        123,
        ENGINEER,
        "23 sessions ended in three minutes; the pool breathes.",
        FINDING,
        name="breathes",
    ),
    Said(
        126,
        FIRST,
        "Each ended session costs one payment its answer. They are retried by the scheme.",
    ),
    Said(
        128,
        SPEAKER,
        "Card payments in the EU: most go through. Payments over 50 EUR may still need a second try. "
        "No payment is lost, and nobody is charged twice. Next update in 30 min.",
        UPDATE,
    ),
    Said(131, SUPPORT, "A large travel agency asks whether they should switch us off for now."),
    Said(
        133,
        NIGHTS,
        "Tell them the truth: one in twenty-five needs a second try; we expect a fix within hours.",
    ),
    Said(
        137, COMPLIANCE, "Thresholds: duration over two hours is met. I prepare the classification."
    ),
    Said(
        141,
        SECOND,
        "Found the call that leaks: LedgerSession.reserve does not give back on a decline.",
        FINDING,
        name="leak",
    ),
    Said(
        143,
        SECOND,
        "On a decline 7.4.1 returns early, before the connection is laid down. Two lines.",
    ),
    Said(
        146, FIRST, "Declines doubled just before: that is why it was quiet for hours.", earlier=20
    ),
    Said(
        149,
        NIGHTS,
        "That is our cause. @Payments second line writes the fix, @Payments on-call reads it.",
    ),
    Said(151, NIGHTS, "My shift ends in an hour. I prepare the handover, nobody needs to hurry."),
    Said(
        155,
        SECOND,
        "Fix is written; test that fails on 7.4.1 and passes with it is in the same change.",
    ),
    Said(158, FIRST, "Read. One question: what about time-outs of the scheme itself?"),
    Said(160, SECOND, "Same path. Test added."),
    Said(164, FIRST, "Approved."),
    Said(166, PLATFORM, "Pipeline for 7.4.2 runs. Twenty minutes with all tests."),
    Said(
        168,
        SPEAKER,
        "Card payments in the EU: we know the cause and are testing a fix. Most payments go through. "
        "Next update in 30 min.",
        UPDATE,
    ),
    Said(172, RISK, "Stand-in so far: 8,420 payments, 161,000 EUR. Within what was agreed."),
    Said(
        176,
        PLATFORM,
        "One test is red: the one on key rotation. It is known to be slow.",
        name="red",
    ),
    Said(
        179,
        PLATFORM,
        "It was not slowness: the test image had no time zone. Not ours; run again.",
        corrects="red",
    ),
    Said(183, DAYS, "Reading along since twenty minutes. I take over when you are ready."),
    Said(187, PLATFORM, "7.4.2 is built and signed."),
)

DAY: Final = (
    Said(
        194, DAYS, "I lead. Read: cause is the leak in 7.4.1; around it by stand-in; fix is 7.4.2."
    ),
    Said(
        196, DAYS, "Order: canary in Warsaw, 15 min, then Warsaw, Paris, Frankfurt. Frankfurt last."
    ),
    Said(199, PLATFORM, "7.4.2 is on one instance in Warsaw."),
    Said(203, ENGINEER, "Not one idle session from that instance so far."),
    Said(207, FIRST, "Canaries against it: ten out of ten, p99 of 420 ms."),
    Said(
        212,
        ENGINEER,
        "Still none after 13 minutes and 41 declines. The leak is closed.",
        FINDING,
        name="closed",
    ),
    Said(214, DAYS, "Go for all of Warsaw.", DECISION, name="go"),
    Said(219, PLATFORM, "Warsaw is on 7.4.2. Error rate there: 0.1 %, as on any day."),
    Said(223, SUPPORT, "A Polish chain of shops confirms: tills are normal."),
    Said(225, SPEAKER, "@Support lead can I quote them without the name?"),
    Said(226, SUPPORT, "Yes. “A large retailer” is fine with them."),
    Said(
        230,
        SPEAKER,
        "Card payments in the EU: the fix is in place in the first of three data centres and works. "
        "The others follow within two hours. Next update in 30 min.",
        UPDATE,
    ),
    Said(234, PLATFORM, "Paris: half of the instances are on 7.4.2."),
    Said(238, PLATFORM, "Paris is on 7.4.2."),
    Said(241, ENGINEER, "Pool of Paris: 31 of 80 in use, nobody waits."),
    Said(
        244, RISK, "Stand-in is off for Warsaw. Paris follows when it was quiet for half an hour."
    ),
    Said(
        247, SETTLEMENT, "The next run must know of the stand-in payments: @settlement marks them."
    ),
    Said(
        250,
        SETTLEMENT,
        "Marked: 11,960 payments with the reason stand_in. The run takes them last.",
    ),
    Said(253, COMPLIANCE, "The initial notice is ready and waits for the number of merchants."),
    Said(
        256,
        MERCHANTS,
        "Merchants with at least one failed payment: 2,140. From the query in the files.",
        name="merchants",
    ),
    Said(
        258,
        MERCHANTS,
        "2,104, not 2,140: two digits changed places when I typed it.",
        corrects="merchants",
    ),
    Said(
        262,
        DAYS,
        "Frankfurt carries 60 % of the traffic. We wait for the peak to pass.",
        DECISION,
    ),
    Said(
        264,
        SPEAKER,
        "Card payments in the EU: two of three data centres are repaired. Payments through the third "
        "may need a second try. Next update in 45 min.",
        UPDATE,
    ),
    Said(268, FIRST, "Peak is at 3,900 a minute, a little under last week's."),
    Said(272, SUPPORT, "Tickets: 212 open, 160 answered, no new one in half an hour."),
    Said(276, ENGINEER, "Frankfurt ends 9 idle sessions a minute. It holds."),
    Said(281, RISK, "Stand-in is off for Paris."),
    Said(285, FIRST, "Peak is over: 2,700 a minute and falling."),
    Said(288, DAYS, "@Platform on-call go for Frankfurt, a third at a time, five minutes between."),
    Said(292, PLATFORM, "First third of Frankfurt is on 7.4.2."),
    Said(298, PLATFORM, "Second third. No waiters on the new ones."),
    Said(301, FIRST, "Error rate over all zones: 0.9 %."),
    Said(
        304,
        SECOND,
        "What is left are the old instances of Frankfurt. They leak until they are gone.",
    ),
    Said(308, PLATFORM, "Last third has to wait: one host is in maintenance until the full hour."),
    Said(
        310,
        SPEAKER,
        "Card payments in the EU are close to normal. The repair of the last data centre ends within "
        "the hour. We then watch for thirty minutes before we call it over.",
        UPDATE,
        name="last update",
    ),
    Said(
        314,
        COMPLIANCE,
        "@Executive observer the classification is in the record: major under DORA.",
    ),
    Said(
        318, ENGINEER, "Idle sessions of Frankfurt: 12, and falling with every instance replaced."
    ),
    Said(323, DAYS, "When the last third is out: thirty minutes of quiet, then we say contained."),
    Said(327, PLATFORM, "Host is back from maintenance. Last third starts now."),
)
