"""``marsale init``: a folder to work in, ready to be filled."""

from __future__ import annotations

from pathlib import Path

import click

from report_helpers.errors import ConfigurationError

_WORKSPACE = Path(__file__).parent / "workspace"
_MAPPINGS = Path(__file__).parents[1] / "data" / "mappings"


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--force", is_flag=True, help="Add what is missing to a folder that holds files.")
def command(folder: Path, force: bool) -> None:
    """Make FOLDER a workspace: settings, mappings, empty tables and a README.

    A file that is there is never overwritten.
    """
    if folder.exists() and any(folder.iterdir()) and not force:
        raise ConfigurationError(
            "the folder is not empty",
            where=str(folder),
            remedy="choose a new folder, or add --force to put in only the files it lacks",
        )
    for name, text in contents().items():
        file = folder / name
        if file.exists():
            click.echo(f"  {file}  kept as it is")
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        click.echo(f"  {file}")
    click.echo(f"Read {folder / 'README.md'} for the first steps.")


def contents() -> dict[str, str]:
    """Return the files of a workspace: path and text."""
    from report_helpers.data.contracts import TABLES

    files = {
        name: (_WORKSPACE / source).read_text(encoding="utf-8")
        for name, source in (
            ("README.md", "README.md"),
            ("marsale.toml", "marsale.toml"),
            (".gitignore", "gitignore"),
        )
    }
    for mapping in sorted(_MAPPINGS.glob("*.toml")):
        files[f"mappings/{mapping.name}"] = mapping.read_text(encoding="utf-8")
    for table in TABLES.values():
        files[f"data/{table.name}.csv"] = ",".join(table.names) + "\n"
    return files
