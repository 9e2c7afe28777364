"""What people of the made-up company write while they work on incidents. Data only."""

from dataclasses import dataclass
from typing import Final

from tocsin.runtime.demo.troubles import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How an incident of one cause goes, in the words of those who work on it."""

    notes: tuple[str, ...]
    finding: str
    mitigation: str
    resolution: str
    runbook: str
    change: str | None = None


COURSES: Final = {
    Cause.DEPLOY: Course(
        notes=(
            "It began within minutes of the last release. Comparing both versions.",
            "Errors come from new instances only.",
            "Release notes mention a changed default in the client library.",
        ),
        finding="The new release opens a connection for every request instead of reusing them.",
        mitigation="Rolled back to the release before.",
        resolution="Fixed release is out on all instances; errors are back to normal.",
        runbook="roll-back-a-release",
        change="release",
    ),
    Cause.CAPACITY: Course(
        notes=(
            "All workers are busy; the queue grows by about a thousand a minute.",
            "Traffic is 40 % above the same hour of last week. A merchant runs a sale.",
            "Scaling is held back by the quota of the zone.",
        ),
        finding="The connection pool is smaller than the number of workers since they were doubled.",
        mitigation="Doubled the instances and shed the bulk jobs.",
        resolution="The queue is empty and stays so; bulk jobs run again.",
        runbook="add-capacity",
    ),
    Cause.PARTNER: Course(
        notes=(
            "The partner's status page says nothing. Called their desk.",
            "Their side confirms trouble; no estimate yet.",
            "Retries are spread out, so that we do not add to their load.",
        ),
        finding="The partner moved to other addresses a day before the announced date.",
        mitigation="Switched to the second partner where there is one; the rest waits in the queue.",
        resolution="The partner is back. What had waited was sent again, in order.",
        runbook="partner-is-away",
    ),
    Cause.SETTING: Course(
        notes=(
            "Same version, other behaviour: looking at what was set, not at what was shipped.",
            "Two of the regions have the old value and work.",
        ),
        finding="A setting was changed for a test and went to production with the nightly sync.",
        mitigation="Put the setting back by hand in all regions.",
        resolution="The setting is back in the repository as well, with a check on its range.",
        runbook="compare-settings",
        change="setting",
    ),
    Cause.DATABASE: Course(
        notes=(
            "Sessions wait for one lock. Its owner is a report that began at the full hour.",
            "Replica lag is at seven minutes and grows.",
            "Vacuum has not finished on the largest table since the weekend.",
        ),
        finding="A report without a time limit held a lock that every posting needs.",
        mitigation="Ended the report and moved reads to the second replica.",
        resolution="Lag is zero. Reports have a limit of thirty seconds now.",
        runbook="database-locks",
    ),
    Cause.CERTIFICATE: Course(
        notes=(
            "Clients refuse the chain: an intermediate certificate is missing.",
            "Only clients with older trust stores are affected.",
        ),
        finding="The renewal put the leaf in place without its new intermediate.",
        mitigation="Installed the full chain on the first half of the instances.",
        resolution="All instances serve the full chain; the renewal checks for it.",
        runbook="renew-a-certificate",
        change="certificate-renewal",
    ),
    Cause.NETWORK: Course(
        notes=(
            "Loss of 4 % between the zones, none within them.",
            "The provider sees a faulty line card and moves traffic away.",
            "Connections come back but do not balance.",
        ),
        finding="One of two uplinks dropped large packets only, so the checks stayed green.",
        mitigation="Took the faulty link out of rotation.",
        resolution="The provider replaced the part. Both links carry traffic again.",
        runbook="drain-a-zone",
    ),
    Cause.ATTACK: Course(
        notes=(
            "Requests come from some four hundred addresses of one network.",
            "No sign of success so far. Sessions of the last day are being looked at.",
        ),
        finding="The pattern is that of a known list of leaked passwords; none of them was right.",
        mitigation="Blocked the network at the edge and ended the sessions in question.",
        resolution="Quiet for six hours. The block stays for thirty days.",
        runbook="hostile-traffic",
    ),
}

STATUS_UPDATES: Final = (
    "We are looking into a disturbance. Payments may be slow or fail. Next update in 30 minutes.",
    "We found what causes the disturbance and are working on it. Next update in 30 minutes.",
    "The disturbance is contained. We keep watching. Next update when it is over.",
)

FALSE_ALARMS: Final = (
    "The check itself was broken: it asked an address that was retired last week.",
    "A single slow answer, and a threshold that asks for trouble. Threshold raised.",
    "The monitor lost its own network for four minutes. Nothing was wrong with the service.",
    "Test traffic of the load test carried production labels.",
)

REOPENINGS: Final = (
    "Errors are back since a few minutes, the same as before.",
    "Two merchants say it fails again; the graphs agree.",
    "It came back with the evening peak.",
)

SEVERITY_REASONS: Final = {
    1: "More than a third of the merchants are affected.",
    2: "A second region is affected as well.",
    3: "Only one partner is affected, and there is a way around.",
    4: "Nobody outside has noticed, and it can wait until the morning.",
}
