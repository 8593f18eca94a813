// Reads YAML files with sigs.k8s.io/yaml, as Kubernetes, kubectl and helm do.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
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
		text, err := os.ReadFile(file.Path)
		if err != nil {
			panic(err)
		}
		found := map[string]any{}
		if err := yaml.UnmarshalStrict(text, &found); err != nil {
			panic(err)
		}
		answer, _ := json.Marshal(found)
		fmt.Println(string(answer))
	}
}
