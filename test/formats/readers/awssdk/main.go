// Reads shared credentials files of AWS with Go's SDK. Its first argument is the profile.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
)

func main() {
	eachFile(func(file given) any {
		only := func(options *config.LoadSharedConfigOptions) {
			options.CredentialsFiles = []string{file.Path}
			options.ConfigFiles = []string{}
		}
		read, err := config.LoadSharedConfigProfile(context.Background(), os.Args[1], only)
		must(err)
		return map[string]string{
			"aws_access_key_id":     read.Credentials.AccessKeyID,
			"aws_secret_access_key": read.Credentials.SecretAccessKey,
			"aws_session_token":     read.Credentials.SessionToken,
		}
	})
}
