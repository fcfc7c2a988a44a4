package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// writeConfigs writes what containerd, its network plugins, the kubelet and kube-proxy read.
func (n *node) writeConfigs(kubeletSync time.Duration) error {
	c := n.cluster
	inside := fmt.Sprintf("https://%s:%d", hostFromPods, c.port)
	kubelet, err := c.writeUser(inside, "kubelet", "system:node:"+nodeName, "system:nodes")
	if err != nil {
		return err
	}
	proxy, err := c.writeUser(inside, "kube-proxy", "system:kube-proxy")
	if err != nil {
		return err
	}
	for name, content := range map[string]string{
		"kubelet.kubeconfig":     kubelet,
		"kube-proxy.kubeconfig":  proxy,
		"containerd.toml":        n.containerdConfig(),
		"cni/10-bridge.conflist": cniConfig,
		"kubelet.yaml":           n.kubeletConfig(kubeletSync),
		"kube-proxy.yaml":        n.proxyConfig(),
	} {
		file := filepath.Join(n.dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// containerdConfig: scores below the own one for the out-of-memory killer need a right that containers often lack.
func (n *node) containerdConfig() string {
	return fmt.Sprintf(`version = 2
root = "%[1]s/containerd"
state = "/run/containerd"
oom_score = 0
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "%[2]s"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "%[1]s/cni"
`, n.dir, pauseImage)
}

const cniConfig = `{
  "cniVersion": "0.4.0",
  "name": "pods",
  "plugins": [
    {"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true,
     "ipam": {"type": "host-local", "ranges": [[{"subnet": "` + podRange + `"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
`

// kubeletConfig: imported images must not be collected, nobody could pull them again.
func (n *node) kubeletConfig(sync time.Duration) string {
	return fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: %s
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
oomScoreAdj: 0
enforceNodeAllocatable: []
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: "0%%", nodefs.available: "0%%", imagefs.available: "0%%", nodefs.inodesFree: "0%%"}
resolvConf: ""
syncFrequency: %s
authentication: {anonymous: {enabled: false}, webhook: {enabled: false}, x509: {clientCAFile: "%s"}}
authorization: {mode: AlwaysAllow}
`, nodeAddress, sync, n.cluster.pki.file("ca.crt"))
}

func (n *node) proxyConfig() string {
	return fmt.Sprintf(`apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: "%s/kube-proxy.kubeconfig"}
mode: iptables
clusterCIDR: %s
oomScoreAdj: 0
conntrack: {maxPerCore: 0, min: 0}
`, n.dir, podRange)
}
