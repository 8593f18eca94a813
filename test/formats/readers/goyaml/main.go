// Reads YAML files with sigs.k8s.io/yaml, as Kubernetes, kubectl and helm do.
package main

import "sigs.k8s.io/yaml"

func main() {
	eachFile(func(file given) any {
		found := map[string]any{}
		must(yaml.UnmarshalStrict(file.text(), &found))
		return found
	})
}
