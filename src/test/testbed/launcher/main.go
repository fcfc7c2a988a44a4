// testbed brings up a real Kubernetes control plane and AWS emulators on loopback ports, in the foreground.
//
// It prints one JSON line on stdout when everything is ready, and ends whatever it started when it gets SIGINT or
// SIGTERM, when the pipe that is its stdin closes, or when one of its processes dies. Use it through the script
// testbed beside this folder, which builds the programs first and names them in the environment.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Ready is the line on stdout.
type Ready struct {
	Dir            string `json:"dir"`
	Kubeconfig     string `json:"kubeconfig,omitempty"`
	API            string `json:"api,omitempty"`
	CA             string `json:"ca,omitempty"`
	Audit          string `json:"audit,omitempty"`
	Kubectl        string `json:"kubectl,omitempty"`
	Node           string `json:"node,omitempty"`
	HostFromPods   string `json:"hostFromPods,omitempty"`
	Containerd     string `json:"containerd,omitempty"`
	Moto           string `json:"moto,omitempty"`
	Ministack      string `json:"ministack,omitempty"`
	MinistackAuth  string `json:"ministackAuth,omitempty"`
	ReadyAfterMsec int64  `json:"readyAfterMillis"`
}

type options struct {
	dir           string
	temporary     bool
	cluster       bool
	argo          bool
	kubeconfig    string
	kwok          int
	audit         string
	node          bool
	kubeletSync   time.Duration
	images        imageList
	moto          bool
	ministack     bool
	ministackAuth bool
}

type imageList []string

func (l *imageList) String() string { return strings.Join(*l, ",") }

func (l *imageList) Set(file string) error {
	path, err := filepath.Abs(file)
	*l = append(*l, path)
	return err
}

func init() {
	// Linux ends a child with Pdeathsig when the thread that started it ends, so all are started from this one.
	runtime.LockOSThread()
}

func main() {
	switch {
	case len(os.Args) == 2 && os.Args[1] == "pause":
		pause()
		return
	case len(os.Args) == 2 && os.Args[1] == "node-init":
		fmt.Fprintf(os.Stderr, "node: %v\n", nodeInit())
		os.Exit(1)
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "testbed: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	opts, err := parse(args)
	if err != nil {
		return err
	}
	stop := make(chan os.Signal, 2)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		if stdinCloses() {
			stop <- syscall.SIGTERM
		}
	}()

	start := time.Now()
	family := newFamily(opts.dir)
	defer family.end()
	if opts.temporary {
		family.atEnd(func() { _ = os.RemoveAll(opts.dir) })
	}
	ready := &Ready{Dir: opts.dir}
	up := make(chan error, 1)
	go func() { up <- bringUp(family, opts, ready) }()
	for {
		select {
		case err := <-up:
			if err != nil {
				return err
			}
			ready.ReadyAfterMsec = time.Since(start).Milliseconds()
			line, err := json.Marshal(ready)
			if err != nil {
				return err
			}
			fmt.Println(string(line))
		case request := <-family.starts:
			request.done <- family.fork(request.process)
		case dead := <-family.deaths:
			return fmt.Errorf("%s ended by itself, its last lines:\n%s", dead.name, dead.lastLines())
		case <-stop:
			return nil
		}
	}
}

func bringUp(family *family, opts options, ready *Ready) error {
	if opts.cluster {
		if err := startCluster(family, opts, ready); err != nil {
			return err
		}
	}
	if opts.argo {
		return startArgo(family, opts.kubeconfig)
	}
	return startEmulators(family, opts, ready)
}

func parse(args []string) (options, error) {
	var opts options
	if len(args) == 0 || !slices.Contains([]string{"up", "aws", "argo"}, args[0]) {
		return opts, fmt.Errorf("say what to bring up: 'up' (a cluster), 'aws' (emulators) or 'argo' (Argo Rollouts)")
	}
	opts.cluster = args[0] == "up"
	opts.argo = args[0] == "argo"
	flags := flag.NewFlagSet("testbed "+args[0], flag.ContinueOnError)
	flags.StringVar(&opts.dir, "dir", "", "folder for data, logs and the kubeconfig (a temporary one, removed at the end)")
	if opts.argo {
		flags.StringVar(&opts.kubeconfig, "kubeconfig", "", "of the cluster")
	} else {
		flags.BoolVar(&opts.moto, "moto", false, "start moto")
		flags.BoolVar(&opts.ministack, "ministack", false, "start ministack, which lets everybody in")
		flags.BoolVar(&opts.ministackAuth, "ministack-auth", false, "start ministack with IAM enforced")
	}
	if opts.cluster {
		flags.IntVar(&opts.kwok, "kwok", 0, "number of pretended nodes, whose pods become Ready without running")
		flags.StringVar(&opts.audit, "audit", "", "write an audit log by this policy file, or 'default'")
		flags.BoolVar(&opts.node, "node", false, "start a real node that runs containers (root only)")
		flags.DurationVar(&opts.kubeletSync, "kubelet-sync", time.Minute, "how often the kubelet looks after each pod")
		flags.Var(&opts.images, "image", "image archive for the real node (may be repeated)")
	}
	if err := flags.Parse(args[1:]); err != nil {
		return opts, err
	}
	if flags.NArg() > 0 {
		return opts, fmt.Errorf("no such argument: %s", flags.Arg(0))
	}
	var err error
	if opts.argo {
		// Everything is started in the bed's own folder.
		if opts.kubeconfig, err = filepath.Abs(opts.kubeconfig); err != nil {
			return opts, err
		}
	}
	if opts.temporary = opts.dir == ""; opts.temporary {
		opts.dir, err = os.MkdirTemp("", "keyturn-testbed-")
	} else if opts.dir, err = filepath.Abs(opts.dir); err == nil {
		err = os.MkdirAll(opts.dir, 0o700)
	}
	return opts, err
}

// stdinCloses waits for the end of stdin if that is a pipe: who started us has gone. A terminal or /dev/null says nothing.
func stdinCloses() bool {
	info, err := os.Stdin.Stat()
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return false
	}
	buffer := make([]byte, 512)
	for {
		if _, err := os.Stdin.Read(buffer); err != nil {
			return true
		}
	}
}
