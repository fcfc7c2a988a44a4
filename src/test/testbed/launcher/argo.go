package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// startArgo brings up Argo Rollouts on a cluster that is there already: its CRDs, and its controller.
func startArgo(family *family, kubeconfig string) error {
	program := os.Getenv("TESTBED_ARGO")
	kubectl := filepath.Join(filepath.Dir(os.Getenv("TESTBED_KUBERNETES")), "kubectl")
	crds := filepath.Join(filepath.Dir(program), "crds")
	for _, args := range [][]string{
		// kubectl's own apply would keep each CRD a second time, in an annotation that is too long.
		{"apply", "--server-side", "--force-conflicts", "-f", crds},
		{"wait", "--for=condition=Established", "--timeout=60s", "-f", crds},
	} {
		output, err := exec.Command(kubectl, append([]string{"--kubeconfig", kubeconfig}, args...)...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("kubectl %s: %w\n%s", args[0], err, output)
		}
	}
	argo, err := family.start("argo-rollouts", nil, program,
		"--kubeconfig="+kubeconfig,
		"--leader-elect=false",
		"--qps=400", "--burst=800",
		// It would listen on all addresses. It goes on without a port that does not exist.
		"--metricsPort=-1", "--healthzPort=-1")
	if err != nil {
		return err
	}
	return argo.until("its controllers", func() bool {
		text, err := os.ReadFile(argo.log)
		return err == nil && strings.Contains(string(text), "Started controller")
	})
}
