"""Resistance of a film as a network: links lock when their coupling exceeds the temperature."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

Floats = NDArray[np.float64]


def spans(links: NDArray[np.bool_]) -> bool:
    """
    Whether links join the left edge to the right one.

    Parameters
    ----------
    links : array of bool, shape (2, Ly, Lx)
        Of the sites to the right and above; those that lead over an edge are ignored.

    Returns
    -------
    bool
        True if some path does.
    """
    rows, columns = links.shape[1:]
    number = np.arange(rows * columns).reshape(rows, columns)
    right, above = links[0, :, :-1], links[1, :-1, :]
    start = np.concatenate([number[:, :-1][right], number[:-1, :][above]])
    end = np.concatenate([number[:, 1:][right], number[1:, :][above]])
    graph = sparse.coo_matrix((np.ones(start.size), (start, end)), (number.size, number.size))
    label = connected_components(graph, directed=False)[1].reshape(rows, columns)
    return bool(np.isin(label[:, 0], label[:, -1]).any())


def network_resistance(locked: NDArray[np.bool_], resistance: Floats | float) -> float:
    """
    Sheet resistance of a square lattice of links, some of which have none.

    Islands that locked links join are one node; Kirchhoff's equations are solved for the rest.

    Parameters
    ----------
    locked : array of bool, shape (2, Ly, Lx)
        Links without resistance.
    resistance : float, or array of shape (2, Ly, Lx)
        Of all other links, ohm.

    Returns
    -------
    float
        Between left and right edge, times rows over links in series, ohm.
    """
    if spans(locked):
        return 0.0
    rows, columns = locked.shape[1:]
    number = np.arange(rows * columns).reshape(rows, columns)
    pairs = [
        (number[:, :-1].ravel(), number[:, 1:].ravel(), locked[0, :, :-1].ravel()),
        (number[:-1, :].ravel(), number[1:, :].ravel(), locked[1, :-1, :].ravel()),
    ]
    start, end, shut = (np.concatenate([pair[n] for pair in pairs]) for n in range(3))
    each = np.broadcast_to(np.asarray(resistance, float), locked.shape)
    each = np.concatenate([each[0, :, :-1].ravel(), each[1, :-1, :].ravel()])
    joined = sparse.coo_matrix(
        (np.ones(int(shut.sum())), (start[shut], end[shut])), (number.size, number.size)
    )
    _, label = connected_components(joined, directed=False)
    label = label.reshape(rows, columns)
    # Both edges are busbars.
    nodes = label.max() + 1
    name = np.arange(nodes)
    name[label[:, 0]] = nodes
    name[label[:, -1]] = nodes + 1
    a, b = name[label.ravel()[start]], name[label.ravel()[end]]
    apart = a != b
    a, b = a[apart], b[apart]
    size = nodes + 2
    # Locked links join what they connect, so that none is left here.
    flow = sparse.coo_matrix((1 / each[apart], (a, b)), (size, size))
    flow = (flow + flow.T).tocsr()
    laplacian = sparse.diags(np.asarray(flow.sum(axis=1)).ravel()) - flow
    used = np.unique(np.concatenate([a, b]))
    inner = used[(used != nodes) & (used != nodes + 1)]
    laplacian = laplacian.tocsc()
    conductance = flow[nodes, nodes + 1]
    if inner.size:
        to_left = -np.asarray(laplacian[inner][:, [nodes]].todense()).ravel()
        potential = spsolve(laplacian[inner][:, inner], to_left)
        to_right = -np.asarray(laplacian[inner][:, [nodes + 1]].todense()).ravel()
        conductance = conductance + float(potential @ to_right)
    return float(rows / (columns - 1) / conductance)
