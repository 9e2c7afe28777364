"""What can be asked of the files of incidents. The web, the API and the background work call these."""

from tocsin.features.evidence.commands.admitting import Desk, admit
from tocsin.features.evidence.commands.attaching import (
    About,
    Judged,
    attach,
    attach_in,
    attach_text,
    judge,
)
from tocsin.features.evidence.commands.checking import files as check_files
from tocsin.features.evidence.commands.filing import Filed, Filing
from tocsin.features.evidence.commands.looking import (
    Opened,
    may_withdraw,
    opened,
    the_file,
    version_of,
)
from tocsin.features.evidence.commands.noting import Notes
from tocsin.features.evidence.commands.reading import plain
from tocsin.features.evidence.commands.receiving import Body, Sent, from_body, from_form, in_time
from tocsin.features.evidence.commands.scanning import drop_unfinished, scan_waiting
from tocsin.features.evidence.commands.withdrawing import withdraw, withdraw_again

__all__ = [
    "About",
    "Body",
    "Desk",
    "Filed",
    "Filing",
    "Judged",
    "Notes",
    "Opened",
    "Sent",
    "admit",
    "attach",
    "attach_in",
    "attach_text",
    "check_files",
    "drop_unfinished",
    "from_body",
    "from_form",
    "in_time",
    "judge",
    "may_withdraw",
    "opened",
    "plain",
    "scan_waiting",
    "the_file",
    "version_of",
    "withdraw",
    "withdraw_again",
]
