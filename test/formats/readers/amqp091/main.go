// What RabbitMQ's own client for Go finds in the URL that each file has.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	amqp "github.com/rabbitmq/amqp091-go"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var file struct{ Path string }
		check(json.Unmarshal(in.Bytes(), &file))
		text, err := os.ReadFile(file.Path)
		check(err)
		found, err := amqp.ParseURI(strings.TrimSuffix(string(text), "\n"))
		check(err)
		check(out.Encode(map[string]string{
			"username": found.Username, "password": found.Password,
			"host": found.Host, "port": strconv.Itoa(found.Port), "vhost": found.Vhost,
		}))
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
