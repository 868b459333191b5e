"""Files that the demonstration's teams attach: small, real, and made by code, so that nothing is shipped for them."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from readiness.management.demonstration.profiles import Profile

STEPS = ("prepare", "deploy to staging", "wait until ready", "shift traffic", "compare", "return", "verify", "clean up")
SIZE = (720, 300)
INK, BAR, LINE, PAPER = (52, 64, 84), (94, 129, 172), (191, 97, 106), (255, 255, 255)


def made(kind: str, key: str, profile: Profile, chance: Random) -> SimpleUploadedFile:
    """A file of that kind about an item of a service, under a name that says what it is."""
    ending, maker = MAKERS[kind]
    content = maker(profile, chance)
    return SimpleUploadedFile(f"{key.replace('.', '-')}-{profile.words['release']}-{kind}.{ending}", content)


def _log(profile: Profile, chance: Random) -> bytes:
    seconds, lines = 0, [profile.say("{slug} {release}, model {model}, environment staging"), ""]
    for number, step in enumerate(STEPS, 1):
        seconds += chance.randrange(4, 90)
        lines.append(f"{seconds // 60:02}:{seconds % 60:02}  step {number} of {len(STEPS)}  {step:20}  ok")
    return "\n".join([*lines, "", f"finished in {seconds} s, 0 warnings"]).encode()


def _diff(profile: Profile, chance: Random) -> bytes:
    replicas = chance.randrange(4, 9)
    return profile.say(
        "--- {slug}/intended.yaml\n+++ {slug}/rendered.yaml\n@@ 41 settings compared, 2 differ on purpose @@\n"
        " MODEL_VERSION: {model}\n-LOG_LEVEL: debug\n+LOG_LEVEL: info\n"
        f"-REPLICAS: 2\n+REPLICAS: {replicas}\n RELEASE: {{release}}\n"
    ).encode()


def _table(header: str, rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header.split(), *rows])
    return text.getvalue().encode()


def _load(profile: Profile, chance: Random) -> bytes:
    top, p95 = float(profile.words["tested"] or 10), float(profile.words.get("p95", 100))
    rows = []
    for step in range(1, 13):
        rate, slower = top * step / 12, 1 if step < 11 else 1.0 + (step - 10) * 0.04
        latency = p95 * (0.62 + 0.03 * step) * slower * chance.uniform(0.97, 1.03)
        rows.append((step * 5, f"{rate:.1f}", f"{latency:.1f}", f"{latency * 2.1:.1f}", f"{0.001 * step:.3f}"))
    return _table("minute requests_per_second p95_ms p99_ms errors_percent", rows)


def _probe(_profile: Profile, chance: Random) -> bytes:
    parts = ("gateway", "model server", "feature store", "database", "object store", "provider", "queue", "vault")
    rows = [(part, "ok", chance.randrange(2, 40), f"{chance.uniform(2, 6):.1f}") for part in parts]
    return _table("part result milliseconds limit_over_peak", rows)


def _roles(_profile: Profile, _chance: Random) -> bytes:
    roles = ("anonymous", "viewer", "operator", "owner", "auditor")
    allowed = {"predict": (2, 3), "read_log": (3, 4), "change_flag": (3,), "read_board": (1, 2, 3, 4)}
    rows = [
        (function, role, "allowed" if place in places else "refused", "as intended")
        for function, places in allowed.items()
        for place, role in enumerate(roles)
    ]
    return _table("function role result compared", rows)


def _inputs(_profile: Profile, chance: Random) -> bytes:
    kinds = ("instruction in a field", "hidden text", "oversized", "wrong encoding", "nested quote", "unknown type")
    rows = [(kind, (count := chance.randrange(60, 140)), count, 0) for kind in kinds]
    return _table("kind tried refused_or_harmless got_through", rows)


def _segments(profile: Profile, chance: Random) -> bytes:
    middle = float(profile.words.get("accuracy_found", 0.9))
    names = ("all", "new customers", "long-standing", "business", "over 65", "rare cases")
    rows = [(name, chance.randrange(800, 9000), f"{middle - place * 0.006:.3f}") for place, name in enumerate(names)]
    return _table("segment samples score", rows)


def _spend(profile: Profile, chance: Random) -> bytes:
    cost = float(profile.words.get("cost", 0.001))
    rows = []
    for week in range(1, 9):
        predictions = int(chance.uniform(0.9, 1.1) * 1_000_000)
        each = cost * chance.uniform(0.96, 1.02)
        rows.append((week, predictions, f"{predictions * each:.2f}", f"{each:.6f}"))
    return _table("week predictions cost_eur cost_per_prediction_eur", rows)


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, indent=2, ensure_ascii=False).encode()


def _evaluation(profile: Profile, chance: Random) -> bytes:
    words = profile.words
    return _json(
        {
            "model": words["model"],
            "set": "frozen-2026-06",
            "cases": 48000,
            "metric": words["metric"],
            "value": words.get("accuracy_found"),
            "target": words["accuracy_target"],
            "guardrail": {"name": words.get("guardrail"), "value": words.get("guardrail_found")},
            "edge_cases": {"run": 212, "failing": chance.randrange(3, 9)},
            "seed": chance.randrange(10**6),
        }
    )


def _profile_of_model(profile: Profile, chance: Random) -> bytes:
    return _json(
        {
            "model": profile.words["model"],
            "cold_start_seconds": chance.randrange(22, 60),
            "memory_peak_percent": chance.randrange(58, 80),
            "parallel_requests": 16,
        }
    )


def _trace(profile: Profile, chance: Random) -> bytes:
    name = f"{chance.randrange(16**12):012x}"
    steps = [{"at_ms": at, "part": part, "correlation": name} for at, part in ((0, "gateway"), (3, "service"))]
    answered = {
        "at_ms": 31,
        "part": "model",
        "correlation": name,
        "model": profile.words["model"],
        "customer": "masked",
    }
    return _json({"records": [*steps, answered], "retention_days": 400})


def _alerts(profile: Profile, chance: Random) -> bytes:
    names = (
        "p95 over target",
        "p99 over target",
        "errors",
        "cost per hour",
        "availability",
        "records stopped",
        "drift",
    )
    rules = [
        {"alert": name, "reached_after_seconds": chance.randrange(40, 120), "runbook": f"{profile.slug}/{place}"}
        for place, name in enumerate(names, 1)
    ]
    return _json({"rules": rules, "fired_once_on_purpose": len(names)})


def _budget(profile: Profile, _chance: Random) -> bytes:
    return _json({"service": profile.slug, "hard_limit_percent": 130, "alerts_percent": [70, 90], "may_shut_off": 3})


def _registry(profile: Profile, _chance: Random) -> bytes:
    words = profile.words
    return _json({"model": words["model"], "previous": words["previous"], "stage": "production", "artifacts": "kept"})


def _drift(profile: Profile, chance: Random) -> bytes:
    names = ("amount", "hour", "country", "channel", "age_of_account", "score")
    found = [{"feature": name, "psi": round(chance.uniform(0.01, 0.09), 3), "threshold": 0.2} for name in names]
    return _json({"service": profile.slug, "against": "training set", "features": found, "alerts": 0})


def _chart(_profile: Profile, chance: Random) -> bytes:
    """A picture of twenty-four hours as bars, with the target as a line."""
    picture = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(picture)
    floor, width = SIZE[1] - 30, (SIZE[0] - 80) / 24
    for hour in range(24):
        height = (0.35 + 0.4 * (1 - abs(hour - 14) / 14)) * chance.uniform(0.9, 1.08) * (floor - 40)
        left = 50 + hour * width
        pen.rectangle((left, floor - height, left + width - 6, floor), fill=BAR)
    pen.line((50, 60, SIZE[0] - 30, 60), fill=LINE, width=2)
    pen.line((50, 20, 50, floor, SIZE[0] - 30, floor), fill=INK, width=1)
    pen.text((54, 44), "target", fill=LINE)
    pen.text((50, floor + 8), "00:00", fill=INK)
    pen.text((SIZE[0] - 62, floor + 8), "24:00", fill=INK)
    content = io.BytesIO()
    picture.save(content, "PNG", optimize=True)
    return content.getvalue()


MAKERS: dict[str, tuple[str, Callable[[Profile, Random], bytes]]] = {
    "alerts": ("json", _alerts),
    "budget": ("json", _budget),
    "chart": ("png", _chart),
    "diff": ("txt", _diff),
    "drift": ("json", _drift),
    "evaluation": ("json", _evaluation),
    "inputs": ("csv", _inputs),
    "load": ("csv", _load),
    "log": ("txt", _log),
    "probe": ("csv", _probe),
    "profile": ("json", _profile_of_model),
    "registry": ("json", _registry),
    "roles": ("csv", _roles),
    "segments": ("csv", _segments),
    "spend": ("csv", _spend),
    "trace": ("json", _trace),
}
"""Kind → the file's ending and what makes its bytes."""
