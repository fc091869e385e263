"""What the first run of a query would do on its way, in short pieces for a moment at which nobody waits."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.org import Org


def preparations(org: Org) -> list[Callable[[], object]]:
    """The modules of the dialect's functions, the functions of the connection, the shapes of the saved queries.

    They leave nothing in the file. Texts are only read where the parser is loaded already: it takes a tenth of a
    second, which is no short piece.
    """
    from store.query.activity import queries
    from store.query.cost import shape
    from store.query.runtime import FAMILIES, connect_functions

    modules = [partial(import_module, f"store.query.runtime.{family}") for family in FAMILIES]
    texts = [query.text for query in queries(org)] if "sqlglot" in sys.modules else []
    return [*modules, partial(connect_functions, org.db), *(partial(shape, text) for text in texts)]
