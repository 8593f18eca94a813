"""What libpq would connect with for a service. `target_session_attrs` is wrong, so that it ends before it connects."""

import json
import os
import sys

from libpq import pq, start, told

names = {name: name for name in ("host", "port", "sslmode", "sslrootcert", "password")} | {"dbname": "database", "user": "username"}
os.environ["PGPASSFILE"] = os.devnull


def service(path, fields):
    os.environ["PGSERVICEFILE"] = path
    connection = start({"service": "app", "target_session_attrs": "none of them"})
    message = pq.PQerrorMessage(connection).decode()
    if "target_session_attrs" not in message:
        sys.exit(message)
    found = told(pq.PQconninfo(connection), names)
    pq.PQfinish(connection)
    return {name: found.get(name) for name in fields}


for line in sys.stdin:
    file = json.loads(line)
    print(json.dumps(service(file["path"], file["fields"])))
