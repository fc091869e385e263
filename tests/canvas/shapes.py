"""Journeys of six shapes, and any journey at all for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from mctui.canvas.draw import CanvasState, NodeState
from mctui.canvas.graph import Edge, Node

Graph = tuple[list[Node], list[Edge]]


def line() -> Graph:
    """Entry, email, wait, email, end."""
    return graph(
        "entry TRIGGER New customers; hi EMAILV2 Welcome; wait WAIT Wait 2 days; tip EMAILV2 First tip; end END End",
        "entry>hi hi>wait wait>tip tip>end",
    )


def welcome() -> Graph:
    """The journey that everything is looked at with: three splits, two joins."""
    return graph(
        "entry TRIGGER New customers; hi EMAILV2 Welcome; w1 WAIT Wait 2 days; opened ENGAGEMENTDECISION Opened?;"
        "offer EMAILV2 First offer; again EMAILV2 Did you see this?; w2 WAIT Wait 3 days;"
        "vip MULTICRITERIADECISION VIP?; flag UPDATECONTACTDATA Set VIP flag; sale EMAILV2 Private sale;"
        "test RANDOMSPLIT Subject test; a EMAILV2 Subject A; b EMAILV2 Subject B; w3 WAIT Wait 5 days; end END End",
        "entry>hi hi>w1 w1>opened opened>offer:Yes opened>again:No offer>w2 again>w2 w2>vip vip>flag:VIP "
        "vip>test:Remainder flag>sale sale>w3 test>a:60% test>b:40% a>w3 b>w3 w3>end",
    )


def fan() -> Graph:
    """A split with eleven outcomes that all come together again."""
    nodes = ["entry TRIGGER Everyone", "split MULTICRITERIADECISION Country"]
    nodes += [f"m{i} EMAILV2 Mail {i}" for i in range(11)] + ["end END End"]
    edges = ["entry>split"] + [f"split>m{i}:Path_{i + 1}" for i in range(11)] + [f"m{i}>end" for i in range(11)]
    return graph(";".join(nodes), " ".join(edges))


def skip() -> Graph:
    """Outcomes that pass activities by on their way to the end."""
    return graph(
        "entry TRIGGER Cart left; s1 ENGAGEMENTDECISION Bought?; mail EMAILV2 Reminder; s2 ENGAGEMENTDECISION Bought?;"
        "sms SMSSYNC Last call; end END End",
        "entry>s1 s1>mail:No s1>end:Yes mail>s2 s2>sms:No s2>end:Yes sms>end",
    )


def crossing() -> Graph:
    """Two entries whose branches lead to each other's ends."""
    return graph(
        "one TRIGGER Shop; two TRIGGER App; s1 DECISION Adult?; s2 DECISION Adult?;mail EMAILV2 Mail; sms SMSSYNC Text",
        "one>s1 two>s2 s1>mail:Yes s1>sms:No s2>mail:Yes s2>sms:No",
    )


def circle() -> Graph:
    """A path that leads back, as no journey may: it is shown, so that a person sees what is wrong."""
    return graph(
        "entry TRIGGER Entry; mail EMAILV2 Mail; wait WAIT Wait; split DECISION Again?; end END End",
        "entry>mail mail>wait wait>split split>mail:Yes split>end:No",
    )


def nested() -> Graph:
    """Splits in the paths of a split, three deep; what they part comes together one after the other."""
    return graph(
        "entry TRIGGER Everyone; s1 MULTICRITERIADECISION Country?; s2 ENGAGEMENTDECISION Opened?; s3 RANDOMSPLIT Test;"
        "a EMAILV2 Mail A; b EMAILV2 Mail B; c SMSSYNC Text; d PUSHNOTIFICATIONACTIVITY Push; j WAIT Wait 1 day;"
        "k WAIT Wait 2 days; end END End",
        "entry>s1 s1>s2:Germany s1>d:Remainder s2>s3:Yes s2>c:No s3>a:50_% s3>b:50_% a>j b>j j>k c>k k>end d>end",
    )


