"""What the API is asked in a body, field by field. What is not named here is refused."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tocsin.access.policy import Role

Name = Annotated[str, Field(min_length=1, max_length=100)]
TeamName = Annotated[
    str, Field(min_length=1, max_length=64, description="Small letters, - and 0-9.")
]


class Asked(BaseModel):
    """A body: only the fields named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewPerson(Asked):
    """Somebody to make known. Without a password they cannot sign in with one yet."""

    email: Annotated[str, Field(min_length=3, max_length=254)]
    name: Name
    role: Role = Role.RESPONDER
    password: Annotated[str | None, Field(min_length=12, max_length=128, repr=False)] = None
    team: TeamName | None = None


class GivenRole(Asked):
    """What somebody may do from now on."""

    role: Role


class KeysAsked(Asked):
    """The key in the place of each that is shipped; what is not named is as shipped."""

    keys: Annotated[
        dict[
            Annotated[str, Field(max_length=10)],
            Annotated[str, Field(max_length=10)],
        ],
        Field(max_length=100, description='Such as {"J": "Y"}: one sign for one sign.'),
    ]


class NewTeam(Asked):
    """A team: what rules call it, and what people do."""

    name: TeamName
    title: Annotated[str, Field(max_length=100)] = ""


class NewToken(Asked):
    """A key for a program."""

    name: Name
    role: Role
