package main

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"strings"
	"text/template"

	original "github.com/external-secrets/external-secrets/pkg/template/v2"

	"keytide.example/oracle/sprig"
)

// functions is what a template of External Secrets Operator 2.9 may call: those of 0.20, a version that other modules can
// import, and what changed since.
func functions() template.FuncMap {
	all := maps.Clone(original.FuncMap())
	for _, gone := range []string{"getHostByName", "env", "expandenv", "getSecretKey"} {
		delete(all, gone)
	}
	all["hexdec"] = sprig.Hexdec
	all["htpasswd"] = sprig.Htpasswd
	all["certSANs"] = certSANs
	all["filterPEM"] = filterPEM(all["filterPEM"])
	return all
}

// filterPEM ignores what stands before the first block, as certSANs does.
func filterPEM(before any) func(string, string) (string, error) {
	filter := before.(func(string, string) (string, error))
	return func(kind, text string) (string, error) {
		return filter(kind, fromFirstBlock(text))
	}
}

// fromFirstBlock is for the decoder of recent Go releases, which takes a block only at the start of a line.
func fromFirstBlock(text string) string {
	return text[max(strings.Index(text, "-----BEGIN"), 0):]
}

// certSANs gives the names of the first certificate: DNS names, addresses, e-mail addresses, URIs.
func certSANs(text string) ([]string, error) {
	block, _ := pem.Decode([]byte(fromFirstBlock(text)))
	if block == nil {
		return nil, errors.New("failed to decode PEM block")
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("failed to parse certificate: %w", err)
	}
	count := len(certificate.DNSNames) + len(certificate.IPAddresses) + len(certificate.EmailAddresses) + len(certificate.URIs)
	names := make([]string, 0, count)
	names = append(names, certificate.DNSNames...)
	for _, address := range certificate.IPAddresses {
		names = append(names, address.String())
	}
	names = append(names, certificate.EmailAddresses...)
	for _, uri := range certificate.URIs {
		names = append(names, uri.String())
	}
	return names, nil
}
