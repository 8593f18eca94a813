// Reads an env file with the kubelet's own parser and prints the value of each given name as a JSON string, a line each. The parser's
// source is put beside this file by kubelet-env-file.test.ts, out of the Go module k8s.io/kubernetes.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"keytide.dev/kubelet/env"
)

func main() {
	for _, name := range os.Args[2:] {
		value, err := env.ParseEnv(os.Args[1], name)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		text, _ := json.Marshal(value)
		fmt.Println(string(text))
	}
}
