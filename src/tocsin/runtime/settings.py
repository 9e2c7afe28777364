"""The settings: `tocsin.toml` and `TOCSIN_*` in the environment. An unknown setting is an error."""

import os
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from tocsin.features.evidence.port import MOST_OF_A_FILE, MOST_OF_AN_INCIDENT
from tocsin.features.mail_in.port import USUAL_MOST_BYTES
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

PREFIX: Final = "TOCSIN_"
FALLBACK: Final = phrase(
    "Call your team, write down times by hand, and declare it here afterwards as already over."
)
FOR_CLIENTS: Final = {"TOCSIN_URL", "TOCSIN_TOKEN"}
"""Read by the responder commands, not by the server."""


class Settings(BaseSettings):
    """Everything an operator may set. Every setting has a default that is safe."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", toml_file="tocsin.toml")

    data_folder: Path = Field(
        default=Path("tocsin-data"), description="Where the database and the keys are kept."
    )
    database_url: str = Field(
        default="",
        description="`postgresql+psycopg://…`; empty for SQLite in the data folder.",
    )
    keys_folder: Path | None = Field(
        default=None,
        description="Where the key files are; `keys` in the data folder where it is not set.",
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8700, ge=1, le=65535, description="The port to listen on.")
    origin: str = Field(
        default="tocsin.local/ledger",
        description="The ledger's name in every checkpoint; fixed when it is founded.",
    )

    public_url: str = Field(
        default="",
        description="The address people use, such as https://tocsin.example.com; from `host` and "
        "`port` where it is not set. With https, cookies are sent over TLS only.",
    )
    trusted_proxies: tuple[str, ...] = Field(
        default=(),
        description="Addresses of reverse proxies whose X-Forwarded-For and -Proto are believed.",
    )
    smtp_url: str = Field(
        default="",
        description="`smtp://user:password@host:port` (STARTTLS where offered) or `smtps://…`; "
        "empty: mail is kept and shown, not sent.",
    )
    mail_from: str = Field(
        default="tocsin@localhost.localdomain", description="The sender of every mail."
    )
    mail_in: str = Field(
        default="",
        description="`host:port` to take mail in on over SMTP, such as 127.0.0.1:2525; empty: none is.",
    )
    mail_in_domain: str = Field(
        default="",
        description="The domain of the addresses that take mail in, such as in.example.com.",
    )
    mail_in_bytes: int = Field(
        default=USUAL_MOST_BYTES,
        ge=10_000,
        le=100_000_000,
        description="How large a mail may be that comes in; never more than `attachment_bytes`.",
    )
    allowed_networks: tuple[str, ...] = Field(
        default=(),
        description="Networks, such as 10.1.0.0/16, that outgoing calls may reach although private.",
    )
    outgoing_ports: tuple[int, ...] = Field(
        default=(80, 443), description="The ports that outgoing calls to public addresses may use."
    )
    attachment_bytes: int = Field(
        default=MOST_OF_A_FILE,
        ge=1,
        le=1_000_000_000,
        description="How large an attached file may be.",
    )
    incident_attachment_bytes: int = Field(
        default=MOST_OF_AN_INCIDENT,
        ge=1,
        le=100_000_000_000,
        description="How large all attached files of one incident may be together.",
    )
    scan_command: tuple[str, ...] = Field(
        default=(),
        description='A virus scanner, such as `["clamdscan", "-"]`: it gets a file on its standard '
        "input and ends with 0 (clean), 1 (infected) or anything else (it could not scan).",
    )
    scan_address: str = Field(
        default="",
        description="`host:port` of a clamd that scans attached files, in place of `scan_command`.",
    )

    fallback_note: str = Field(
        default=str(FALLBACK),
        max_length=500,
        description="What to do while Tocsin cannot be reached; stands on the page to declare on.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in code beats the environment, which beats the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def address(self) -> str:
        """The address people use, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def url(self) -> str:
        """The database, as SQLAlchemy names it."""
        return self.database_url or f"sqlite:///{self.data_folder.absolute() / 'tocsin.db'}"

    @property
    def keys(self) -> Path:
        """The folder of the key files."""
        return self.keys_folder or self.data_folder / "keys"


def read(**given: Any) -> Settings:
    """The settings in force; what is `given` beats environment and file.

    Refuses `bad_settings` in one sentence that names the setting.
    """
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | FOR_CLIENTS
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            raise Refused("bad_settings", f"{name} is not a setting of Tocsin.")
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise Refused("bad_settings", f"The setting {name} is not right: {first['msg']}.") from None
