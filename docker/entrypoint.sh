#!/usr/bin/env bash
# `migrate` brings both databases up to date and creates the pools, then ends; everything else is run as it is.
set -euo pipefail
if [ "${1:-}" = migrate ]; then
  airflow db migrate
  airflow pools import docker/pools.json
  exec glamflow ledger migrate
fi
exec "$@"
