// Package sprig holds what External Secrets Operator 2.9 changed in sprig 3.3: three functions. The package is called as the
// original is, because error texts name types with it.
package sprig

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// HashAlgorithm is a string type of its own: a template can give it as a literal only.
type HashAlgorithm string

// Htpasswd takes a third argument now.
func Htpasswd(user, password string, algorithm HashAlgorithm) string {
	if strings.Contains(user, ":") {
		return fmt.Sprintf("invalid username: %s", user)
	}
	if algorithm == "sha" {
		sum := sha1.Sum([]byte(password))
		return user + ":{SHA}" + base64.StdEncoding.EncodeToString(sum[:])
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	if err != nil {
		return user + ":" + fmt.Sprintf("failed to encrypt string with bcrypt: %s", err)
	}
	return user + ":" + string(hash)
}

// Hexdec answers with the text of the error, as b64dec does.
func Hexdec(text string) string {
	data, err := hex.DecodeString(text)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
