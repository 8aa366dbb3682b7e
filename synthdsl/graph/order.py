"""Order questions about graphs that a drawing asks; the one place that uses networkx.

In: names and pairs `(before, after)` without cycles. Out: layers, and the pairs that follow from others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Edge = tuple[str, str]

MAX_REDUCED = 400
"""The reduction takes time in the number of nodes times edges; a larger drawing shows all edges alike."""


def layers(nodes: Sequence[str], edges: Iterable[Edge]) -> list[list[str]]:
    """Nodes by the longest way that leads to them; within a layer in the order given.

    What needs nothing stands right before the first that needs it, so that its edges are short.
    """
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    level: dict[str, int] = {}
    for number, generation in enumerate(nx.topological_generations(graph)):
        level.update(dict.fromkeys(generation, number))
    for node in nodes:
        after = [level[n] for n in graph.successors(node)]
        if after and not graph.in_degree(node):
            level[node] = min(after) - 1
    found: list[list[str]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for node in nodes:
        found[level[node]].append(node)
    return found


def implied(nodes: Sequence[str], edges: Sequence[Edge]) -> set[Edge]:
    """The edges between whose ends there is another way too."""
    import networkx as nx

    if len(nodes) > MAX_REDUCED:
        return set()
    graph = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    return set(edges) - set(nx.transitive_reduction(graph).edges)
