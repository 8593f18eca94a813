// Reads each config.json as the docker command does.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"

	"github.com/docker/cli/cli/config"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var file struct{ Path string }
		if err := json.Unmarshal(in.Bytes(), &file); err != nil {
			log.Fatal(err)
		}
		found, err := read(file.Path)
		if err != nil {
			log.Fatal(err)
		}
		if err := out.Encode(found); err != nil {
			log.Fatal(err)
		}
	}
}

func read(path string) (map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	all, err := config.LoadFromReader(file)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for registry := range all.AuthConfigs {
		entry, err := all.GetAuthConfig(registry)
		if err != nil {
			return nil, err
		}
		found["registry"] = entry.ServerAddress
		found["username"] = entry.Username
		found["password"] = entry.Password
	}
	return found, nil
}
