"""libpq's own functions, by ctypes; nothing here connects."""

import ctypes
import ctypes.util
import os


def library():
    for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":"):
        path = os.path.join(folder, "libpq.so.5")
        if folder and os.path.exists(path):
            return path
    return ctypes.util.find_library("pq")


class Option(ctypes.Structure):
    """PQconninfoOption of libpq-fe.h."""

    _fields_ = [
        *[(name, ctypes.c_char_p) for name in ("keyword", "envvar", "compiled", "val", "label", "dispchar")],
        ("dispsize", ctypes.c_int),
    ]


pq = ctypes.CDLL(library())
pq.PQconnectStartParams.restype = ctypes.c_void_p
pq.PQpass.restype = pq.PQerrorMessage.restype = ctypes.c_char_p
pq.PQpass.argtypes = pq.PQfinish.argtypes = pq.PQconninfo.argtypes = pq.PQerrorMessage.argtypes = [ctypes.c_void_p]
pq.PQconninfo.restype = pq.PQconninfoParse.restype = ctypes.POINTER(Option)
pq.PQconninfoFree.argtypes = [ctypes.POINTER(Option)]
pq.PQconninfoParse.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_char_p)]


def start(given):
    names = (ctypes.c_char_p * (len(given) + 1))(*[name.encode() for name in given], None)
    values = (ctypes.c_char_p * (len(given) + 1))(*[value.encode() for value in given.values()], None)
    return pq.PQconnectStartParams(names, values, 0)


def told(options, names):
    """What stands in this list of options, by our names for them."""
    found = {}
    at = 0
    while options[at].keyword is not None:
        name = names.get(options[at].keyword.decode())
        if name is not None and options[at].val is not None:
            found[name] = options[at].val.decode()
        at += 1
    pq.PQconninfoFree(options)
    return found
