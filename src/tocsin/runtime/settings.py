"""The settings: `tocsin.toml` and `TOCSIN_*` in the environment. An unknown setting is an error."""

import os
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from tocsin.foundation.refusal import Refused

PREFIX: Final = "TOCSIN_"
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
    def url(self) -> str:
        """The database, as SQLAlchemy names it."""
        return self.database_url or f"sqlite:///{self.data_folder.absolute() / 'tocsin.db'}"

    @property
    def keys(self) -> Path:
        """The folder of the key files."""
        return self.keys_folder or self.data_folder / "keys"


def read() -> Settings:
    """The settings in force. Refuses `bad_settings` in one sentence that names the setting."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | FOR_CLIENTS
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            raise Refused("bad_settings", f"{name} is not a setting of Tocsin.")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise Refused("bad_settings", f"The setting {name} is not right: {first['msg']}.") from None
