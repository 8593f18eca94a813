// Reads env files as `docker run --env-file` does, by the package of Docker's CLI.
package main

import (
	"os"
	"strings"

	"github.com/docker/cli/pkg/kvfile"
)

func main() {
	eachFile(func(file given) any {
		pairs, err := kvfile.Parse(file.Path, os.LookupEnv)
		must(err)
		found := map[string]string{}
		for _, pair := range pairs {
			name, value, _ := strings.Cut(pair, "=")
			found[name] = value
		}
		return found
	})
}
