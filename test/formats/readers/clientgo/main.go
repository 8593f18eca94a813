// Reads kubeconfigs with client-go, as kubectl and the operators do: what a client of the current context would be given.
package main

import "k8s.io/client-go/tools/clientcmd"

func main() {
	eachFile(func(file given) any {
		config, err := clientcmd.LoadFromFile(file.Path)
		must(err)
		client, err := clientcmd.NewDefaultClientConfig(*config, nil).ClientConfig()
		must(err)
		context := config.Contexts[config.CurrentContext]
		return map[string]string{
			"server":    config.Clusters[context.Cluster].Server, // The client has it in its normal form.
			"namespace": context.Namespace,
			"token":     client.BearerToken,
			"ca.crt":    string(client.CAData),
			"tls.crt":   string(client.CertData),
			"tls.key":   string(client.KeyData),
		}
	})
}
