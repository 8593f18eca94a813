"""The certificates that a TLS server sends for a name, in order, in base64 of their DER. The handshake proves its key."""

import base64
import json
import socket
import ssl
import sys

import _ssl

client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
client.check_hostname = False
client.verify_mode = ssl.CERT_NONE

for line in sys.stdin:
    fields = json.loads(line)["fields"]
    with socket.create_connection(("127.0.0.1", int(fields["port"]))) as plain:
        with client.wrap_socket(plain, server_hostname=fields["name"]) as secure:
            chain = secure._sslobj.get_unverified_chain()
    found = [base64.b64encode(each.public_bytes(_ssl.ENCODING_DER)).decode() for each in chain]
    print(json.dumps({"certificates": " ".join(found), "key": "fits"}))
