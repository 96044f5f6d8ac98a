"""Syntax trees → computational graphs: shapes, readings, stages, blocks."""

from gradviz.graph.build import build
from gradviz.graph.companions import put, with_companions
from gradviz.graph.dag import Dag
from gradviz.graph.node import Node, Table, compact, reachable

__all__ = ["Dag", "Node", "Table", "build", "compact", "put", "reachable", "with_companions"]
