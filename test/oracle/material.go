package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"hash"
	"math/big"
	"net"
	"net/url"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwk"
	"software.sslmate.com/src/go-pkcs12"
)

// pieces are keys, certificates and containers by kind: cert, chain, key, p12 (base64), jwk, cipher (base64).
type pieces map[string][]Text

func (p pieces) add(kind string, text []byte) { p[kind] = append(p[kind], text) }

// material makes what only Go's own libraries should have made; the caller keeps it, so that a seed means the same next time.
func material() answer {
	made := pieces{}
	rsaKey := must(rsa.GenerateKey(rand.Reader, 2048))
	p256 := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	p384 := must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	p521 := must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader))
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	check(err)

	made.add("key", block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)))
	for _, key := range []crypto.Signer{rsaKey, p256, p384, p521, edKey} {
		made.add("key", block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))))
		made.add("pub", block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(key.Public()))))
	}
	for _, key := range []*ecdsa.PrivateKey{p256, p384, p521} {
		made.add("key", block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(key))))
	}
	addCertificates(made, rsaKey, []crypto.Signer{rsaKey, p256, p384, p521, edKey})
	addTokens(made, []crypto.Signer{rsaKey, p256, p384, p521, edKey})
	for _, digest := range []hash.Hash{sha1.New(), sha256.New(), sha512.New()} {
		sealed := must(rsa.EncryptOAEP(digest, rand.Reader, &rsaKey.PublicKey, []byte("o p\u00e9n\n"), nil))
		made.add("cipher", []byte(base64.StdEncoding.EncodeToString(sealed)))
	}
	return asJSON(made)
}

func addCertificates(made pieces, rsaKey *rsa.PrivateKey, keys []crypto.Signer) {
	root, rootKey := certificate("root", keys[0], nil, nil, true)
	middle, middleKey := certificate("middle", keys[1], root, rootKey, true)
	leaf, leafKey := certificate("leaf", keys[0], middle, middleKey, false)
	other, otherKey := certificate("other", keys[2], root, rootKey, false)
	for _, key := range keys {
		alone, _ := certificate("alone", key, nil, nil, false)
		made.add("cert", certificateBlock(alone))
	}
	made.add("cert", certificateBlock(leaf))
	made.add("cert", certificateBlock(root))
	orders := [][]*x509.Certificate{
		{leaf, middle, root}, {root, middle, leaf}, {middle, leaf}, {middle, root, leaf}, {leaf, root}, {leaf, other},
		{leaf, other, middle, root}, {root, root}, {leaf, leaf, middle}, {middle},
	}
	for _, order := range orders {
		made.add("chain", certificateBlock(order...))
	}
	for _, encoder := range []*pkcs12.Encoder{pkcs12.LegacyRC2, pkcs12.LegacyDES, pkcs12.Modern2023} {
		for _, password := range []string{"", "secret"} {
			made.add("p12", base64Of(must(encoder.Encode(rsaKey, leaf, []*x509.Certificate{middle, root}, password))))
		}
		made.add("p12", base64Of(must(encoder.Encode(otherKey, other, []*x509.Certificate{root, middle}, ""))))
		made.add("p12", base64Of(must(encoder.Encode(leafKey, leaf, nil, ""))))
		made.add("p12", base64Of(must(encoder.EncodeTrustStore([]*x509.Certificate{root, middle}, ""))))
	}
	made.add("p12", base64Of(must(pkcs12.Passwordless.Encode(rsaKey, leaf, nil, ""))))
}

// addTokens makes a private and a public JWK of each key, and one with fields that only a reader of JWKs cares for.
func addTokens(made pieces, keys []crypto.Signer) {
	for _, key := range keys {
		private := must(jwk.FromRaw(key))
		check(private.Set(jwk.KeyIDKey, "k-1"))
		made.add("jwk", must(json.Marshal(private)))
		made.add("jwk", must(json.Marshal(must(jwk.FromRaw(key.Public())))))
	}
	made.add("jwk", must(json.Marshal(must(jwk.FromRaw([]byte("symmetric"))))))
}

func certificate(name string, key crypto.Signer, parent *x509.Certificate, parentKey crypto.Signer, isCA bool) (*x509.Certificate, crypto.Signer) {
	template := &x509.Certificate{
		SerialNumber:          must(rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))),
		Subject:               pkix.Name{CommonName: name, Organization: []string{"Example, Inc."}, Country: []string{"DE"}},
		NotBefore:             time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
		NotAfter:              time.Date(2124, 2, 29, 0, 0, 0, 0, time.UTC),
		IsCA:                  isCA,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature,
	}
	if isCA {
		template.KeyUsage |= x509.KeyUsageCertSign
	} else {
		template.DNSNames = []string{name + ".example.com", "*.example.com"}
		template.IPAddresses = []net.IP{net.ParseIP("10.1.2.3"), net.ParseIP("2001:db8::1:0:0:1"), net.ParseIP("::ffff:1.2.3.4")}
		template.EmailAddresses = []string{"ops@example.com"}
		template.URIs = []*url.URL{must(url.Parse("spiffe://example.com/ns/a b/sa/x"))}
	}
	if parent == nil {
		parent, parentKey = template, key
	}
	der := must(x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey))
	return must(x509.ParseCertificate(der)), key
}

func certificateBlock(certificates ...*x509.Certificate) []byte {
	var text []byte
	for _, each := range certificates {
		text = append(text, block("CERTIFICATE", each.Raw)...)
	}
	return text
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func base64Of(data []byte) []byte {
	return []byte(base64.StdEncoding.EncodeToString(data))
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
