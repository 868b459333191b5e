"""Alerts: the sources that three teams connected, the rules that know most of what they tell, a tray for the rest."""

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from incidents.actions import alert_posts, alert_rules, alert_sources, alert_tray
from incidents.actions.alert_rules import Written
from incidents.models import Alert, AlertRule, AlertSource, Runbook
from portal import clock
from portal.management.demonstration.days import Line
from portal.management.demonstration.stage import Stage, Storyline
from portal.models import Team
from readiness.models import Service

BESIDE = ("back", "at", "name", "minutes", "times", "summary", "left_out")
"""What a told alert is made of besides its labels."""


def storylines(stage: Stage) -> list[Storyline]:
    """For each team a line for its source, and one for each alert that it told."""
    found = []
    for slug, team in _teams().items():
        found.append(_connected(stage, slug, team))
        found += [_told(stage, slug, team, row) for row in team["told"]]
    return found


def _connected(stage: Stage, slug: str, team: Mapping[str, Any]) -> Storyline:
    line, access = Line(stage.days, team["zone"], f"alerts of {slug}"), stage.cast.access
    yield line.on(team["begins"], "10:05")
    alert_sources.make(access(team["lead"]), team=Team.objects.get(slug=slug), **team["source"])
    for row in team["rules"]:
        yield line.after(3, 8)
        alert_rules.make(access(team["lead"]), service=Service.objects.get(slug=row["service"]), written=_written(row))
    for day in sorted({row["reviewed"] for row in team["rules"] if "reviewed" in row}, reverse=True):
        yield line.on(day, "15:20")
        for row in team["rules"]:
            if row.get("reviewed") == day:
                rule = AlertRule.objects.get(service__slug=row["service"], name=row["name"])
                alert_rules.review_threshold(access(team["lead"]), rule=rule, seen=rule.revision)


def _written(row: Mapping[str, Any]) -> Written:
    runbook = Runbook.objects.filter(service__slug=row["service"], title=row.get("runbook", "")).first()
    return Written(
        name=row["name"],
        matchers={"alertname": row["alert"]},
        severity=row["severity"],
        playbook=row.get("playbook", ""),
        runbook=runbook,
        domain_key=row.get("domain", ""),
        threshold=row.get("threshold", ""),
    )


def _told(stage: Stage, slug: str, team: Mapping[str, Any], row: Mapping[str, Any]) -> Storyline:
    """One alert from its beginning to what became of it."""
    line = Line(stage.days, team["zone"], f"alert {row['name']} {row['back']}")
    yield line.on(row["back"], row["at"])
    begun = clock.now().replace(microsecond=0)
    _post(slug, row, begun)
    for _ in range(row.get("times", 1) - 1):
        yield line.after(20, 25)
        _post(slug, row, begun)
    if "minutes" in row:
        yield line.after(row["minutes"], row["minutes"] + 0.5)
        _post(slug, row, begun, clock.now().replace(microsecond=0))
    if reason := row.get("left_out"):
        yield line.after(30, 50)
        alert = Alert.objects.select_related("source", "service").get(name=row["name"])
        alert_tray.leave_out(stage.cast.access(team["lead"]), alert=alert, reason=reason)


def _post(slug: str, row: Mapping[str, Any], begun: datetime.datetime, ended: datetime.datetime | None = None) -> None:
    source = AlertSource.objects.get(team__slug=slug)
    labels = {name: text for name, text in row.items() if name not in BESIDE}
    body = _generic(row, labels, begun, ended) if source.kind == "generic" else _grouped(row, labels, begun, ended)
    post = alert_posts.receive(source, body=json.dumps({"alerts": [body]} if source.kind == "generic" else body))
    alert_posts.work_off(post.pk)


def _generic(
    row: Mapping[str, Any], labels: Mapping[str, str], begun: datetime.datetime, ended: datetime.datetime | None
) -> dict[str, Any]:
    state = {"state": "resolved", "ends_at": ended.isoformat()} if ended else {"state": "firing"}
    told = {"name": row["name"], "starts_at": begun.isoformat(), "summary": row.get("summary", "")}
    return {**told, **state, "labels": {"alertname": row["name"], **labels}, "service": labels.get("service", "")}


def _grouped(
    row: Mapping[str, Any], labels: Mapping[str, str], begun: datetime.datetime, ended: datetime.datetime | None
) -> dict[str, Any]:
    """A post of Alertmanager, as Grafana sends it too."""
    told: dict[str, Any] = {
        "status": "resolved" if ended else "firing",
        "labels": {"alertname": row["name"], **labels},
        "annotations": {"summary": row.get("summary", "")},
        "startsAt": begun.isoformat(),
        "generatorURL": f"https://metrics.example.com/alerts/{row['name']}",
    }
    if ended:
        told["endsAt"] = ended.isoformat()
    return {"version": "4", "receiver": "gatehouse", "alerts": [told]}


def _teams() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("alerts.yaml").read_text("utf-8"))
    return found
