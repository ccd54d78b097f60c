"""What every table of the configuration is, and what a file that it names is."""

from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, field_validator

__all__ = ["FOLDER", "Place", "Section"]

FOLDER: ContextVar[Path | None] = ContextVar("folder", default=None)
"""Where the configuration that is being read stands."""


class Section(BaseModel):
    """A table of the configuration: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _no_boolean(cls, value: Any) -> Any:
        """No option is one; Python would count ``true`` as 1, and ``retention_days = true`` drop nearly every row."""
        if isinstance(value, bool):
            raise ValueError(f"{str(value).lower()} means nothing here")
        return value


def _placed(path: Path) -> Path:
    try:
        path = path.expanduser()
    except RuntimeError:
        raise ValueError("there is no home folder that ~ could stand for") from None
    folder = FOLDER.get()
    return folder / path if folder else path


Place = Annotated[Path, AfterValidator(_placed)]
"""A file that the configuration names: ``~`` is the user's home, and what is relative starts beside the configuration,
wherever the sidecar is started from."""
