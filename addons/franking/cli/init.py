"""``frank init``: writes a commented configuration, or a project's own file."""

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["commented", "init", "project_text"]


def init(
    project: Annotated[
        bool, typer.Option("--project", help="Write this project's .kilocode/config.json; its ID may follow.")
    ] = False,
    name: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="With --project: the project's id; '' opts it out.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Writes a commented configuration file where it would be read.

    With --project it writes .kilocode/config.json in the repository's top (or here, where there is no repository), with
    the schema that editors use for completion and checks. Without an ID it is the one that the repository has now.
    """
    from franking import paths
    from franking.cli.errors import Failure

    if name is not None and not project:
        raise typer.BadParameter("an ID is for --project only", param_hint="ID")
    if project:
        folder, found = _repository()
        file = folder / ".kilocode" / "config.json"
        text = project_text(found if name is None else name, paths.shipped("kilocode-config.schema.json"))
    else:
        file = paths.config_file()
        text = commented(paths.shipped("franking.toml").read_text(encoding="utf-8"))
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("w" if force else "x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise Failure(f"{file} is there already. Edit it, or overwrite it with --force.") from None
    typer.echo(f"Wrote {file}")


def commented(shipped: str) -> str:
    """The shipped configuration with every key commented out, so that writing it changes nothing."""
    return "\n".join(_comment(line) for line in shipped.splitlines()) + "\n"


def _comment(line: str) -> str:
    """Tables stay, for they are harmless; but an entry of a list would be one more, and a name alone no gateway."""
    keeps = not line.strip() or line.startswith("#") or (line.startswith("[") and not line.startswith("[["))
    return line if keeps else f"# {line}"


def project_text(project_id: str, schema: Path) -> str:
    """A project's own file. schema: where the schema is shipped; its ``$id`` is what editors are told."""
    named = json.loads(schema.read_text(encoding="utf-8")).get("$id") or schema.as_uri()
    return json.dumps({"$schema": named, "project": {"id": project_id}}, indent=2, ensure_ascii=False) + "\n"


def _repository() -> tuple[Path, str]:
    """The working directory's repository and its project id; the directory and its name where there is none."""
    from franking.attribution.places import Places
    from franking.attribution.project_id import stored

    here = Path.cwd()
    place = Places().at(str(here), {})
    if place is None or place.repository is None:
        return here, here.name
    repository = place.repository
    return Path(repository.toplevel), stored(repository.remote or "") or repository.name
