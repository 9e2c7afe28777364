"""Calls and excerpts of the grave incident. Data only."""

from typing import Final

CALLS: Final = (
    (25, "a supermarket chain in Austria", "tills fall back to signature"),
    (34, "a railway", "ticket machines show “try again”; two lines of people"),
    (47, "a hotel group", "deposits fail, arrivals are let in anyway"),
    (65, "a streaming provider", "renewals are retried by themselves"),
    (82, "a food delivery service", "has switched half of its traffic to its second provider"),
    (99, "the railway", "machines are fine since the stand-in"),
    (118, "an electronics shop", "large baskets fail; asks for an hour at which it ends"),
    (135, "a chain of pharmacies", "no trouble seen at all"),
    (157, "a ticket office", "on-sale at the full hour; moved it by two hours for our sake"),
    (181, "the electronics shop", "will call back, is content with the half-hourly word"),
    (209, "the ticket office", "asks whether the new hour holds; told them it should"),
    (236, "the food delivery service", "has switched back"),
    (261, "an airline", "wants a written account for its own regulator"),
    (295, "the ticket office", "on-sale went through without a failure"),
)
"""Calls of merchants: at which minute, who, and what they say."""

CHAT: Final = """\
[+4 min] payments-second-line: reserve() takes a connection from the pool
[+5 min] database-engineer: and gives it back in the finally of settle(), which a decline never reaches
[+5 min] payments-second-line: so every declined card keeps one until the server ends it
[+6 min] database-engineer: 40 declines a minute and a pool of 80: two minutes to full. That is the graph.
[+7 min] payments-second-line: with 80 it took a bit longer than with 40. So cfg-8841 looked guilty
"""

LOG: Final = """\
+000.000 INFO  pool=ledger-db-eu size=40 was=80 source=cfg-8841
+039.902 WARN  pool=ledger-db-eu waiters=3 wait_p99=0.4s
+126.259 WARN  pool=ledger-db-eu waiters=88 wait_p99=2.1s
+423.784 WARN  pool=ledger-db-eu waiters=212 wait_p99=4.8s
+426.323 ERROR authorise failed code=ledger_timeout region=eu-central merchant=m-20418
+426.324 ERROR authorise failed code=ledger_timeout region=eu-central merchant=m-11873
+426.342 WARN  session 4471 idle in transaction since 31.2s client=auth-gateway/7.4.1
"""
