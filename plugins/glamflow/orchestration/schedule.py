"""When DAGs run. A preset of a partner file becomes a stable minute of its own, so that a thousand partners do not start
at midnight together. `GLAMFLOW_SCHEDULES=off` (demo, tests) leaves starting to people and assets.
"""

from __future__ import annotations

import hashlib
import os

from airflow.sdk import Asset, AssetAny, AssetOrTimeSchedule, CronTriggerTimetable

_PRESETS = {
    "@hourly": "{minute} * * * *",
    "@daily": "{minute} {hour} * * *",
    "@weekly": "{minute} {hour} * * {weekday}",
    "@monthly": "{minute} {hour} {day} * *",
}


def cron_of(schedule: str, *, key: str) -> str:
    """A cron line; presets are spread by a digest of `key`, night hours (UTC) for everything slower than hourly."""
    pattern = _PRESETS.get(schedule)
    if pattern is None:
        return schedule
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big")
    return pattern.format(
        minute=number % 60, hour=(number // 60) % 6, weekday=(number // 360) % 7, day=1 + (number // 2520) % 28
    )


def timetable(schedule: str, *, key: str) -> CronTriggerTimetable | None:
    """None when the partner file, or the deployment, wants no clock."""
    if not schedule or _off():
        return None
    return CronTriggerTimetable(cron_of(schedule, key=key), timezone="UTC")


def assets_or_time(assets: list[Asset], schedule: str, *, key: str) -> AssetOrTimeSchedule | AssetAny:
    """Any of the assets starts a run, and the clock where there is one."""
    either = AssetAny(*assets)
    clock = timetable(schedule, key=key)
    return either if clock is None else AssetOrTimeSchedule(timetable=clock, assets=either)


def _off() -> bool:
    return os.environ.get("GLAMFLOW_SCHEDULES", "on").strip().lower() in ("off", "0", "no", "false")
