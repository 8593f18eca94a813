// Reads env files with the kubelet's own parser, variable by variable. The parser's source is put into env/ by the test, out of the Go
// module k8s.io/kubernetes.
package main

import "keytide.dev/kubelet/env"

func main() {
	eachFile(func(file given) any {
		found := map[string]string{}
		for name := range file.Fields {
			value, err := env.ParseEnv(file.Path, name)
			must(err)
			found[name] = value
		}
		return found
	})
}
