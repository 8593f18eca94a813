// The originals that Keytide is compared with, behind a line protocol: a request is a line of JSON on stdin, its answer one on
// stdout, in the same order. Every text is base64, since Go's strings are bytes. `npm run test:oracle` builds and drives it.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"
	_ "time/tzdata" // For machines without zones of their own.
)

// Text travels as base64.
type Text []byte

type request struct {
	Op        string `json:"op"`
	TimeoutMs int    `json:"timeoutMs"`
	Source    Text   `json:"source"`
	Data      value  `json:"data"`
	Missing   string `json:"missingKey"`
	Left      Text   `json:"left"`
	Right     Text   `json:"right"`
	Document  Text   `json:"document"`
	Pattern   Text   `json:"pattern"`
	With      Text   `json:"with"`
}

// answer holds an output or an error text; neither when the request took too long.
type answer struct {
	Output   *Text `json:"output,omitempty"`
	Error    *Text `json:"error,omitempty"`
	TimedOut bool  `json:"timedOut,omitempty"`
}

func main() {
	debug.SetMemoryLimit(2 << 30)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return
		}
		if err != nil && err != io.EOF {
			panic(err)
		}
		written, err := json.Marshal(answered(line))
		if err != nil {
			panic(err)
		}
		out.Write(append(written, '\n'))
		if in.Buffered() == 0 {
			out.Flush()
		}
	}
}

// answered runs the request beside the main loop: one that hangs is left behind, and the process goes on.
func answered(line []byte) answer {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return failed(fmt.Errorf("request: %w", err))
	}
	done := make(chan answer, 1)
	go func() {
		defer func() {
			if caught := recover(); caught != nil {
				done <- failed(fmt.Errorf("panic: %v", caught))
			}
		}()
		done <- perform(asked)
	}()
	select {
	case result := <-done:
		return result
	case <-time.After(time.Duration(max(asked.TimeoutMs, 1000)) * time.Millisecond):
		return answer{TimedOut: true}
	}
}

func perform(asked request) answer {
	switch asked.Op {
	case "template":
		return rendered(asked)
	case "gjson":
		return selected(asked)
	case "duration":
		return parsedDuration(asked)
	case "regexFind":
		return found(asked)
	case "regexReplace":
		return replaced(asked)
	case "material":
		return material()
	}
	return failed(fmt.Errorf("unknown op %q", asked.Op))
}

func succeeded(text string) answer {
	output := Text(text)
	return answer{Output: &output}
}

func failed(err error) answer {
	text := Text(err.Error())
	return answer{Error: &text}
}
