// Reads each config.json as the docker command does.
package main

import (
	"bytes"

	"github.com/docker/cli/cli/config"
)

func main() {
	eachFile(func(file given) any {
		all, err := config.LoadFromReader(bytes.NewReader(file.text()))
		must(err)
		found := map[string]string{}
		for registry := range all.AuthConfigs {
			entry, err := all.GetAuthConfig(registry)
			must(err)
			found["registry"] = entry.ServerAddress
			found["username"] = entry.Username
			found["password"] = entry.Password
		}
		return found
	})
}
