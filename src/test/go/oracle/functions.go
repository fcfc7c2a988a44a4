package main

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"hash"
	"strings"

	"github.com/Masterminds/sprig/v3"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"golang.org/x/crypto/bcrypt"
	"sigs.k8s.io/yaml"
	"software.sslmate.com/src/go-pkcs12"
)

// operatorFunctions are what External Secrets Operator adds to Sprig, written
// anew from its documentation on the libraries that it uses.
var operatorFunctions = map[string]any{
	"pkcs12key":                 func(in string) (string, error) { return p12Key("", in) },
	"pkcs12keyPass":             p12Key,
	"pkcs12cert":                func(in string) (string, error) { return p12Certs("", in) },
	"pkcs12certPass":            p12Certs,
	"pemToPkcs12":               func(c, k string) (string, error) { return toP12(c, k, "", false) },
	"pemToPkcs12Pass":           func(c, k, p string) (string, error) { return toP12(c, k, p, false) },
	"fullPemToPkcs12":           func(c, k string) (string, error) { return toP12(c, k, "", true) },
	"fullPemToPkcs12Pass":       func(c, k, p string) (string, error) { return toP12(c, k, p, true) },
	"pemTruststoreToPKCS12":     func(c string) (string, error) { return trustToP12(c, "") },
	"pemTruststoreToPKCS12Pass": trustToP12,
	"filterPEM":                 filterPEM,
	"filterCertChain":           filterCertChain,
	"certSANs":                  certSANs,
	"jwkPublicKeyPem":           func(in string) (string, error) { return jwkPEM(in, "PUBLIC KEY", x509.MarshalPKIXPublicKey) },
	"jwkPrivateKeyPem":          func(in string) (string, error) { return jwkPEM(in, "PRIVATE KEY", x509.MarshalPKCS8PrivateKey) },
	"toYaml":                    toYAML,
	"fromYaml":                  fromYAML,
	"rsaDecrypt":                rsaDecrypt,
	"hexdec":                    hexDecode,
	"htpasswd":                  htpasswd,
}

// strictFunctions are Sprig's that give the text of an error as their result,
// which would be written into the Secret: here they fail.
var strictFunctions = map[string]any{
	"b64dec": func(in string) (string, error) {
		out, err := base64.StdEncoding.DecodeString(in)
		return string(out), err
	},
	"b32dec": func(in string) (string, error) {
		out, err := base32.StdEncoding.DecodeString(in)
		return string(out), err
	},
	"bcrypt": func(in string) (string, error) {
		hash, err := bcrypt.GenerateFromPassword([]byte(in), bcrypt.DefaultCost)
		return string(hash), err
	},
	"derivePassword": func(counter uint32, kind, password, user, site string) (string, error) {
		derive := sprig.TxtFuncMap()["derivePassword"].(func(uint32, string, string, string, string) string)
		return orError("cannot find password template", derive(counter, kind, password, user, site))
	},
	"genPrivateKey": func(kind string) (string, error) {
		generate := sprig.TxtFuncMap()["genPrivateKey"].(func(string) string)
		return orError("Unknown type", generate(kind))
	},
}

func orError(mark, out string) (string, error) {
	if strings.HasPrefix(out, mark) {
		return "", errors.New(out)
	}
	return out, nil
}

func toPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func p12Key(password, in string) (string, error) {
	key, _, _, err := pkcs12.DecodeChain([]byte(in), password)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return toPEM("PRIVATE KEY", der), err
}

func p12Certs(password, in string) (string, error) {
	_, leaf, others, err := pkcs12.DecodeChain([]byte(in), password)
	if err != nil {
		return "", err
	}
	all := append([]*x509.Certificate{leaf}, others...)
	if ordered, err := chain(all); err == nil {
		all = ordered
	}
	return certsToPEM(all), nil
}

func certsToPEM(certs []*x509.Certificate) string {
	var b strings.Builder
	for _, c := range certs {
		b.WriteString(toPEM("CERTIFICATE", c.Raw))
	}
	return b.String()
}

func toP12(certPEM, keyPEM, password string, full bool) (string, error) {
	block, rest := pem.Decode([]byte(certPEM))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return "", err
	}
	var others []*x509.Certificate
	if full {
		if others, err = allCerts(rest); err != nil {
			return "", err
		}
	}
	keyBlock, _ := pem.Decode([]byte(keyPEM))
	key, err := anyPrivateKey(keyBlock.Bytes)
	if err != nil {
		return "", err
	}
	store, err := pkcs12.Modern.Encode(key, cert, others, password)
	return base64.StdEncoding.EncodeToString(store), err
}

func trustToP12(certPEM, password string) (string, error) {
	certs, err := allCerts([]byte(certPEM))
	if err != nil {
		return "", err
	}
	store, err := pkcs12.Modern.EncodeTrustStore(certs, password)
	return base64.StdEncoding.EncodeToString(store), err
}

func allCerts(rest []byte) (certs []*x509.Certificate, err error) {
	for len(rest) > 0 {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		certs = append(certs, cert)
	}
	return certs, nil
}

func anyPrivateKey(der []byte) (any, error) {
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return k, nil
	}
	if k, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return k, nil
	}
	if k, err := x509.ParseECPrivateKey(der); err == nil {
		return k, nil
	}
	return nil, errors.New("no private key")
}

