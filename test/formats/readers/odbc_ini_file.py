"""What a driver gets from unixODBC for the data source [app]."""

import ctypes
import ctypes.util
import json
import os
import sys


def library(name):
    for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":"):
        if folder and os.path.exists(os.path.join(folder, name)):
            return os.path.join(folder, name)
    return name


read = ctypes.CDLL(library("libodbcinst.so.2")).SQLGetPrivateProfileString
read.argtypes = [*[ctypes.c_char_p] * 4, ctypes.c_int, ctypes.c_char_p]
names = {"Driver": "driver", "Server": "host", "Database": "database", "UID": "username", "PWD": "password"}


def value(path, name):
    room = ctypes.create_string_buffer(4096)
    read(b"app", name.encode(), b"", room, len(room), path.encode())
    return room.value.decode()


for line in sys.stdin:
    file = json.loads(line)
    found = {name: value(file["path"], key) for key, name in names.items()}
    print(json.dumps({name: found[name] for name in file["fields"]}))
