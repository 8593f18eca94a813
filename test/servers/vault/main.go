// A HashiCorp Vault for the tests of test/servers/: the server of the Go module, without its web interface.
package main

import (
	"os"

	"github.com/hashicorp/vault/command"
)

func main() {
	os.Exit(command.Run(os.Args[1:]))
}
