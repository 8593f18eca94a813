// The fingerprints of the keys that Go's knownhosts package finds for a host in known_hosts files.
package main

import (
	"crypto/ed25519"
	"errors"
	"net"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

func main() {
	other, err := ssh.NewPublicKey(ed25519.PublicKey(make([]byte, ed25519.PublicKeySize)))
	must(err)
	eachFile(func(file given) any {
		check, err := knownhosts.New(file.Path)
		must(err)
		address := net.JoinHostPort(file.Fields["host"], file.Fields["port"])
		// A key that no host has: the refusal says which ones are known.
		var refused *knownhosts.KeyError
		if !errors.As(check(address, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 1}, other), &refused) {
			panic("the key of another host was taken")
		}
		found := []string{}
		for _, known := range refused.Want {
			found = append(found, ssh.FingerprintSHA256(known.Key))
		}
		slices.Sort(found)
		return map[string]string{"found": strings.Join(found, " ")}
	})
}
