"""Journey canvas: the graph with live counts and the batch that moves."""
