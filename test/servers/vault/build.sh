#!/usr/bin/env bash
# build.sh: makes the Vault server of the tests below KEYTIDE_SERVERS and prints its path. 13 minutes of processor on a new machine (both of Go's
# caches help), nothing when these sources were built before. Needs Go.
set -euo pipefail
cd "$(dirname "$0")"
cache=${KEYTIDE_SERVERS:-$HOME/.cache/keytide-servers}
# Named for its sources, so that a change of them is built anew, and put in place whole.
server=$cache/vault/vault-$(cat main.go go.mod go.sum | sha256sum | cut -c 1-12)
if [ ! -x "$server" ]; then
  mkdir -p "$cache/vault"
  draft=$server.$$
  trap 'rm -f "$draft"' EXIT
  CGO_ENABLED=0 GOFLAGS='-mod=readonly -trimpath -buildvcs=false' go build -ldflags '-s -w' -o "$draft" . >&2
  mv "$draft" "$server"
fi
echo "$server"