// fromFirstBegin drops what stands before the first block on its line.
func fromFirstBegin(in string) string {
	if i := strings.Index(in, "-----BEGIN"); i >= 0 {
		return in[i:]
	}
	return in
}

func filterPEM(kind, in string) (string, error) {
	var out strings.Builder
	rest := []byte(fromFirstBegin(in))
	for {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		if strings.EqualFold(block.Type, kind) {
			if err := pem.Encode(&out, block); err != nil {
				return "", err
			}
		}
	}
	if out.Len() == 0 && len(rest) != 0 {
		return "", errors.New("junk")
	}
	return out.String(), nil
}

func filterCertChain(kind, in string) (string, error) {
	var certs []*x509.Certificate
	for rest := []byte(in); ; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return "", err
		}
		certs = append(certs, cert)
	}
	certs, err := chain(certs)
	if err != nil {
		return "", err
	}
	isRoot := func(c *x509.Certificate) bool {
		return c.AuthorityKeyId == nil || bytes.Equal(c.AuthorityKeyId, c.SubjectKeyId)
	}
	var picked []*x509.Certificate
	switch first, last := certs[0], certs[len(certs)-1]; {
	case kind == "leaf" && !isRoot(first):
		picked = certs[:1]
	case kind == "intermediate":
		for _, c := range certs[1:] {
			if isRoot(c) {
				break
			}
			picked = append(picked, c)
		}
	case kind == "root" && isRoot(last):
		picked = certs[len(certs)-1:]
	}
	return certsToPEM(picked), nil
}

// chain orders leaf first, root last, by key identifiers.
func chain(certs []*x509.Certificate) ([]*x509.Certificate, error) {
	issuer := map[int]int{}
	isIssuer := map[int]bool{}
	for i, c := range certs {
		for j, p := range certs {
			if i != j && bytes.Equal(c.AuthorityKeyId, p.SubjectKeyId) {
				issuer[i], isIssuer[j] = j, true
				break
			}
		}
	}
	leaf := -1
	for i := range certs {
		if !isIssuer[i] {
			if leaf >= 0 {
				return nil, errors.New("several leaves")
			}
			leaf = i
		}
	}
	if leaf < 0 {
		return nil, errors.New("no leaf")
	}
	var out []*x509.Certificate
	for i, more := leaf, true; more; i, more = issuer[i], hasKey(issuer, i) {
		if len(out) == len(certs) {
			return nil, errors.New("cycle")
		}
		out = append(out, certs[i])
	}
	return out, nil
}

func hasKey(m map[int]int, k int) bool {
	_, ok := m[k]
	return ok
}

func certSANs(in string) ([]string, error) {
	block, _ := pem.Decode([]byte(fromFirstBegin(in)))
	if block == nil {
		return nil, errors.New("no PEM block")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	names = append(names, c.EmailAddresses...)
	for _, u := range c.URIs {
		names = append(names, u.String())
	}
	return names, nil
}

func jwkPEM(in, kind string, marshal func(any) ([]byte, error)) (string, error) {
	k, err := jwk.ParseKey([]byte(in))
	if err != nil {
		return "", err
	}
	var raw any
	if err := k.Raw(&raw); err != nil {
		return "", err
	}
	der, err := marshal(raw)
	if err != nil {
		return "", err
	}
	return toPEM(kind, der), nil
}

func toYAML(v any) string {
	out, err := yaml.Marshal(v)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(out), "\n")
}

func fromYAML(in string) map[string]any {
	m := map[string]any{}
	if err := yaml.Unmarshal([]byte(in), &m); err != nil {
		m["Error"] = err.Error()
	}
	return m
}

func rsaDecrypt(scheme, hashName, in, keyPEM string) (string, error) {
	switch scheme {
	case "None":
		return in, nil
	case "RSA-OAEP":
	default:
		return "", errors.New("unknown scheme")
	}
	block, _ := pem.Decode([]byte(keyPEM))
	if block == nil {
		return "", errors.New("no PEM block")
	}
	key, err := anyPrivateKey(block.Bytes)
	if err != nil {
		return "", err
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok {
		return "", errors.New("no RSA key")
	}
	hashes := map[string]func() hash.Hash{"SHA1": sha1.New, "SHA512": sha512.New}
	newHash, ok := hashes[hashName]
	if !ok {
		newHash = sha256.New
	}
	out, err := rsaKey.Decrypt(nil, []byte(in), &rsa.OAEPOptions{Hash: cryptoHash(newHash().Size())})
	return string(out), err
}

func cryptoHash(size int) crypto.Hash {
	switch size {
	case sha1.Size:
		return crypto.SHA1
	case sha512.Size:
		return crypto.SHA512
	}
	return crypto.SHA256
}

type hashAlgorithm string

// htpasswd has the third parameter that came after Sprig 3.3.0; without it, it
// is that of 3.3.0.
func htpasswd(user, password string, algorithm ...hashAlgorithm) (string, error) {
	if len(algorithm) > 1 {
		return "", errors.New("too many arguments")
	}
	if strings.Contains(user, ":") {
		return "", errors.New("invalid username")
	}
	if len(algorithm) == 1 && algorithm[0] == "sha" {
		sum := sha1.Sum([]byte(password))
		return user + ":{SHA}" + base64.StdEncoding.EncodeToString(sum[:]), nil
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	return user + ":" + string(hash), err
}

func hexDecode(in string) (string, error) {
	out, err := hex.DecodeString(in)
	return string(out), err
}
