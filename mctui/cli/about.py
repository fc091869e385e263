"""About mctui itself: keys, paths, completion, assumptions."""

from __future__ import annotations

import json
from argparse import Namespace

from mctui.cli.output import print_json, print_table
from mctui.cli.parser import COMMANDS
from store.errors import Refused


def keys(arguments: Namespace) -> None:
    """The keys of the app."""
    from mctui.keys import keys_table

    rows = keys_table()
    if arguments.json:
        print_json([dict(zip(("keys", "action", "section", "help"), row, strict=False)) for row in rows])
    else:
        print_table(["keys", "action", "section", "help"], rows)


def paths(arguments: Namespace) -> None:
    """Where things are kept."""
    from mctui.paths import Paths

    here = Paths.here()
    found = {"config": str(here.config), "state": str(here.state), "keys": str(here.keys), "worlds": str(here.worlds)}
    if arguments.json:
        print_json(found)
    else:
        print_table(["what", "where"], list(found.items()))


def completion(arguments: Namespace) -> None:
    """A completion script: commands first, then files."""
    words = " ".join(name for name in COMMANDS if name != "app")
    scripts = {
        "bash": f"""\
_mctui() {{
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "{words}" -f -- "${{COMP_WORDS[1]}}"))
  else COMPREPLY=($(compgen -f -- "${{COMP_WORDS[COMP_CWORD]}}")); fi
}}
complete -o filenames -F _mctui mctui""",
        "zsh": f"""\
#compdef mctui
_arguments '1: :({words})' '*:file:_files'""",
        "fish": f"complete -c mctui -n __fish_use_subcommand -a '{words}'",
    }
    print(scripts[arguments.shell])


def assumptions(arguments: Namespace) -> None:
    """What could not be verified; with a file the values in force, with NAME=VALUE one is switched as a step."""
    from store import Org
    from store.assumptions import assumptions as declared
    from store.assumptions import current, find
    from store.products import load

    load()
    values = {each.name: each.default for each in declared()}
    if arguments.file:
        with Org.open(arguments.file, readonly=not arguments.setting) as org:
            if arguments.setting:
                name, given, text = arguments.setting.partition("=")
                if not given:
                    raise Refused(f"'{arguments.setting}' switches nothing.", fix="Write NAME=VALUE.")
                org.do("assumptions.set", name=name, value=_as(type(find(name).default), text))
            values = {each.name: current(org, each.name) for each in declared()}
    if arguments.json:
        print_json([{**vars(each), "value": values[each.name]} for each in declared()])
        return
    for each in declared():
        choices = f" (one of: {', '.join(map(str, each.choices))})" if each.choices else ""
        switched = "" if values[each.name] == each.default else f", default {each.default}"
        print(f"{each.name} = {values[each.name]}{switched}{choices}\n    {each.about}\n    {each.source}")


def _as(kind: type, text: str) -> str | int | bool:
    if kind is str:
        return text
    try:
        value = json.loads(text.lower())
    except json.JSONDecodeError:
        value = text
    if type(value) is not kind:
        raise Refused(f"'{text}' is not a value for this.", fix=f"Give a {kind.__name__}.")
    return kind(value)  # type: ignore[no-any-return]
