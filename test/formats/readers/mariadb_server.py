"""A server of MariaDB's protocol that hears who logs in and with what answer to its salt, and refuses them all."""

import hashlib
import os
import socket
import struct


def library(name):
    for folder in [*os.environ.get("LD_LIBRARY_PATH", "").split(":"), "/usr/lib/x86_64-linux-gnu"]:
        path = os.path.join(folder, name)
        if folder and os.path.exists(path):
            return path
    return name


salt = b"abcdefghijklmnopqrst"
# Protocol 4.1, secure connection, authentication by plugins.
able = 0x00000200 | 0x00008000 | 0x00080000 | 0x00000001 | 0x00000008


def greeting():
    head = b"\x0a8.0.0\0" + struct.pack("<I", 1) + salt[:8] + b"\0" + struct.pack("<H", able & 0xFFFF) + b"\x21" + struct.pack("<HH", 2, able >> 16)
    return head + bytes([21]) + bytes(10) + salt[8:] + b"\0mysql_native_password\0"


def scrambled(password):
    if password == b"":
        return b""
    once = hashlib.sha1(password).digest()
    mask = hashlib.sha1(salt + hashlib.sha1(once).digest()).digest()
    return bytes(left ^ right for left, right in zip(once, mask))


def packet(client):
    head = client.recv(4, socket.MSG_WAITALL)
    return client.recv(int.from_bytes(head[:3], "little"), socket.MSG_WAITALL)


def login(client):
    """The user, the scrambled password and the database."""
    first = greeting()
    client.sendall(len(first).to_bytes(3, "little") + b"\0" + first)
    user, rest = packet(client)[32:].split(b"\0", 1)
    end = 1 + rest[0]
    error = b"\xff" + struct.pack("<H", 1045) + b"#28000no"
    client.sendall(len(error).to_bytes(3, "little") + b"\2" + error)
    client.close()
    return user, rest[1:end], rest[end:].split(b"\0", 1)[0]


def found(told, fields):
    """What the login says, by our names; its password is the one of `fields`, or another."""
    user, answer, database = told
    password = fields["password"]
    known = {"username": user.decode(), "password": password if answer == scrambled(password.encode()) else "another", "database": database.decode()}
    return {name: known[name] for name in fields}
