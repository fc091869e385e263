"""The journey canvas: graph -> layout -> lines of text -> a scrolling widget.

`graph`, `layout`, `glyphs` and `draw` are pure (no Textual, no Rich); only `view` knows the screen.
"""
