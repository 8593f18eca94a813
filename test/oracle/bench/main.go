// Go's own template engine with the functions of External Secrets Operator, to be measured: `npm run bench -- --only templates`
// builds and drives it. A request is a line of JSON on stdin, its answer one on stdout.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"text/template"
	"time"

	original "github.com/external-secrets/external-secrets/pkg/template/v2"
)

// request asks for a template to be parsed and executed that many times.
type request struct {
	Source string            `json:"source"`
	Data   map[string]string `json:"data"`
	Times  int               `json:"times"`
	// Once is set to register the functions once and not for each template, which is what the operator does.
	Once bool `json:"once"`
}

type answer struct {
	Output string  `json:"output"`
	Ms     float64 `json:"ms"`
}

func main() {
	functions := original.FuncMap()
	prepared := template.New("").Option("missingkey=error").Funcs(functions)
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	for in.More() {
		var asked request
		if err := in.Decode(&asked); err != nil {
			fail(err)
		}
		fresh := func() *template.Template { return prepared.New("t") }
		if !asked.Once {
			fresh = func() *template.Template { return template.New("t").Option("missingkey=error").Funcs(functions) }
		}
		if err := out.Encode(measured(asked, fresh)); err != nil {
			fail(err)
		}
	}
}

func measured(asked request, fresh func() *template.Template) answer {
	var output bytes.Buffer
	startedAt := time.Now()
	for range asked.Times {
		output = bytes.Buffer{}
		parsed, err := fresh().Parse(asked.Source)
		if err == nil {
			err = parsed.Execute(&output, asked.Data)
		}
		if err != nil {
			fail(err)
		}
	}
	return answer{Output: output.String(), Ms: time.Since(startedAt).Seconds() * 1000}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
