package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"text/template"
	"time"

	"github.com/tidwall/gjson"
)

var known = functions()

func rendered(asked request) answer {
	parsed, err := template.New("t").
		Option("missingkey="+asked.Missing).
		Funcs(known).
		Delims(string(asked.Left), string(asked.Right)).
		Parse(string(asked.Source))
	if err != nil {
		return failed(err)
	}
	var output bytes.Buffer
	if err := parsed.Execute(&output, asked.Data.root()); err != nil {
		return failed(err)
	}
	return succeeded(output.String())
}

// selected answers `-` for what doesn't exist, else `+` and the text.
func selected(asked request) answer {
	result := gjson.Get(string(asked.Document), string(asked.Pattern))
	if !result.Exists() {
		return succeeded("-")
	}
	return succeeded("+" + result.String())
}

// parsedDuration answers with the nanoseconds and the text.
func parsedDuration(asked request) answer {
	duration, err := time.ParseDuration(string(asked.Source))
	if err != nil {
		return failed(err)
	}
	return asJSON([]any{duration.Nanoseconds(), duration.String()})
}

// found answers with all matches: where each begins and ends, and its groups up to the ninth that took part, as base64.
func found(asked request) answer {
	compiled, err := regexp.Compile(string(asked.Pattern))
	if err != nil {
		return failed(err)
	}
	matches := make([][]any, 0)
	for _, at := range compiled.FindAllSubmatchIndex(asked.Source, -1) {
		match := []any{at[0], at[1]}
		for group := 1; group <= 9; group++ {
			var text *Text
			if group <= compiled.NumSubexp() && at[2*group] >= 0 {
				held := asked.Source[at[2*group]:at[2*group+1]]
				text = &held
			}
			match = append(match, text)
		}
		matches = append(matches, match)
	}
	return asJSON(matches)
}

func replaced(asked request) answer {
	compiled, err := regexp.Compile(string(asked.Pattern))
	if err != nil {
		return failed(err)
	}
	return succeeded(compiled.ReplaceAllString(string(asked.Source), string(asked.With)))
}

func asJSON(value any) answer {
	written, err := json.Marshal(value)
	if err != nil {
		return failed(err)
	}
	return succeeded(string(written))
}
