package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// node is a real node: kubelet, containerd and kube-proxy in network, mount, pid and cgroup namespaces of their own, so
// that the machine stays as it is. It ends when the first process of its pid namespace is killed.
//
// Nothing connects its network to the machine's but two relays: connections to hostFromPods, any port, come out at the
// machine's loopback address; and the API server reaches the kubelet and pods through the socket egressSocket.
type node struct {
	cluster *cluster
	dir     string
	cgroups []string
	init    *process
}

const (
	nodeName         = "real-0"
	nodeAddress      = "10.97.0.2"
	podRange         = "10.99.0.0/24"
	cgroupPrefix     = "keyturn-testbed-"
	containerdSocket = "/run/containerd/containerd.sock"
)

func (c *cluster) egressSocket() string { return filepath.Join(c.dir, "egress.sock") }

// writeEgressConfig makes the API server reach nodes through the relay.
func (c *cluster) writeEgressConfig() (string, error) {
	file := filepath.Join(c.dir, "egress.yaml")
	return file, os.WriteFile(file, fmt.Appendf(nil, `apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections:
- name: cluster
  connection: {proxyProtocol: HTTPConnect, transport: {uds: {udsName: "%s"}}}
`, c.egressSocket()), 0o600)
}

func (c *cluster) startNode(opts options, ready *Ready) error {
	n := &node{cluster: c, dir: filepath.Join(c.dir, "node")}
	removeDeadCgroups()
	if err := os.RemoveAll(n.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(n.dir, 0o700); err != nil {
		return err
	}
	c.family.atEnd(n.clean)
	steps := []func() error{
		n.createCgroups,
		func() error { return n.writeConfigs(opts.kubeletSync) },
		func() error { return writeOwnImages(n.dir) },
		func() error { return n.start(opts.images) },
		n.relay,
		n.ready,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	ready.Node, ready.HostFromPods = nodeName, hostFromPods
	ready.Containerd = fmt.Sprintf("/proc/%d/root%s", n.init.command.Process.Pid, containerdSocket)
	return nil
}

// start runs this program as the first process of the new namespaces. It makes its cgroup namespace itself, from inside
// the cgroups that it has to join before.
func (n *node) start(images []string) error {
	env := []string{
		"TESTBED_NODE_DIR=" + n.dir,
		"TESTBED_CGROUPS=" + strings.Join(n.cgroups, ":"),
		"TESTBED_IMAGES=" + strings.Join(append(ownImages(n.dir), images...), ":"),
	}
	var err error
	n.init, err = n.cluster.family.startIn(
		unix.CLONE_NEWNS|unix.CLONE_NEWPID|unix.CLONE_NEWNET|unix.CLONE_NEWUTS|unix.CLONE_NEWIPC,
		"node", env, "/proc/self/exe", "node-init")
	return err
}

// relay waits until the network of the node is up, then connects it in both directions.
func (n *node) relay() error {
	if err := n.init.until("its network", func() bool { return exists(filepath.Join(n.dir, "network-is-up")) }); err != nil {
		return err
	}
	inside := namespaceOf(n.init.command.Process.Pid)
	for _, port := range []int{n.cluster.port, catchAllPort} {
		if err := relayToHost(inside, port, n.cluster.port); err != nil {
			return err
		}
	}
	return serveEgress(n.cluster.egressSocket(), inside)
}

func (n *node) ready() error {
	admin, err := n.cluster.adminClient()
	if err != nil {
		return err
	}
	return n.init.until("the node is Ready", func() bool {
		response, err := admin.Get(n.cluster.url + "/api/v1/nodes/" + nodeName)
		if err != nil {
			return false
		}
		defer response.Body.Close()
		return response.StatusCode == http.StatusOK && nodeIsReady(response.Body)
	})
}

// createCgroups makes one group in each mounted cgroup hierarchy, below the one that we are in.
func (n *node) createCgroups() error {
	hierarchies, err := cgroupHierarchies()
	if err != nil {
		return err
	}
	for _, hierarchy := range hierarchies {
		group := filepath.Join(hierarchy.path, fmt.Sprintf("%s%d", cgroupPrefix, os.Getpid()))
		if err := os.Mkdir(group, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
		n.cgroups = append(n.cgroups, group)
		// A new group of the cpuset hierarchy has no processor and takes no process.
		for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
			if value, err := os.ReadFile(filepath.Join(hierarchy.path, file)); err == nil {
				if err := os.WriteFile(filepath.Join(group, file), value, 0o644); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// clean removes what outlives the namespaces: groups and files.
func (n *node) clean() {
	for _, group := range n.cgroups {
		removeCgroup(group)
	}
	_ = os.RemoveAll(n.dir)
	_ = os.Remove(n.cluster.egressSocket())
}

// removeDeadCgroups removes the groups of launchers that were killed before they could.
func removeDeadCgroups() {
	hierarchies, err := cgroupHierarchies()
	if err != nil {
		return
	}
	for _, hierarchy := range hierarchies {
		groups, _ := filepath.Glob(filepath.Join(hierarchy.path, cgroupPrefix+"*"))
		for _, group := range groups {
			var pid int
			if _, err := fmt.Sscanf(filepath.Base(group), cgroupPrefix+"%d", &pid); err == nil && syscall.Kill(pid, 0) != nil {
				removeCgroup(group)
			}
		}
	}
}

// removeCgroup removes a group and those below it; the last processes may need a moment to be gone.
func removeCgroup(group string) {
	for range 50 {
		var groups []string
		_ = filepath.WalkDir(group, func(path string, entry os.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				groups = append(groups, path)
			}
			return nil
		})
		for i := len(groups) - 1; i >= 0; i-- {
			_ = syscall.Rmdir(groups[i])
		}
		if !exists(group) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	fmt.Fprintf(os.Stderr, "testbed: the cgroup %s stays behind\n", group)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
