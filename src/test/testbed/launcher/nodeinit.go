package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// nodeInit is the first process of a node's namespaces: it lays out mounts and network, starts the node's programs and
// reaps. When one of them ends it ends, and the kernel kills whatever is left in the namespaces.
func nodeInit() error {
	dir := os.Getenv("TESTBED_NODE_DIR")
	steps := []func() error{joinCgroups, mountAll, bringUpNetwork}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "network-is-up"), nil, 0o600); err != nil {
		return err
	}
	kubernetes := os.Getenv("TESTBED_KUBERNETES")
	programs := map[int]string{}
	start := func(name string, command ...string) error {
		out, err := os.Create(filepath.Join(filepath.Dir(dir), "logs", name+".log"))
		if err != nil {
			return err
		}
		defer out.Close()
		program, err := exec.LookPath(command[0])
		if err != nil {
			return err
		}
		process, err := os.StartProcess(program, command, &os.ProcAttr{Env: os.Environ(), Files: []*os.File{nil, out, out}})
		if err == nil {
			programs[process.Pid] = name
		}
		return err
	}
	if err := start("containerd", "containerd", "--config="+filepath.Join(dir, "containerd.toml")); err != nil {
		return err
	}
	if err := importImages(strings.Split(os.Getenv("TESTBED_IMAGES"), ":")); err != nil {
		return err
	}
	if err := start("kubelet", kubernetes, "kubelet", "--config="+filepath.Join(dir, "kubelet.yaml"),
		"--kubeconfig="+filepath.Join(dir, "kubelet.kubeconfig"), "--hostname-override="+nodeName,
		"--node-ip="+nodeAddress, "--cert-dir="+dir); err != nil {
		return err
	}
	if err := start("kube-proxy", kubernetes, "kube-proxy", "--config="+filepath.Join(dir, "kube-proxy.yaml"),
		"--hostname-override="+nodeName); err != nil {
		return err
	}
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		if err == nil && programs[pid] != "" {
			return fmt.Errorf("%s ended (%d), see logs/%s.log", programs[pid], status, programs[pid])
		}
	}
}

// joinCgroups moves this process into the groups made for the node and makes them the roots that it sees.
func joinCgroups() error {
	for _, group := range strings.Split(os.Getenv("TESTBED_CGROUPS"), ":") {
		if err := os.WriteFile(filepath.Join(group, "cgroup.procs"), []byte("0"), 0o644); err != nil {
			return err
		}
	}
	return unix.Unshare(unix.CLONE_NEWCGROUP)
}

func mountAll() error {
	hierarchies, err := cgroupHierarchies()
	if err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := mountFresh("proc", "/proc", "proc", ""); err != nil {
		return err
	}
	if err := mountFresh("sysfs", "/sys", "sysfs", ""); err != nil {
		return err
	}
	if err := mountCgroups(hierarchies); err != nil {
		return err
	}
	for _, path := range []string{"/run", "/var/log", "/var/lib/kubelet", "/var/lib/cni", "/etc/cni"} {
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
		if err := mountFresh("tmpfs", path, "tmpfs", "mode=755"); err != nil {
			return err
		}
	}
	if err := hideKernelSettings(); err != nil {
		return err
	}
	return unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, "")
}

func mountFresh(source, target, kind, data string) error {
	if err := unix.Mount(source, target, kind, 0, data); err != nil {
		return fmt.Errorf("mount %s at %s: %w", kind, target, err)
	}
	return nil
}

func mountCgroups(hierarchies []hierarchy) error {
	if err := mountFresh("tmpfs", "/sys/fs/cgroup", "tmpfs", "mode=755"); err != nil {
		return err
	}
	for _, h := range hierarchies {
		path := filepath.Join("/sys/fs/cgroup", h.name)
		if err := os.Mkdir(path, 0o755); err != nil {
			return err
		}
		if err := mountFresh("cgroup", path, "cgroup", h.data); err != nil {
			return err
		}
	}
	return nil
}

// hideKernelSettings has the kubelet write what it wants of the kernel into files: no namespace divides these settings.
func hideKernelSettings() error {
	settings := map[string]string{
		"vm/overcommit_memory": "1", "vm/panic_on_oom": "0", "kernel/panic": "10", "kernel/panic_on_oops": "1",
		"kernel/keys/root_maxkeys": "1000000", "kernel/keys/root_maxbytes": "25000000",
	}
	for setting, value := range settings {
		fake := filepath.Join("/run", strings.ReplaceAll(setting, "/", "-"))
		if err := os.WriteFile(fake, []byte(value+"\n"), 0o644); err != nil {
			return err
		}
		if err := unix.Mount(fake, filepath.Join("/proc/sys", setting), "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("hide %s: %w", setting, err)
		}
	}
	return nil
}

func bringUpNetwork() error {
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644); err != nil {
		return err
	}
	catchAll := func(chain string) []string {
		return []string{"iptables", "-t", "nat", "-A", chain, "-d", hostFromPods, "-p", "tcp",
			"-j", "DNAT", "--to-destination", fmt.Sprintf("%s:%d", hostFromPods, catchAllPort)}
	}
	commands := [][]string{
		{"ip", "link", "set", "lo", "up"},
		{"ip", "address", "add", hostFromPods + "/32", "dev", "lo"},
		{"ip", "address", "add", nodeAddress + "/32", "dev", "lo"},
		catchAll("PREROUTING"),
		catchAll("OUTPUT"),
	}
	for _, command := range commands {
		if err := runQuietly(command...); err != nil {
			return err
		}
	}
	return nil
}

func importImages(archives []string) error {
	for range 200 {
		if runQuietly("ctr", "--address="+containerdSocket, "version") == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	for _, archive := range archives {
		if err := runQuietly("ctr", "--address="+containerdSocket, "--namespace=k8s.io", "images", "import", archive); err != nil {
			return err
		}
	}
	return nil
}

func runQuietly(command ...string) error {
	if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(command, " "), err, out)
	}
	return nil
}

// pause holds a pod's namespaces and reaps in them.
func pause() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	children := make(chan os.Signal, 16)
	signal.Notify(children, syscall.SIGCHLD)
	for {
		select {
		case <-stop:
			return
		case <-children:
			for {
				if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 || err != nil {
					break
				}
			}
		}
	}
}
