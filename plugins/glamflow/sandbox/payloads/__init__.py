"""Payloads of the sandbox's sources, rendered from the facts of the sample collection."""
