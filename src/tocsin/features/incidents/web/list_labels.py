"""What the list of incidents calls its groups, columns, orders and filters, as phrases of ours."""

from typing import Final

from tocsin.features.incidents.rules.clocks import Nearness
from tocsin.foundation.phrase import phrase

PROMISES: Final = {
    1: phrase("all hands"),
    2: phrase("team"),
    3: phrase("working hours"),
    4: phrase("backlog"),
}
VIEWS: Final = {
    "open": phrase("Open"),
    "mine": phrase("Mine"),
    "over": phrase("Resolved or closed"),
    "training": phrase("Training"),
}
GROUPS: Final = {
    "severity": phrase("Severity"),
    "clock": phrase("Next clock"),
    "team": phrase("Team"),
    "service": phrase("Service"),
    "commander": phrase("Commander"),
}
WITHOUT: Final = {
    "team": phrase("No team"),
    "service": phrase("No service"),
    "commander": phrase("No commander"),
}
"""Over the rows that have no such thing."""
CAPTIONS: Final = {
    "severity": phrase("grouped by severity"),
    "clock": phrase("grouped by next clock"),
    "team": phrase("grouped by team"),
    "service": phrase("grouped by service"),
    "commander": phrase("grouped by commander"),
}
SORTS: Final = {
    "need": phrase("Worst, then oldest"),
    "clock": phrase("What runs out next"),
    "newest": phrase("Newest"),
    "updated": phrase("Last changed"),
}
COLUMNS: Final = {
    "team": phrase("Team"),
    "service": phrase("Service"),
    "alerts": phrase("Alerts"),
    "clock": phrase("Next clock"),
    "commander": phrase("Commander"),
    "age": phrase("Age"),
    "updated": phrase("Last changed"),
}
CLOCKS: Final = {
    Nearness.OVER: phrase("Over"),
    Nearness.QUARTER: phrase("Within 15 minutes"),
    Nearness.HOUR: phrase("Within the hour"),
    Nearness.DAY: phrase("Within a day"),
    Nearness.LATER: phrase("Later"),
    Nearness.NOTHING: phrase("Nothing promised"),
}
CHIPS: Final = {
    "text": phrase("Words"),
    "severity": phrase("Severity"),
    "phase": phrase("State"),
    "service": phrase("Service"),
    "team": phrase("Team"),
    "commander": phrase("Commander"),
    "mode": phrase("Mode"),
    "tag": phrase("Tag"),
    "restricted": phrase("Restricted"),
    "merge": phrase("Perhaps the same"),
    "since": phrase("Opened since"),
    "until": phrase("Opened until"),
}
YES_OR_NO: Final = {"yes": phrase("yes"), "no": phrase("no")}
