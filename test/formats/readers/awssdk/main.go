// Reads shared credentials files of AWS with Go's SDK. Its first argument is the profile.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
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
		only := func(options *config.LoadSharedConfigOptions) {
			options.CredentialsFiles = []string{file.Path}
			options.ConfigFiles = []string{}
		}
		read, err := config.LoadSharedConfigProfile(context.Background(), os.Args[1], only)
		if err != nil {
			panic(err)
		}
		found := map[string]string{
			"aws_access_key_id":     read.Credentials.AccessKeyID,
			"aws_secret_access_key": read.Credentials.SecretAccessKey,
			"aws_session_token":     read.Credentials.SessionToken,
		}
		text, _ := json.Marshal(found)
		fmt.Println(string(text))
	}
}
