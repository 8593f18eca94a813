// Reads env files as `docker run --env-file` does, by the package of Docker's CLI.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/docker/cli/pkg/kvfile"
)

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var file struct{ Path string }
		if err := json.Unmarshal(line, &file); err != nil {
			panic(err)
		}
		pairs, err := kvfile.Parse(file.Path, os.LookupEnv)
		if err != nil {
			panic(err)
		}
		found := map[string]string{}
		for _, pair := range pairs {
			name, value, _ := strings.Cut(pair, "=")
			found[name] = value
		}
		text, _ := json.Marshal(found)
		fmt.Println(string(text))
	}
}
