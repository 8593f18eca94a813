// Reads files of TOML, with the library that is named.
package main

import (
	"os"

	"github.com/BurntSushi/toml"
	pelletier "github.com/pelletier/go-toml/v2"
)

func main() {
	unmarshal := toml.Unmarshal
	if os.Args[1] == "pelletier" {
		unmarshal = pelletier.Unmarshal
	}
	eachFile(func(file given) any {
		var found map[string]any
		must(unmarshal(file.text(), &found))
		return found
	})
}
