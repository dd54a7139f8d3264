"""The command line: options in, exit code out. What is heavy is imported where it is used."""

import gc
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from keyword import iskeyword
from pathlib import Path
from typing import NoReturn

import click

from citewell import __version__
from citewell.console import FINDINGS, INTERRUPTED, OK, UNUSABLE, discard_stdout, write

_MODULES = {
    name: f"{name}_cli"
    for name in ["add", "attest", "check", "export", "fix", "import", "ledger", "refresh", "report"]
}
"""The modules of the commands that are not written here."""


def main() -> NoReturn:
    """Run the command, and leave with its exit code; a closed pipe ends it quietly."""
    # pydantic would search all installed packages for plugins that nobody here has asked for.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # What a run builds has no cycles to collect, and looking for some takes time.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may not know all letters
    try:
        code = cli.main(standalone_mode=False) or OK
    except click.exceptions.Abort:
        click.echo("Interrupted.", err=True)
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = UNUSABLE
    except Exception as error:  # noqa: BLE001 - users get a sentence, not a traceback
        click.echo(f"Internal error: {type(error).__name__}: {error}. Please report it.", err=True)
        code = UNUSABLE
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        discard_stdout()
    gc.freeze()  # the interpreter collects once more when it ends, to no use
    sys.exit(code)


class _Commands(click.Group):
    """Commands of which most are imported when they are asked for: each has a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of the alphabet."""
        return sorted((*super().list_commands(ctx), *_MODULES))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None if there is none."""
        return _load(cmd_name) if cmd_name in _MODULES else super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that *args* begin with; who mistypes it is told of one of all."""
        if args[0] not in self.list_commands(ctx):
            self.commands = {**self.commands, **{name: _load(name) for name in _MODULES}}
        return super().resolve_command(ctx, args)


def _load(name: str) -> click.Command:
    module = import_module(f"citewell.{_MODULES[name]}")
    command: click.Command = getattr(module, f"{name}_" if iskeyword(name) else name)
    return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="citewell")
def cli() -> None:
    """Check structured medical content: every claim, a source that still stands."""


@cli.command()
@click.argument("rule", required=False)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def explain(rule: str | None, format_: str) -> None:
    """Say what RULE checks and why, with a bad and a good example; without RULE, list all."""
    import json
    from dataclasses import asdict

    from citewell.report import explanation
    from citewell.rules import RULES, docstring
    from citewell.spelling import did_you_mean

    rules = {each.name: each for each in RULES}
    if rule is not None and rule not in rules:
        guess = did_you_mean(rule, rules) or "'citewell explain' lists all."
        raise click.UsageError(f"There is no rule '{rule}'. {guess}")
    chosen = [docstring.explain(each) for name, each in rules.items() if rule in (None, name)]
    if format_ == "json":
        objects = [asdict(each) for each in chosen]
        write([json.dumps(objects if rule is None else objects[0], indent=2)])
    elif rule is None:
        write(explanation.listing(chosen), color="auto")
    else:
        write(explanation.whole(chosen[0]), color="auto")


@cli.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("schemas"),
    show_default=True,
    help="The folder to write into, or to compare with.",
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if one differs.")
def schema(output: Path, only_check: bool) -> int:
    """Write the JSON Schemas of articles, of waivers, and of what check prints."""
    from citewell import json_schema

    try:
        changed = json_schema.stale(output) if only_check else json_schema.write(output)
    except OSError as error:
        raise click.UsageError(f"{output} cannot be used: {error.strerror}") from None
    for path in changed:
        stale = f"is not what the models say: run 'citewell schema --output {output}'"
        click.echo(f"{path}: {stale if only_check else 'written'}")
    return FINDINGS if only_check and changed else OK
