"""What becomes of a relation in a flat model: the way that is proposed, why, what it costs, and the other ways."""

from __future__ import annotations

from store.advice.model_mapping.model import Proposal
from store.advice.model_mapping.relations import GRANDPARENT, JUNCTION, MANY, PARENTS_CHILD, SELF, Measure, Relation
from store.advice.model_mapping.wish import CHILD, DENORMALISE, ROLL_UP, Related
from store.errors import Refused

# source: SFH:mc_jb_data_relationships, rows of a contact beyond the 1000th are not used for evaluation
ROWS_READ = 1000


def propose(master: str, found: Relation, counted: Measure, wanted: Related) -> Proposal:
    """The proposal for one relation. Raises Refused when a person chose a way that cannot be."""
    many = found.kind in MANY
    ways, reasons = _chosen(found, counted)
    if wanted.ways:
        _refuse(master, found, wanted.ways, counted)
        ways = wanted.ways
        reasons = (f"chosen: {' and '.join(ways)}", *reasons) if ways != _chosen(found, counted)[0] else reasons
    costs = tuple(cost for way in ways for cost in _costs(master, found, counted, way))
    instead = tuple(
        (way, "; ".join(_costs(master, found, counted, way)))
        for way in ((DENORMALISE, CHILD, ROLL_UP) if many else (DENORMALISE,))
        if way not in ways
    )
    said = found.said(master)
    return Proposal(found, said, ways, counted, reasons, costs, instead, bool(wanted.ways))


def _chosen(found: Relation, counted: Measure) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(ways, reasons) that fit the relation and the data."""
    if found.kind not in MANY:
        return (DENORMALISE,), _one_reasons(found, counted)
    several = f"{counted.with_several:,} of {counted.masters:,} have several, the most {counted.most:,}"
    if found.kind == PARENTS_CHILD:
        return (ROLL_UP,), (
            f"it belongs to the {found.through}, not to the person: {several}",
            "a roll-up says what a split asks: how many, how much, when last",
        )
    if counted.most > ROWS_READ:
        return (ROLL_UP,), (
            f"{several}: a journey reads no more than {ROWS_READ:,} rows of a contact",
            "a roll-up is one value per contact",
        )
    first = f"{several}: they do not fit into one row"
    if not counted.with_several:
        first = "the lookup allows several, though nobody has more than one yet"
    reasons = [first, "each row keeps its own key, and a journey can ask for any"]
    if found.kind == JUNCTION:
        reasons.append(f"it joins {found.through}, whose fields are copied into each row")
    return (CHILD,), tuple(reasons)


def _one_reasons(found: Relation, counted: Measure) -> tuple[str, ...]:
    shared = f"each record has at most one; {counted.with_any:,} of {counted.masters:,} have it"
    if found.kind == SELF:
        return (shared, "one level of the hierarchy is copied; more would need a recursive query, which there is not")
    if found.kind == GRANDPARENT:
        return (shared, f"it is reached over {found.through}")
    if found.polymorphic:
        kinds = ", ".join(found.polymorphic)
        return (shared, f"{found.lookup} can mean {kinds}: only those that are a {found.object} have its fields")
    return (shared,)


def _costs(master: str, found: Relation, counted: Measure, way: str) -> tuple[str, ...]:
    if way == ROLL_UP:
        return ("the single records are gone: which one, in what state, cannot be asked",)
    if way == CHILD:
        costs = [f"a data extension of {counted.records - counted.without:,} rows beside the flat one"]
        if found.kind == PARENTS_CHILD:
            costs.append(f"its rows are of the {found.through}: everyone of it shares them")
        if found.polymorphic:
            costs.append(f"{counted.without:,} whose {found.lookup} is no {master} stay out")
        elif counted.without:
            costs.append(f"{counted.without:,} without a {master} stay out")
        return tuple(costs)
    if found.kind in MANY:
        if counted.lost:
            return (f"{counted.lost:,} rows have no place: the run fails, or one of each {master}'s rows stays",)
        return ("nothing today; the first that has two makes the run fail or lose a row",)
    return (f"a change of one {found.object} changes many rows, at the next run",)


def _refuse(master: str, found: Relation, ways: tuple[str, ...], counted: Measure) -> None:
    if found.kind not in MANY and ways != (DENORMALISE,):
        raise Refused(
            f"{found.object} can only be denormalised: each {master} has at most one.",
            fix=f"Leave out the way, or write {found.object}:{DENORMALISE}.",
        )
    if found.kind in MANY and DENORMALISE in ways:
        lost = f"{counted.lost:,} rows would have no place" if counted.lost else "one more record would have no place"
        raise Refused(
            f"{found.object} cannot be denormalised into one row per {master}: {lost}.",
            cause=f"{counted.with_several:,} of {counted.masters:,} have several of it, the most {counted.most:,}.",
            fix=f"Write {found.object}:{CHILD}, {found.object}:{ROLL_UP} or both with a +.",
        )
