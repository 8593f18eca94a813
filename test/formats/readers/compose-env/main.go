// Reads .env files as Docker Compose does, by the package of its specification.
package main

import "github.com/compose-spec/compose-go/v2/dotenv"

func main() {
	eachFile(func(file given) any {
		found, err := dotenv.GetEnvFromFile(map[string]string{"x": "expanded"}, []string{file.Path})
		must(err)
		return found
	})
}
