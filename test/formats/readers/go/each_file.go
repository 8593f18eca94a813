// What all readers in Go share; goReader puts it beside their main.go.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

type given struct {
	Path   string
	Fields map[string]string
}

// For each line of stdin, a file: prints what read finds in it, as a line of JSON.
func eachFile(read func(given) any) {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var file given
		must(json.Unmarshal(line, &file))
		answer, err := json.Marshal(read(file))
		must(err)
		fmt.Println(string(answer))
	}
}

func (file given) text() []byte {
	text, err := os.ReadFile(file.Path)
	must(err)
	return text
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
