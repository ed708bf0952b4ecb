"""Statements on files, one file per statement; `sdc.py` puts them in order."""
