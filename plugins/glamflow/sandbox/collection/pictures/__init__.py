"""The collection's pictures, drawn by script; see `render.py`."""