def mix() -> Graph:
    """A path optimizer with a holdback, a custom split, a custom activity, Salesforce and Einstein."""
    return graph(
        "entry TRIGGER API event; opt ABNTEST Subject test; a EMAILV2 Subject A; b EMAILV2 Subject B;"
        "h WAIT Holdback; stop ABNTESTSTOP Winner; crm SALESCLOUDACTIVITY Create task; ask RESTDECISION Credit check;"
        "call REST Print voucher; ein MULTICRITERIADECISIONEXTENSION Likely to open?; app INAPPSYNCACTIVITY In-app;"
        "inbox PUSHINBOXACTIVITY Inbox; join NOOP Join; end END End",
        "entry>opt opt>a:A opt>b:B opt>h:Holdback a>stop b>stop h>stop stop>crm crm>ask ask>call:good ask>ein:poor "
        "call>join ein>app:likely ein>inbox:rest app>join inbox>join join>end",
    )


def long() -> Graph:
    """55 activities: eleven rounds of a mail, a wait, a split whose path skips a text."""
    nodes, edges, before = ["entry TRIGGER Everyone"], [], "entry"
    for i in range(11):
        nodes += [f"m{i} EMAILV2 Mail {i + 1}", f"w{i} WAIT {i + 1} days", f"s{i} ENGAGEMENTDECISION Opened {i + 1}?",
                  f"t{i} SMSSYNC Text {i + 1}", f"u{i} UPDATECONTACTDATA Note {i + 1}"]  # fmt: skip
        edges += [f"{before}>m{i}", f"m{i}>w{i}", f"w{i}>s{i}", f"s{i}>t{i}:No", f"s{i}>u{i}:Yes", f"t{i}>u{i}"]
        before = f"u{i}"
    return graph(";".join([*nodes, "end END End"]), " ".join([*edges, f"{before}>end"]))


SHAPES = {
    "line": line, "welcome": welcome, "fan": fan, "skip": skip, "crossing": crossing, "circle": circle,
    "nested": nested, "mix": mix, "long": long,
}  # fmt: skip


def graph(nodes: str, edges: str) -> Graph:
    """Nodes as `key KIND Title; ...`, edges as `from>to:label ...` (a low line in a label is a blank)."""
    made = []
    for text in nodes.split(";"):
        key, kind, title = text.strip().split(" ", 2)
        made.append(Node(key, kind, title, (kind.lower(),)))
    arrows = []
    for text in edges.split():
        ends, _, label = text.partition(":")
        source, target = ends.split(">")
        arrows.append(Edge(source, target, label.replace("_", " ")))
    return made, arrows


def midway(shape: Graph) -> CanvasState:
    """A state with something of everything: counts, a wait, the moving batch, a path, a breakpoint."""
    nodes, edges = shape
    path = [nodes[0].key]
    while (after := next((e.target for e in edges if e.source == path[-1]), None)) and after not in path:
        path.append(after)
    live = {n.key: NodeState(inside=12 * i % 60, through=1000 - 7 * i, due="Jan 08 08:00") for i, n in enumerate(nodes)}
    live[path[1]] = NodeState(inside=45, through=200, breakpoint=True)
    counts = {e.id: 40 + i for i, e in enumerate(edges) if e.label}
    return CanvasState(live, counts, frozenset({path[min(2, len(path) - 1)]}), tuple(path[:4]))


@st.composite
def journeys(draw: st.DrawFn, largest: int = 24) -> Graph:
    """Any graph without loops at one node: several entries, joins, doubled edges, and now and then a circle."""
    count = draw(st.integers(1, largest))
    nodes = [
        Node(f"n{i}", draw(st.sampled_from(["EMAILV2", "WAIT", "RANDOMSPLIT"])), "x" * draw(st.integers(0, 40)))
        for i in range(count)
    ]
    pairs = draw(
        st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1), st.sampled_from(["", "Yes", "No"])),
                 max_size=2 * count)
    )  # fmt: skip
    forward = draw(st.integers(0, 9)) > 0
    edges = [
        Edge(f"n{min(a, b) if forward else a}", f"n{max(a, b) if forward else b}", label, outcome=str(i))
        for i, (a, b, label) in enumerate(pairs)
        if a != b
    ]
    return nodes, edges
