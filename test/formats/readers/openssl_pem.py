"""The blocks of a PEM file as OpenSSL finds them one after the other, and whether it takes the file for a server's chain and key."""

import base64
import ctypes
import json
import ssl
import sys

import _ssl

crypto = ctypes.CDLL(_ssl.__file__)  # It has OpenSSL's library with it.
crypto.BIO_new_file.restype = ctypes.c_void_p
crypto.BIO_free.argtypes = [ctypes.c_void_p]
crypto.PEM_read_bio.argtypes = [ctypes.c_void_p] + [ctypes.c_void_p] * 4


def blocks(path):
    bio = crypto.BIO_new_file(path.encode(), b"r")
    name, header, data, length = ctypes.c_char_p(), ctypes.c_char_p(), ctypes.c_void_p(), ctypes.c_long()
    places = [ctypes.byref(each) for each in (name, header, data, length)]
    while crypto.PEM_read_bio(bio, *places) == 1:
        yield name.value.decode(), base64.b64encode(ctypes.string_at(data.value, length.value)).decode()
    crypto.BIO_free(bio)


for line in sys.stdin:
    path = json.loads(line)["path"]
    found = list(blocks(path))
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(path)  # Throws where the key doesn't fit.
    keys = [name for name, _ in found if name.endswith("PRIVATE KEY")]
    certificates = [data for name, data in found if name == "CERTIFICATE"]
    key = "fits" if len(keys) == 1 and len(found) == len(certificates) + 1 else "not alone"
    print(json.dumps({"certificates": " ".join(certificates), "key": key}))
