"""Reads a time zone in Python and in the C library."""
import os
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from tools import answers


@answers
def handler():
    noon = datetime(2025, 7, 1, 12, tzinfo=ZoneInfo("Europe/Vienna"))
    os.environ["TZ"] = "Asia/Kathmandu"
    time.tzset()
    return {"python": noon.isoformat(), "libc": time.strftime("%z", time.localtime(0))}
