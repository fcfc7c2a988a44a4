package main

import (
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// hostFromPods is where pods of the real node find the API server and the emulators. The API server says so in its
// own Endpoints; it listens on loopback only.
const hostFromPods = "10.97.0.1"

const serviceRange = "10.96.0.0/16"

//go:embed audit.yaml
var defaultAuditPolicy []byte

//go:embed stages.yaml
var kwokStages []byte

// cluster is the control plane: files in dir, one API server at url.
type cluster struct {
	family *family
	dir    string
	port   int
	url    string
	pki    *authority
	kube   string
}

func startCluster(family *family, opts options, ready *Ready) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	c := &cluster{
		family: family,
		dir:    opts.dir,
		port:   port,
		url:    fmt.Sprintf("https://127.0.0.1:%d", port),
		kube:   os.Getenv("TESTBED_KUBERNETES"),
	}
	steps := []func() error{
		c.writeCertificates,
		func() error { return c.startEtcdAndAPIServer(opts, ready) },
		c.startControllers,
		func() error { return c.startKwok(opts.kwok) },
	}
	if opts.node {
		steps = append(steps, func() error { return c.startNode(opts, ready) })
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	ready.API = c.url
	ready.CA = c.pki.file("ca.crt")
	ready.Kubeconfig = c.kubeconfig("admin")
	ready.Kubectl = filepath.Join(opts.dir, "kubectl")
	_ = os.Remove(ready.Kubectl)
	return os.Symlink(c.kube, ready.Kubectl)
}

func (c *cluster) writeCertificates() error {
	pki, err := newAuthority(filepath.Join(c.dir, "pki"))
	if err != nil {
		return err
	}
	c.pki = pki
	names := []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"}
	clients := [][]string{
		{"admin", "testbed-admin", "system:masters"},
		{"kubelet-client", "testbed-kubelet-client", "system:masters"},
		{"kube-controller-manager", "system:kube-controller-manager"},
		{"kube-scheduler", "system:kube-scheduler"},
		{"kwok", "testbed-kwok", "system:masters"},
		{"argo-rollouts", "testbed-argo-rollouts", "system:masters"},
	}
	if err := pki.server("kube-apiserver", names, "127.0.0.1", hostFromPods, "10.96.0.1"); err != nil {
		return err
	}
	for _, client := range clients {
		if err := c.addUser(client[0], client[1], client[2:]...); err != nil {
			return err
		}
	}
	return nil
}

// addUser writes a client certificate and NAME.kubeconfig.
func (c *cluster) addUser(name, user string, groups ...string) error {
	config, err := c.writeUser(c.url, name, user, groups...)
	if err != nil {
		return err
	}
	return os.WriteFile(c.kubeconfig(name), []byte(config), 0o600)
}

// writeUser writes a client certificate and returns a kubeconfig with it.
func (c *cluster) writeUser(server, name, user string, groups ...string) (string, error) {
	if err := c.pki.client(name, user, groups...); err != nil {
		return "", err
	}
	var data [3]string
	for i, file := range []string{c.pki.file("ca.crt"), c.pki.file(name + ".crt"), c.pki.keyFile()} {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		data[i] = base64.StdEncoding.EncodeToString(content)
	}
	return fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: testbed
contexts:
- {name: testbed, context: {cluster: testbed, user: %s, namespace: default}}
clusters:
- {name: testbed, cluster: {server: "%s", certificate-authority-data: %s}}
users:
- {name: %s, user: {client-certificate-data: %s, client-key-data: %s}}
`, name, server, data[0], name, data[1], data[2]), nil
}

func (c *cluster) kubeconfig(user string) string { return filepath.Join(c.dir, user+".kubeconfig") }

func (c *cluster) startEtcdAndAPIServer(opts options, ready *Ready) error {
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	data := filepath.Join(c.dir, "etcd")
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	c.family.atEnd(func() { _ = os.RemoveAll(data) })
	client, peer := fmt.Sprintf("http://127.0.0.1:%d", ports[0]), fmt.Sprintf("http://127.0.0.1:%d", ports[1])
	etcd, err := c.family.start("etcd", nil, c.kube, "etcd",
		"--data-dir="+data,
		"--unsafe-no-fsync",
		"--log-level=warn",
		"--listen-client-urls="+client, "--advertise-client-urls="+client,
		"--listen-peer-urls="+peer, "--initial-advertise-peer-urls="+peer, "--initial-cluster=default="+peer)
	if err != nil {
		return err
	}
	if err := etcd.answers(client + "/health"); err != nil {
		return err
	}
	args := []string{"kube-apiserver",
		"--etcd-servers=" + client,
		"--bind-address=127.0.0.1", "--secure-port=" + strconv.Itoa(c.port),
		"--advertise-address=" + hostFromPods,
		"--service-cluster-ip-range=" + serviceRange,
		"--authorization-mode=Node,RBAC",
		"--allow-privileged",
		"--cert-dir=" + c.pki.dir,
		"--client-ca-file=" + c.pki.file("ca.crt"),
		"--tls-cert-file=" + c.pki.file("kube-apiserver.crt"), "--tls-private-key-file=" + c.pki.keyFile(),
		"--kubelet-client-certificate=" + c.pki.file("kubelet-client.crt"), "--kubelet-client-key=" + c.pki.keyFile(),
		"--kubelet-preferred-address-types=InternalIP",
		"--service-account-issuer=" + c.url,
		"--service-account-key-file=" + c.pki.keyFile(),
		"--service-account-signing-key-file=" + c.pki.keyFile(),
	}
	auditArgs, err := c.auditArgs(opts.audit, ready)
	if err != nil {
		return err
	}
	args = append(args, auditArgs...)
	if opts.node {
		egress, err := c.writeEgressConfig()
		if err != nil {
			return err
		}
		args = append(args, "--egress-selector-config-file="+egress)
	}
	apiserver, err := c.family.start("kube-apiserver", nil, c.kube, args...)
	if err != nil {
		return err
	}
	return apiserver.answers(c.url + "/readyz")
}

// auditArgs has the API server write one JSON line per request that the policy wants.
func (c *cluster) auditArgs(policy string, ready *Ready) ([]string, error) {
	if policy == "" {
		return nil, nil
	}
	if policy == "default" {
		policy = filepath.Join(c.dir, "audit-policy.yaml")
		if err := os.WriteFile(policy, defaultAuditPolicy, 0o600); err != nil {
			return nil, err
		}
	}
	ready.Audit = filepath.Join(c.dir, "logs", "audit.jsonl")
	// A new file after each 100 MiB, which is the default, would be hidden from those who follow it.
	return []string{"--audit-policy-file=" + policy, "--audit-log-path=" + ready.Audit, "--audit-log-maxsize=10000"}, nil
}

func (c *cluster) startControllers() error {
	_, err := c.family.start("kube-controller-manager", nil, c.kube, "kube-controller-manager",
		"--kubeconfig="+c.kubeconfig("kube-controller-manager"),
		"--leader-elect=false", "--secure-port=0",
		"--kube-api-qps=400", "--kube-api-burst=800",
		// A node that a test makes up, and that never says a word, is taken for dead after this time.
		"--node-startup-grace-period=20s",
		"--use-service-account-credentials",
		"--root-ca-file="+c.pki.file("ca.crt"),
		"--service-account-private-key-file="+c.pki.keyFile(),
		"--cluster-signing-cert-file="+c.pki.file("ca.crt"), "--cluster-signing-key-file="+c.pki.keyFile())
	if err != nil {
		return err
	}
	scheduler, err := c.family.start("kube-scheduler", nil, c.kube, "kube-scheduler",
		"--kubeconfig="+c.kubeconfig("kube-scheduler"),
		"--leader-elect=false", "--secure-port=0",
		"--kube-api-qps=400", "--kube-api-burst=800")
	if err != nil {
		return err
	}
	admin, err := c.adminClient()
	if err != nil {
		return err
	}
	return scheduler.until("the default ServiceAccount", func() bool {
		response, err := admin.Get(c.url + "/api/v1/namespaces/default/serviceaccounts/default")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// startKwok registers nodes and lets kwok play their kubelets.
func (c *cluster) startKwok(nodes int) error {
	if nodes == 0 {
		return nil
	}
	admin, err := c.adminClient()
	if err != nil {
		return err
	}
	for i := range nodes {
		name := fmt.Sprintf("kwok-%d", i)
		node := fmt.Sprintf(`{"apiVersion":"v1","kind":"Node","metadata":{"name":"%s","labels":{"type":"kwok","kubernetes.io/hostname":"%s"}}}`, name, name)
		response, err := admin.Post(c.url+"/api/v1/nodes", "application/json", strings.NewReader(node))
		if err != nil {
			return err
		}
		response.Body.Close()
		if response.StatusCode != http.StatusCreated {
			return fmt.Errorf("node %s: the API server answers %s", name, response.Status)
		}
	}
	stages := filepath.Join(c.dir, "stages.yaml")
	if err := os.WriteFile(stages, kwokStages, 0o600); err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	kwok, err := c.family.start("kwok", nil, os.Getenv("TESTBED_KWOK"),
		"--kubeconfig="+c.kubeconfig("kwok"),
		"--manage-nodes-with-label-selector=type=kwok",
		"--node-lease-duration-seconds=40",
		"--cidr=10.98.0.1/16",
		"--server-address=127.0.0.1:"+strconv.Itoa(port),
		"--config="+stages)
	if err != nil {
		return err
	}
	return kwok.answers(fmt.Sprintf("http://127.0.0.1:%d/healthz", port))
}

// adminClient speaks to the API server with the administrator's certificate.
func (c *cluster) adminClient() (*http.Client, error) {
	certificate, err := tls.LoadX509KeyPair(c.pki.file("admin.crt"), c.pki.keyFile())
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(c.pki.certificate)
	config := &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{certificate}}
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: config}}, nil
}
