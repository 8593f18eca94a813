"""With whom and what libmariadb logs in when it reads each file."""

import ctypes
import json
import queue
import socket
import sys
import tempfile
import threading

from mariadb_server import found, library, login

maria = ctypes.CDLL(library("libmariadb.so.3"))
maria.mysql_init.restype = maria.mysql_real_connect.restype = ctypes.c_void_p
maria.mysql_error.restype = ctypes.c_char_p
maria.mysql_init.argtypes = maria.mysql_close.argtypes = maria.mysql_error.argtypes = [ctypes.c_void_p]
maria.mysql_options.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p]
maria.mysql_real_connect.argtypes = [ctypes.c_void_p, *[ctypes.c_char_p] * 4, ctypes.c_uint, ctypes.c_char_p, ctypes.c_ulong]
read_file, read_group = 4, 5  # mysql_option of mysql.h


def serve(listener, logins):
    while True:
        client, _ = listener.accept()
        logins.put(login(client))


with tempfile.TemporaryDirectory() as folder:
    path = folder + "/s"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    logins = queue.Queue()
    threading.Thread(target=serve, args=(listener, logins), daemon=True).start()
    for line in sys.stdin:
        file = json.loads(line)
        connection = maria.mysql_init(None)
        maria.mysql_options(connection, read_file, file["path"].encode())
        maria.mysql_options(connection, read_group, b"client")
        maria.mysql_real_connect(connection, b"localhost", None, None, None, 0, path.encode(), 0)
        try:
            told = logins.get(timeout=5)
        except queue.Empty:
            sys.exit(maria.mysql_error(connection).decode())
        maria.mysql_close(connection)
        print(json.dumps(found(told, file["fields"])))
