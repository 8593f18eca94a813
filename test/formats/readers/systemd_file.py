"""What systemd finds in an environment file of a unit: as it reads it, without the variables that it would not set."""

import ctypes
import json
import os
import sys

libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
libc.fopen.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
libc.fclose.argtypes = [ctypes.c_void_p]

systemd = ctypes.CDLL(os.environ["LIBRARY"])
strings = ctypes.POINTER(ctypes.c_char_p)
systemd.load_env_file.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(strings)]
systemd.strv_env_clean_with_callback.argtypes = [strings, ctypes.c_void_p, ctypes.c_void_p]
systemd.strv_env_clean_with_callback.restype = strings
systemd.strv_free.argtypes = [strings]


def variables(path):
    stream = libc.fopen(path.encode(), b"re")
    found = strings()
    status = systemd.load_env_file(stream, path.encode(), ctypes.byref(found))
    libc.fclose(stream)
    if status < 0:
        raise OSError(-status, os.strerror(-status), path)
    systemd.strv_env_clean_with_callback(found, None, None)
    pairs = {}
    if found:
        at = 0
        while found[at] is not None:
            name, value = found[at].decode().split("=", 1)
            pairs[name] = value
            at += 1
    systemd.strv_free(found)
    return pairs


for line in sys.stdin:
    print(json.dumps(variables(json.loads(line)["path"])))
