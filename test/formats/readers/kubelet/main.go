// Reads env files with the kubelet's own parser, variable by variable. The parser's source is put into env/ by the test, out of the Go
// module k8s.io/kubernetes.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"keytide.dev/kubelet/env"
)

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var file struct {
			Path   string
			Fields map[string]string
		}
		if err := json.Unmarshal(line, &file); err != nil {
			panic(err)
		}
		found := map[string]string{}
		for name := range file.Fields {
			value, err := env.ParseEnv(file.Path, name)
			if err != nil {
				panic(err)
			}
			found[name] = value
		}
		text, _ := json.Marshal(found)
		fmt.Println(string(text))
	}
}
