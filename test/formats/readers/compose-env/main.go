// Reads .env files as Docker Compose does, by the package of its specification.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/dotenv"
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
		found, err := dotenv.GetEnvFromFile(map[string]string{"x": "expanded"}, []string{file.Path})
		if err != nil {
			panic(err)
		}
		text, _ := json.Marshal(found)
		fmt.Println(string(text))
	}
}
