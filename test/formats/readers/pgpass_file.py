"""The password that libpq finds for a connection, without connecting."""

import json
import sys

from libpq import pq, start


def password(path, fields):
    # The address spares a look-up of names that nobody has; passwords are found by the host all the same.
    given = {"host": fields["host"], "hostaddr": "127.0.0.1", "port": "5432", "dbname": fields["database"], "user": fields["username"], "passfile": path}
    connection = start(given)
    found = pq.PQpass(connection)
    pq.PQfinish(connection)
    return {} if found is None else {"password": found.decode()}


for line in sys.stdin:
    file = json.loads(line)
    print(json.dumps(password(file["path"], file["fields"])))
