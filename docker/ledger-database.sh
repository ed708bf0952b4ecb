#!/bin/sh
# Run once by the Postgres image: the ledger has a database and an owner of its own, apart from Airflow's.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -v password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE glamflow LOGIN PASSWORD :'password';
CREATE DATABASE glamflow OWNER glamflow;
SQL
