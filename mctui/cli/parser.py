"""What may be typed. Only argparse is imported here, so that `--help` is there at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable

# command -> (module of mctui.cli, function in it)
COMMANDS = {
    "app": ("app", "app"),
    "scenarios": ("worlds", "scenarios"),
    "new": ("worlds", "new"),
    "run": ("worlds", "run"),
    "step": ("worlds", "step"),
    "back": ("worlds", "back"),
    "goto": ("worlds", "goto"),
    "breakpoints": ("breakpoints", "breakpoints"),
    "log": ("worlds", "log"),
    "fork": ("worlds", "fork"),
    "diff": ("comparing", "diff"),
    "check": ("worlds", "check"),
    "show": ("views", "show"),
    "why": ("views", "why"),
    "findings": ("views", "findings"),
    "queries": ("views", "queries"),
    "journeys": ("views", "journeys"),
    "lineage": ("lineage", "lineage"),
    "mapping": ("mapping", "mapping"),
    "sql": ("dry_run", "sql"),
    "do": ("data", "do"),
    "soql": ("soql", "soql"),
    "crm": ("data", "crm"),
    "import": ("imports", "import_path"),
    "ftp": ("imports", "ftp"),
    "export": ("data", "export"),
    "render": ("later", "render"),
    "serve": ("later", "serve"),
    "echo": ("echo", "echo"),
    "keys": ("about", "keys"),
    "paths": ("about", "paths"),
    "completion": ("about", "completion"),
    "assumptions": ("about", "assumptions"),
}

_ABOUT = """\
A Salesforce Marketing Cloud Engagement account and the CRM beside it, in one SQLite file that you step forward and
back in a terminal. Without a command: the app, on a scenario or a file.
"""

Adder = Callable[..., argparse.ArgumentParser]


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: the look-up costs more than the rest of `--help`."""

    def __call__(self, parser: argparse.ArgumentParser, *rest: object) -> None:
        from importlib.metadata import version

        print(f"mctui {version('mctui')}")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="mctui", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")

    def add(name: str, about: str, *, file: bool = False, as_json: bool = False) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
        one.set_defaults(command=name)
        if file:
            one.add_argument("file", metavar="FILE", help="a world: a file made by `mctui new`")
        if as_json:
            one.add_argument("--json", action="store_true", help="one JSON object on stdout")
        return one

    _add_worlds(add)
    _add_views(add)
    _add_data(add)
    _add_echo(add)
    _add_about(add)
    return parser


def _seed_and_size(one: argparse.ArgumentParser) -> None:
    one.add_argument("--seed", type=int, help="what all draws depend on (default 1)")
    one.add_argument("--size", type=_positive, metavar="N", help="people in the scenario")


def _business_unit(one: argparse.ArgumentParser) -> None:
    one.add_argument("--bu", metavar="NAME|MID", help="as the business unit sees it (default: the enterprise)")


def _salesforce_org(one: argparse.ArgumentParser) -> None:
    one.add_argument("--org", metavar="NAME", help="in this Salesforce org (default: the first; `show FILE orgs`)")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _add_worlds(add: Adder) -> None:
    app = add("app", "the app on a scenario (default: the first) or a file")
    app.add_argument("target", nargs="?", metavar="SCENARIO|FILE")
    app.add_argument("--ascii", action="store_true", help="draw with ASCII only; in the app `:ascii` switches it")
    _seed_and_size(app)
    add("scenarios", "list the ready-made worlds", as_json=True)
    new = add("new", "make a world in a new file and run nothing")
    new.add_argument("scenario", metavar="SCENARIO|empty")
    new.add_argument("file", metavar="FILE")
    _seed_and_size(new)
    run = add("run", "run a scenario or a file until a time or its end", as_json=True)
    run.add_argument("target", metavar="SCENARIO|FILE")
    run.add_argument("--db", metavar="FILE", help="keep the world of a scenario in this new file")
    until = (
        "a duration from the start, a time, END, or 'activity NAME', 'contact KEY', 'sql SELECT ...', finding, error"
    )
    run.add_argument("--until", default="END", metavar="14d|TIME|END|WHAT", help=until)
    run.add_argument("--breakpoints", action="store_true", help="stop before the activities of `mctui breakpoints`")
    run.add_argument("--digest", action="store_true", help="add the SHA-256 of the logical dump")
    _seed_and_size(run)
    for name, about, what, default in (
        ("step", "one or N steps forward", "N", 1),
        ("back", "one or N steps back", "N", 1),
        ("goto", "be at a step or at a time", "K|TIME", None),
    ):
        one = add(name, about, file=True, as_json=True)
        if default is None:
            one.add_argument("place", metavar=what)
        else:
            one.add_argument("count", metavar=what, nargs="?", type=_positive, default=default)
        one.add_argument("--digest", action="store_true", help="add the SHA-256 of the logical dump")
    stops = add(
        "breakpoints", "list, set (JOURNEY/ACTIVITY) and clear where runs of the app stop", file=True, as_json=True
    )
    stops.add_argument("place", nargs="*", metavar="JOURNEY/ACTIVITY", help="set these; with --clear clear them")
    stops.add_argument("--clear", action="store_true", help="clear those named, or all")
    log = add("log", "what has happened, step by step", file=True, as_json=True)
    log.add_argument("--limit", type=_positive, default=1_000_000, metavar="N", help="only the last N steps")
    fork = add("fork", "copy a world, with its way back, into another file", file=True)
    fork.add_argument("target", metavar="NEW_FILE")
    compared = add("diff", "how two worlds differ: totals, contacts, rows", file=True, as_json=True)
    compared.add_argument("other", metavar="OTHER", help="the other world, such as a fork")
    add("check", "integrity: SQLite's own checks and every invariant of the model", file=True, as_json=True)


