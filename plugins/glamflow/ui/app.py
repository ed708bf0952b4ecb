"""The pages of glamflow in Airflow: server-rendered, read-only, behind Airflow's login. Decisions stay in Airflow itself."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException

from glamflow.ui.auth import to_login
from glamflow.ui.views import router

app = FastAPI(title="glamflow", docs_url=None, redoc_url=None, openapi_url=None)
app.add_exception_handler(HTTPException, to_login)
app.include_router(router)
