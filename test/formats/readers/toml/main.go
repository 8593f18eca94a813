// Reads files of TOML, with the library that is named.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/BurntSushi/toml"
	pelletier "github.com/pelletier/go-toml/v2"
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
		var found map[string]any
		if os.Args[1] == "pelletier" {
			err = pelletier.Unmarshal(text, &found)
		} else {
			err = toml.Unmarshal(text, &found)
		}
		if err != nil {
			panic(err)
		}
		answer, _ := json.Marshal(found)
		fmt.Println(string(answer))
	}
}
