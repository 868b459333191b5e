"""When things happen in the demonstration: so many working days ago, at an hour where the team is."""

import datetime
import random
import zoneinfo
from dataclasses import dataclass

SEED = 7
"""The one source of chance: the same story every time, apart from the day on which it is told."""
WORK_ENDS = datetime.time(17, 40)


@dataclass(frozen=True)
class Days:
    """Working days counted back from the moment at which the story is told (aware)."""

    told_at: datetime.datetime

    def back(self, working_days: int, zone: str = "UTC") -> datetime.date:
        """The day that many working days before today in the zone; 1 is the last one before today."""
        day = self.told_at.astimezone(zoneinfo.ZoneInfo(zone)).date()
        for _ in range(working_days):
            day -= datetime.timedelta(days=1)
            while day.weekday() > 4:
                day -= datetime.timedelta(days=1)
        return day

    def moment(self, working_days: int, time: str, zone: str = "UTC") -> datetime.datetime:
        """A local time such as 09:40 on the day that many working days before today in the zone."""
        hour, minute = map(int, time.split(":"))
        day = self.back(working_days, zone)
        return datetime.datetime.combine(day, datetime.time(hour, minute), zoneinfo.ZoneInfo(zone))

    def ahead(self, days: int, zone: str = "UTC") -> datetime.date:
        """The working day on or after that many calendar days from today in the zone."""
        day = self.told_at.astimezone(zoneinfo.ZoneInfo(zone)).date() + datetime.timedelta(days=days)
        return day + datetime.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


class Line:
    """One thread of the story: the moment at which it stands, and a chance of its own.

    A storyline yields the moments that it gets from here and acts after each; it never goes back.
    """

    def __init__(self, days: Days, zone: str, name: str) -> None:
        self.days, self.zone = days, zone
        self.chance = random.Random(f"{SEED} {name}")  # noqa: S311  chance that repeats is the point
        self._tz = zoneinfo.ZoneInfo(zone)
        self._back, self._moment = 0, datetime.datetime.min.replace(tzinfo=datetime.UTC)

    @property
    def today(self) -> datetime.date:
        """The day on which it stands, where the team is."""
        return self._moment.astimezone(self._tz).date()

    def on(self, back: int, time: str) -> datetime.datetime:
        """The moment so many working days ago, at a local time such as 09:40. Raises ValueError for going back."""
        within = datetime.timedelta(seconds=self.chance.randrange(60), microseconds=self.chance.randrange(10**6))
        moment = self.days.moment(back, time, self.zone) + within
        if moment < self._moment:
            raise ValueError(f"The story went back: {moment} comes before {self._moment}.")
        self._back, self._moment = back, moment
        return self._moment

    def after(self, least: float, most: float) -> datetime.datetime:
        """Some minutes later, by chance between the two; in the morning of the next working day when work has ended."""
        seconds = round(self.chance.uniform(least, most) * 60, 3)
        later = self._moment + datetime.timedelta(seconds=seconds)
        if later.astimezone(self._tz).time() > WORK_ENDS:
            return self.on(self._back - 1, f"09:{self.chance.randrange(5, 40):02}")
        self._moment = later
        return later
