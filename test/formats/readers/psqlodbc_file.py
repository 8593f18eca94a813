"""
With whom and what PostgreSQL's ODBC driver logs in for the data source [app] of each file, at a server of its own that asks for the password
and then refuses the login. A process each: unixODBC remembers what it read.
"""

import ctypes
import json
import os
import socket
import struct
import sys
import tempfile


def library():
    for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":") + ["/usr/lib/x86_64-linux-gnu"]:
        path = os.path.join(folder, "odbc/psqlodbcw.so")
        if os.path.exists(path):
            return path
    sys.exit("no psqlodbcw.so")


driver = ctypes.CDLL(library())


def log_in(path):
    os.environ["ODBCINI"] = path
    environment, connection = ctypes.c_void_p(), ctypes.c_void_p()
    driver.SQLAllocHandle(1, None, ctypes.byref(environment))
    driver.SQLSetEnvAttr(environment, 200, ctypes.c_void_p(3), 0)
    driver.SQLAllocHandle(2, environment, ctypes.byref(connection))
    driver.SQLConnect(connection, b"app", -3, None, 0, None, 0)


def receive(client, count):
    return client.recv(count, socket.MSG_WAITALL)


def login(client):
    while True:
        (length,) = struct.unpack(">I", receive(client, 4))
        message = receive(client, length - 4)
        if struct.unpack(">I", message[:4])[0] == 3 << 16:
            break
        client.sendall(b"N")  # No TLS, no GSSAPI.
    words = message[4:].split(b"\0")
    told = dict(zip(words[::2], words[1::2]))
    client.sendall(b"R" + struct.pack(">II", 8, 3))
    _, length = struct.unpack(">cI", receive(client, 5))
    password = receive(client, length - 4)[:-1]
    error = b"SFATAL\0C28P01\0Mno\0\0"
    client.sendall(b"E" + struct.pack(">I", 4 + len(error)) + error)
    return {"username": told[b"user"].decode(), "database": told[b"database"].decode(), "password": password.decode()}


with tempfile.TemporaryDirectory() as folder:
    os.environ |= {"PGHOST": folder, "PGPORT": "5432", "PGPASSFILE": os.devnull}
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(folder + "/.s.PGSQL.5432")
    listener.listen()
    listener.settimeout(20)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            log_in(json.loads(line)["path"])
            os._exit(0)
        client, _ = listener.accept()
        print(json.dumps(login(client)), flush=True)
        client.close()
        os.waitpid(child, 0)
