"""What Python's clients find in the URL that each file has: `database_urls.py mongodb`, for one."""

import json
import sys


def mongodb(url):
    from pymongo.uri_parser import parse_uri

    found = parse_uri(url)
    [(host, port)] = found["nodelist"]
    return {"host": host, "port": str(port), **{name: found[name] for name in ("username", "password", "database")}}


def amqp(url):
    from pika import URLParameters

    found = URLParameters(url)
    login = {"username": found.credentials.username, "password": found.credentials.password}
    return {"host": found.host, "port": str(found.port), "vhost": found.virtual_host, **login}


def sqlalchemy(url):
    from sqlalchemy import make_url

    found = make_url(url)
    return {"port": str(found.port), **{name: getattr(found, name) for name in ("host", "username", "password", "database")}}


def libpq(url):
    import ctypes

    from libpq import pq, told

    message = ctypes.c_char_p()
    options = pq.PQconninfoParse(url.encode(), ctypes.byref(message))
    if not options:
        sys.exit(message.value.decode())
    names = {"host": "host", "port": "port", "dbname": "database", "user": "username", "password": "password"}
    return told(options, names)


def redis(url):
    from redis.connection import parse_url

    found = parse_url(url)
    if found["db"] != 3:
        sys.exit("the number of the database is lost")
    return {"port": str(found["port"]), **{name: found[name] for name in ("host", "username", "password")}}


read = {each.__name__: each for each in (mongodb, amqp, sqlalchemy, libpq, redis)}[sys.argv[1]]

for line in sys.stdin:
    with open(json.loads(line)["path"], encoding="utf-8", newline="") as file:
        print(json.dumps(read(file.read().removesuffix("\n"))))
