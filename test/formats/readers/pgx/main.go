// What pgx finds in the URL that each file has.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
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
		found, err := pgconn.ParseConfig(strings.TrimSuffix(string(text), "\n"))
		check(err)
		check(out.Encode(map[string]string{
			"username": found.User, "password": found.Password,
			"host": found.Host, "port": strconv.Itoa(int(found.Port)), "database": found.Database,
		}))
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
