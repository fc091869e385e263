"""The simulated org: one SQLite file and the rules by which it moves. It knows no Textual.

`Org` is the way in: `Org.create`, `Org.open`, then `step`, `back`, `do`.
"""

from store.org import Org
from store.steps import Step

__all__ = ["Org", "Step"]
