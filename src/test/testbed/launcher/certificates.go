package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// authority signs the certificates of one throw-away cluster and writes them to one folder. All of them, and the
// ServiceAccount tokens, share one RSA key: it is quick, and Fabric8 reads no EC keys.
type authority struct {
	dir         string
	certificate *x509.Certificate
	key         *rsa.PrivateKey
}

// newAuthority writes ca.crt and the key.
func newAuthority(dir string) (*authority, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	a := &authority{dir: dir, key: key}
	der := x509.MarshalPKCS1PrivateKey(key)
	if err := writePem(a.keyFile(), "RSA PRIVATE KEY", der); err != nil {
		return nil, err
	}
	a.certificate, err = a.issue("ca", &x509.Certificate{
		Subject:               pkix.Name{CommonName: "keyturn-testbed"},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	})
	return a, err
}

// server writes NAME.crt for a server at these addresses.
func (a *authority) server(name string, dns []string, addresses ...string) error {
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		DNSNames:    dns,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, address := range addresses {
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(address))
	}
	_, err := a.issue(name, template)
	return err
}

// client writes NAME.crt for a user in these groups.
func (a *authority) client(name, user string, groups ...string) error {
	_, err := a.issue(name, &x509.Certificate{
		Subject:     pkix.Name{CommonName: user, Organization: groups},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	return err
}

func (a *authority) issue(name string, template *x509.Certificate) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().Add(7 * 24 * time.Hour)
	parent := a.certificate
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, a.key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	if err := writePem(a.file(name+".crt"), "CERTIFICATE", der); err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func (a *authority) file(name string) string { return filepath.Join(a.dir, name) }

func (a *authority) keyFile() string { return a.file("key.pem") }

func writePem(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
