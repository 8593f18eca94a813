// What pgx finds in the URL that each file has.
package main

import (
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

func main() {
	eachFile(func(file given) any {
		found, err := pgconn.ParseConfig(strings.TrimSuffix(string(file.text()), "\n"))
		must(err)
		return map[string]string{
			"username": found.User, "password": found.Password,
			"host": found.Host, "port": strconv.Itoa(int(found.Port)), "database": found.Database,
		}
	})
}
