"""The whole pipeline on one machine against the sandbox: what `glamflow demo` and the end-to-end tests run."""
