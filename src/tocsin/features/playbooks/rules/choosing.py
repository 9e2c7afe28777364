"""Which templates and runbooks are for a service, and how a title reads under one. Pure."""

from collections.abc import Iterable

from tocsin.features.playbooks.terms import SAID, KeptTemplate, Runbook, Template
from tocsin.foundation.one_line import one_line


def for_service(templates: Iterable[KeptTemplate], service: str | None) -> list[KeptTemplate]:
    """The templates that name a service, in whatever case it is written."""
    wanted = (service or "").strip().casefold()
    if not wanted:
        return []
    return [one for one in templates if wanted in map(str.casefold, one.template.services)]


def runbooks_for(
    templates: Iterable[KeptTemplate], service: str | None, used: str | None
) -> list[Runbook]:
    """The runbooks for a service, those of the template that was used first. Each link once."""
    several = list(templates)
    chosen = [one for one in several if one.name == used]
    links = [
        link for one in [*chosen, *for_service(several, service)] for link in one.template.runbooks
    ]
    return list({link.url: link for link in reversed(links)}.values())[::-1]


def tasks_of(template: Template) -> tuple[str, ...]:
    """The first tasks, one a line, without the mark of a list."""
    lines = (line.strip().removeprefix("- ") for line in template.first_tasks.splitlines())
    return tuple(line for line in map(one_line, lines) if line)


def titled(template: Template, said: str) -> str:
    """The title under a template. What reads so already is left as it is."""
    before, _, after = template.title.partition(SAID)
    if said.startswith(before) and said.endswith(after) and (before or after):
        return said
    return f"{before}{said}{after}"
