// What RabbitMQ's own client for Go finds in the URL that each file has.
package main

import (
	"strconv"
	"strings"

	amqp "github.com/rabbitmq/amqp091-go"
)

func main() {
	eachFile(func(file given) any {
		found, err := amqp.ParseURI(strings.TrimSuffix(string(file.text()), "\n"))
		must(err)
		return map[string]string{
			"username": found.Username, "password": found.Password,
			"host": found.Host, "port": strconv.Itoa(found.Port), "vhost": found.Vhost,
		}
	})
}
