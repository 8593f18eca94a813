"""Whom redis-server lets in. It gets all users in one file, then the name and the password of each; it prints those that were let in."""

import json
import socket
import subprocess
import sys
import tempfile
import time

files = [json.loads(line) for line in sys.stdin]


def send(stream, *words):
    parts = [word.encode() for word in words]
    stream.write(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
    stream.flush()
    return stream.readline().decode().strip()


def connect(path, server):
    for _ in range(200):
        try:
            client = socket.socket(socket.AF_UNIX)
            client.connect(path)
            return client.makefile("rwb")
        except OSError:
            if server.poll() is not None:
                sys.exit(server.stdout.read().decode())
            time.sleep(0.05)
    sys.exit("redis-server does not listen")


with tempfile.TemporaryDirectory() as folder:
    users = {file["fields"]["username"]: file for file in files}  # A name twice would be an error: the last one stays.
    with open(folder + "/users.acl", "wb") as all_users:
        for file in users.values():
            with open(file["path"], "rb") as one:
                all_users.write(one.read())
    command = ["redis-server", "--port", "0", "--unixsocket", folder + "/s", "--aclfile", folder + "/users.acl", "--save", "", "--dir", folder]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        stream = connect(folder + "/s", server)
        for file in files:
            fields = users[file["fields"]["username"]]["fields"]
            answers = [send(stream, "AUTH", fields["username"], fields["password"]), send(stream, "PING")]
            wrong = send(stream, "AUTH", fields["username"], fields["password"] + "x")
            allowed = answers == ["+OK", "+PONG"] and wrong.startswith("-WRONGPASS")
            print(json.dumps(file["fields"] if allowed else {"answers": " ".join([*answers, wrong])}))
    finally:
        server.kill()
        server.wait()
