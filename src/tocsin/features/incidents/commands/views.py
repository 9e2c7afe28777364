"""What can be asked of saved views. What somebody may not see is unknown to them."""

from dataclasses import dataclass
from typing import Final

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork, WorkChange
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.events.views import ViewSaved
from tocsin.features.incidents.rows.views import VIEW, ViewRow, kept_by, views_of
from tocsin.features.incidents.rules.query import read_spelled
from tocsin.features.incidents.state import View
from tocsin.features.incidents.terms import ViewAudience
from tocsin.features.people.rows import team_by_name
from tocsin.features.people.rows.teams import of_person
from tocsin.foundation.identifiers import new_id
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text

LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewWish:
    """A list to be kept under a name, and for whom."""

    name: str
    query: str
    audience: ViewAudience = ViewAudience.PRIVATE
    team: str | None = None


def saved_views(work: UnitOfWork) -> list[ViewRow]:
    """The saved views that the actor may see."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        return saved_views_in(look)


def saved_views_in(look: Look) -> list[ViewRow]:
    """The same, within a look under way."""
    return views_of(look.rows, look.actor.by.id, _teams(look))


def one_view(work: UnitOfWork, id: str) -> ViewRow:
    """One saved view. Refuses `unknown_view`."""
    found = [view for view in saved_views(work) if view.id == id]
    if not found:
        raise _unknown(id)
    return found[0]


def save_view(work: UnitOfWork, wish: ViewWish) -> str:
    """Keep a list under a name; answers the view's id.

    Refuses `name_missing`, `no_such_team`, `not_allowed`, and what the list's query refuses.
    """
    name, query = _name(wish.name), read_spelled(wish.query).spelled()
    with work.change(_permission(wish.audience)) as change:
        if change.earlier is not None:
            return change.earlier
        team = _team(change, wish)
        said = ViewSaved(name=Text(name), query=Text(query), audience=wish.audience, team=team)
        kept = kept_by(change.rows, change.actor.by.id)
        id_ = new_id(change.now)
        change.record(VIEW, id_, lifecycle.save_view(said, kept=kept))
        change.concerns(id_)
        return id_


def rename_view(work: UnitOfWork, id: str, name: str) -> None:
    """Give a view another name. Refuses `unknown_view`, `name_missing`, `not_allowed`."""
    said = Text(_name(name))
    with work.change(Permission.SEE_INCIDENTS) as change:
        if change.earlier is not None:
            return
        view, by = _found(change, id), change.actor.by.id
        events = lifecycle.rename_view(view, name=said, by=by, is_admin=_is_admin(change))
        change.record(VIEW, id, events)
        change.concerns(id)


def delete_view(work: UnitOfWork, id: str) -> None:
    """List a view no more. Refuses `unknown_view`, `not_allowed`."""
    with work.change(Permission.SEE_INCIDENTS) as change:
        if change.earlier is not None:
            return
        view, by = _found(change, id), change.actor.by.id
        events = lifecycle.delete_view(view, by=by, is_admin=_is_admin(change))
        change.record(VIEW, id, events)
        change.concerns(id)


def _permission(audience: ViewAudience) -> Permission:
    """What everybody or a team sees in their tabs is for those who work on incidents to say."""
    is_private = audience is ViewAudience.PRIVATE
    return Permission.SEE_INCIDENTS if is_private else Permission.RESPOND


def _team(change: WorkChange, wish: ViewWish) -> str | None:
    if wish.audience is not ViewAudience.TEAM or not wish.team:
        return None
    if team_by_name(change.rows, wish.team) is None:
        raise Refused("no_such_team", phrase("There is no team %(team)s.", team=wish.team))
    if wish.team not in _teams(change) and not _is_admin(change):
        raise Refused("not_allowed", "Only who is in a team, or an admin, saves a view for it.")
    return wish.team


def _found(change: WorkChange, id_: str) -> View:
    found = change.change.find(VIEW, id_)
    if found is None or found[0].is_deleted or not _may_see(change, found[0]):
        raise _unknown(id_)
    return found[0]


def _may_see(change: WorkChange, view: View) -> bool:
    """An admin may take away what is shared; what is private is its owner's alone."""
    if view.owner == change.actor.by.id or view.audience is ViewAudience.EVERYBODY:
        return True
    return view.audience is ViewAudience.TEAM and (_is_admin(change) or view.team in _teams(change))


def _is_admin(change: WorkChange) -> bool:
    return Permission.MANAGE_SETTINGS in change.actor.may


def _teams(where: Look | WorkChange) -> list[str]:
    person = where.actor.person
    return [] if person is None else of_person(where.rows, person)


def _name(written: str) -> str:
    name = " ".join(written.split())
    if not name:
        raise Refused("name_missing", "Give the view a name.")
    if len(name) > LONGEST_NAME:
        raise Refused(
            "bad_name", phrase("A name has %(most)s characters at most.", most=LONGEST_NAME)
        )
    return name


def _unknown(id_: str) -> Refused:
    return Refused("unknown_view", phrase("There is no view %(id)s.", id=id_))
