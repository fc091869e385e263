"""The command line: every view and every command without the screen.

stdout is data, stderr is narration. Exit codes: 0 done, 1 the simulation refused (with the reason), 2 wrong usage,
3 a file or an input cannot be read, 130 interrupted. Names are fixed: scripts depend on them.
"""

from __future__ import annotations

import sys

from mctui.cli.parser import COMMANDS, build_parser


def run(argv: list[str]) -> int:
    """Run one command line; returns the exit code. Without a command it is the app, on a scenario or a file."""
    parser = build_parser()
    if not argv or (argv[0] not in COMMANDS and not argv[0].startswith("-")):
        argv = ["app", *argv]
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as stop:  # argparse has said what is wrong
        return int(stop.code or 0)
    if not hasattr(arguments, "command"):
        parser.print_usage(sys.stderr)
        return 2
    return _guarded(arguments)


def _guarded(arguments: object) -> int:
    from importlib import import_module

    from store.errors import OrgError

    module, function = COMMANDS[arguments.command]  # type: ignore[attr-defined]
    try:
        code = getattr(import_module(f"mctui.cli.{module}"), function)(arguments)
        sys.stdout.flush()
        return int(code or 0)
    except OrgError as error:
        _say(error, as_json=getattr(arguments, "json", False))
        return error.exit_code
    except BrokenPipeError:
        # The reader (head, less) has gone; Python would complain once more when it flushes at exit.
        sys.stdout = None  # type: ignore[assignment]
        return 0
    except KeyboardInterrupt:
        print("Interrupted. The step that ran was rolled back.", file=sys.stderr)
        return 130


def _say(error: object, *, as_json: bool) -> None:
    if as_json:
        import json

        print(json.dumps({"error": error.as_dict()}, ensure_ascii=False, indent=2))  # type: ignore[attr-defined]
    print(error, file=sys.stderr)
