package main

import (
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// family is all processes of one test bed: they start from one thread and end together.
type family struct {
	dir     string
	members []*process
	starts  chan startRequest
	deaths  chan *process
	cleanup []func()
}

type process struct {
	name    string
	log     string
	command *exec.Cmd
	gone    chan struct{}
}

type startRequest struct {
	process *process
	done    chan error
}

func newFamily(dir string) *family {
	return &family{dir: dir, starts: make(chan startRequest), deaths: make(chan *process, 32)}
}

// start runs a program with its output in logs/NAME.log.
func (f *family) start(name string, env []string, program string, args ...string) (*process, error) {
	return f.startIn(0, name, env, program, args...)
}

// startIn does the same in new namespaces.
func (f *family) startIn(namespaces uintptr, name string, env []string, program string, args ...string) (*process, error) {
	logs := filepath.Join(f.dir, "logs")
	if err := os.MkdirAll(logs, 0o700); err != nil {
		return nil, err
	}
	command := exec.Command(program, args...)
	command.Dir = f.dir
	command.Env = append(os.Environ(), env...)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true, Cloneflags: namespaces}
	p := &process{name: name, log: filepath.Join(logs, name+".log"), command: command, gone: make(chan struct{})}
	request := startRequest{process: p, done: make(chan error, 1)}
	f.starts <- request
	if err := <-request.done; err != nil {
		return nil, fmt.Errorf("%s does not start: %w", name, err)
	}
	return p, nil
}

// fork is called by the main thread only, for a request of start.
func (f *family) fork(p *process) error {
	out, err := os.Create(p.log)
	if err != nil {
		return err
	}
	defer out.Close()
	p.command.Stdout, p.command.Stderr = out, out
	if err := p.command.Start(); err != nil {
		return err
	}
	f.members = append(f.members, p)
	go func() {
		_ = p.command.Wait()
		close(p.gone)
		f.deaths <- p
	}()
	return nil
}

// atEnd has something done when all processes are gone.
func (f *family) atEnd(action func()) { f.cleanup = append(f.cleanup, action) }

// end kills everything, the youngest first: nothing here is worth a graceful stop.
func (f *family) end() {
	for i := len(f.members) - 1; i >= 0; i-- {
		p := f.members[i]
		_ = syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL)
		<-p.gone
	}
	for i := len(f.cleanup) - 1; i >= 0; i-- {
		f.cleanup[i]()
	}
}

func (p *process) lastLines() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

// freePort gives a loopback port below the range from which the kernel takes ports of outgoing connections, which
// could otherwise take it between this look and the bind.
func freePort() (int, error) {
	for range 100 {
		port := 20000 + rand.IntN(12000)
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return port, listener.Close()
		}
	}
	return 0, fmt.Errorf("no free loopback port between 20000 and 32000")
}

var poller = &http.Client{
	Timeout:   2 * time.Second,
	Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true},
}

// answers waits until url answers 200.
func (p *process) answers(url string) error {
	return p.until(url, func() bool {
		response, err := poller.Get(url)
		if err != nil {
			return false
		}
		defer response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// until waits for a condition as long as the process lives, a minute at most.
func (p *process) until(what string, condition func() bool) error {
	deadline := time.Now().Add(time.Minute)
	for !condition() {
		select {
		case <-p.gone:
			return fmt.Errorf("%s ended before it was ready, its last lines:\n%s", p.name, p.lastLines())
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is not ready after a minute (%s), its last lines:\n%s", p.name, what, p.lastLines())
		}
	}
	return nil
}

func freePorts(count int) ([]int, error) {
	ports := make([]int, count)
	for i := range ports {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		ports[i] = port
	}
	return ports, nil
}