def _add_views(add: Adder) -> None:
    show = add("show", "a pane as text: contacts, contact/KEY, de, de/NAME, journeys, sync, ...", file=True)
    show.add_argument("pane", metavar="PANE")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--plain", action="store_true", help="text (the default)")
    form.add_argument("--json", action="store_true", help="JSON")
    _business_unit(show)
    show.add_argument("--limit", type=_positive, default=50, metavar="N", help="rows at most (default 50)")
    why = add(
        "why", "each decision about a contact with its values, and what kept messages away", file=True, as_json=True
    )
    why.add_argument("contact", metavar="CONTACT", help="contact key, e-mail address or record id")
    why.add_argument("in_journey", metavar="JOURNEY", nargs="?", help="only this journey")
    why.add_argument("--journey", metavar="KEY", help="the same")
    add("findings", "gotchas found, with evidence", file=True, as_json=True)
    queries = add("queries", "each query activity with its verdict", file=True, as_json=True)
    mode = queries.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="compile only (the default)")
    mode.add_argument("--run", action="store_true", help="also run each one, and undo it")
    journeys = add("journeys", "each journey with its verdict", file=True, as_json=True)
    journeys.add_argument("--check", action="store_true", help="validate (the default)")
    _add_lineage(add)


def _add_lineage(add: Adder) -> None:
    lineage = add("lineage", "where data comes from, where it goes, what breaks without it", file=True, as_json=True)
    lineage.add_argument("node", metavar="NODE", nargs="?", help="de/NAME, de/NAME/FIELD, crm/Contact/FirstName, ...")
    what = "from related CRM objects to flat data extensions, with the T-SQL"
    mapping = add("mapping", what, file=True, as_json=True)
    mapping.add_argument("--object", required=True, metavar="NAME", help="the master object, such as Contact")
    mapping.add_argument("--with", dest="related", metavar="NAMES", help="Account,Opportunity:child+roll-up,Case, ...")
    mapping.add_argument("--via", action="append", default=[], metavar="OBJECT=FIELD", help="the lookup that counts")
    mapping.add_argument("--prefix", default="", metavar="TEXT", help="begins the names of what is made")
    mapping.add_argument("--apply", action="store_true", help="make all of it, as one step")
    mapping.add_argument("--synchronize", action="store_true", help="with --apply: synchronize what is not yet")
    _business_unit(mapping)


