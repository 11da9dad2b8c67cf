"""Asks a database by the driver that odbcinst.ini names."""
from tools import answers, run

QUERIES = """create table planets (name text, moons integer)
insert into planets values ('Mars', 2), ('Earth', 1)
select name, moons from planets order by moons
"""


@answers
def handler():
    drivers = run("odbcinst", "-q", "-d").split()
    shown = run("isql", "-b", "-d,", "-k", "DRIVER=SQLite3;Database=/tmp/planets.db", stdin=QUERIES)
    return {"drivers": drivers, "rows": [line for line in shown.split("\n") if "," in line]}
