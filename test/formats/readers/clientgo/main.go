// Reads kubeconfigs with client-go, as kubectl and the operators do: what a client of the current context would be given.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/client-go/tools/clientcmd"
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
		config, err := clientcmd.LoadFromFile(file.Path)
		if err != nil {
			panic(err)
		}
		client := clientcmd.NewDefaultClientConfig(*config, nil)
		given, err := client.ClientConfig()
		if err != nil {
			panic(err)
		}
		context := config.Contexts[config.CurrentContext]
		found := map[string]string{
			"server":    config.Clusters[context.Cluster].Server, // The client has it in its normal form.
			"namespace": context.Namespace,
			"token":     given.BearerToken,
			"ca.crt":    string(given.CAData),
			"tls.crt":   string(given.CertData),
			"tls.key":   string(given.KeyData),
		}
		text, _ := json.Marshal(found)
		fmt.Println(string(text))
	}
}