def _add_data(add: Adder) -> None:
    sql = add("sql", "run T-SQL as a SQL Query Activity would", file=True, as_json=True)
    sql.add_argument("query", metavar="SELECT", help="the query; - reads standard input")
    sql.add_argument("--into", metavar="DE", help="write the rows into this data extension, as a step")
    sql.add_argument("--action", choices=["append", "update", "overwrite"], default="append")
    _business_unit(sql)
    sql.add_argument("--dry-run", action="store_true", help="with --into: say what would change, and change nothing")
    do = add("do", "any command of the simulation, as one step", file=True, as_json=True)
    do.add_argument("name", metavar="COMMAND", help="such as data_extensions.create; a wrong one is guessed")
    do.add_argument("arguments", nargs="?", default="{}", metavar="JSON", help="its arguments as one JSON object")
    _business_unit(do)
    _salesforce_org(do)
    soql = add("soql", "ask the CRM in SOQL, as the API's query resource answers", file=True, as_json=True)
    soql.add_argument("query", metavar="SELECT", help="the query; - reads standard input")
    _salesforce_org(soql)
    crm = add(
        "crm", "change the CRM side: import, create, update, delete, undelete, convert, merge", file=True, as_json=True
    )
    crm.add_argument("action", choices=["import", "create", "update", "delete", "undelete", "convert", "merge"])
    crm.add_argument("what", nargs="+", metavar="PATH | LEAD_ID | OBJECT [ID ...] [FIELD=VALUE ...]")
    crm.add_argument("--upsert", metavar="FIELD", help="import: update the records that this external id finds")
    crm.add_argument("--allow-errors", action="store_true", help="import the good rows and report the others")
    _salesforce_org(crm)
    what = "take in an SFMC project folder, a journey JSON or a CSV for a data extension"
    take = add("import", what, file=True, as_json=True)
    take.add_argument("path", metavar="PATH")
    take.add_argument("--into", metavar="DE", help="the data extension that a CSV goes to (default: the file's name)")
    take.add_argument(
        "--mode", choices=["add_and_update", "add_only", "update_only", "overwrite"], default="add_and_update"
    )
    _add_dialect(take)
    ftp = add("ftp", "put a local file, or all of a folder, on Enhanced FTP", file=True, as_json=True)
    ftp.add_argument("path", metavar="PATH")
    ftp.add_argument("--folder", default="Import", metavar="NAME", help="folder of Enhanced FTP (default Import)")
    _business_unit(ftp)
    export = add("export", "write journey/KEY or attribute-group/NAME as JSON, de/NAME as CSV", file=True)
    export.add_argument("what", metavar="journey/KEY|de/NAME|attribute-group/NAME")
    export.add_argument("path", nargs="?", metavar="PATH", help="default: stdout")
    render = add("render", "render a message for a contact (not built yet)")
    render.add_argument("rest", nargs="*")
    serve = add("serve", "REST and SOAP (not built yet)", file=True)
    serve.add_argument("--port", type=int)


def _add_echo(add: Adder) -> None:
    echo = add("echo", "a server to try custom activities on: prints each call, answers as the path says")
    echo.add_argument("--port", type=int, default=8765, metavar="N", help="default 8765; 0 takes a free one")


def _add_dialect(take: argparse.ArgumentParser) -> None:
    """How a delimited file is written, and what becomes of its columns and its errors."""
    _business_unit(take)
    take.add_argument("--delimiter", default=",", metavar="CHAR", help="comma, tab, pipe, semicolon or a character")
    take.add_argument("--no-quotes", action="store_true", help="quotation marks are part of the values")
    take.add_argument("--encoding", default="", metavar="NAME", help="utf-8 (default), utf-16, windows-1252, ...")
    take.add_argument("--header-lines", type=int, default=1, metavar="N", help="lines before the rows (default 1)")
    take.add_argument("--map", nargs="+", default=[], metavar="ordinal|COLUMN=FIELD", help="default: by heading")
    take.add_argument("--culture", default="en-US", metavar="NAME", help="of dates and numbers (default en-US)")
    take.add_argument("--null", default="", metavar="TEXT", help="what stands for no value")
    take.add_argument("--all-or-nothing", action="store_true", help="one bad row refuses the file")
    take.add_argument("--errors", default="", metavar="PATH", help="write the rejected rows there, with their reasons")


def _add_about(add: Adder) -> None:
    add("keys", "the keys of the app", as_json=True)
    add("paths", "where mctui keeps its things", as_json=True)
    completion = add("completion", "a completion script for a shell")
    completion.add_argument("shell", choices=["bash", "zsh", "fish"])
    assumptions = add("assumptions", "what could not be verified about the product, and how to switch it", as_json=True)
    assumptions.add_argument("file", nargs="?", metavar="FILE", help="show the values in force in this world")
    assumptions.add_argument("setting", nargs="?", metavar="NAME=VALUE", help="switch one, as a step")
