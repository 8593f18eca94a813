"""What configparser finds for each key in the section `database`: once per class that interpolates nothing, or with the class that is named."""

import configparser
import json
import sys


def found(parser, path, keys):
    with open(path, encoding="utf-8") as file:
        parser.read_file(file)
    return {key: parser["database"][key] for key in keys}


for line in sys.stdin:
    file = json.loads(line)
    if len(sys.argv) > 1:
        print(json.dumps(found(getattr(configparser, sys.argv[1])(), file["path"], file["fields"])))
        continue
    raw = found(configparser.RawConfigParser(), file["path"], file["fields"])
    plain = found(configparser.ConfigParser(interpolation=None), file["path"], file["fields"])
    if raw != plain:
        raise ValueError("RawConfigParser and ConfigParser disagree")
    print(json.dumps(raw))
