"""
With whom and what MariaDB's ODBC driver logs in for the data source [app] of each file, where a server
of its own listens. A process each: unixODBC remembers what it read.
"""

import ctypes
import json
import os
import socket
import sys

from mariadb_server import found, library, login

driver = ctypes.CDLL(library("odbc/libmaodbc.so"))


def connect(path):
    os.environ["ODBCINI"] = path
    environment, connection = ctypes.c_void_p(), ctypes.c_void_p()
    driver.SQLAllocHandle(1, None, ctypes.byref(environment))
    driver.SQLSetEnvAttr(environment, 200, ctypes.c_void_p(3), 0)
    driver.SQLAllocHandle(2, environment, ctypes.byref(connection))
    driver.SQLConnect(connection, b"app", -3, None, 0, None, 0)


listeners = {}


def listener(address):
    if address not in listeners:
        listeners[address] = socket.create_server(address)
        listeners[address].settimeout(20)
    return listeners[address]


for line in sys.stdin:
    file = json.loads(line)
    fields = file["fields"]
    server = listener((fields["host"], int(fields["port"])))
    child = os.fork()
    if child == 0:
        connect(file["path"])
        os._exit(0)
    client, _ = server.accept()
    names = {name: value for name, value in fields.items() if name not in ("host", "port")}
    print(json.dumps(fields | found(login(client), names)), flush=True)
    os.waitpid(child, 0)
