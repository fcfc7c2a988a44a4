package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// catchAllPort gets every connection to hostFromPods in the node's network, by a rule that node-init sets.
const catchAllPort = 15001

func namespaceOf(pid int) string { return fmt.Sprintf("/proc/%d/ns/net", pid) }

// inNetwork runs an action on a thread that is in another network namespace: the sockets it opens stay there.
func inNetwork(namespace string, action func() error) error {
	result := make(chan error, 1)
	go func() {
		// The thread is never unlocked, so it ends with this goroutine and takes its namespace along.
		runtime.LockOSThread()
		file, err := os.Open(namespace)
		if err != nil {
			result <- err
			return
		}
		defer file.Close()
		if err := unix.Setns(int(file.Fd()), unix.CLONE_NEWNET); err != nil {
			result <- err
			return
		}
		result <- action()
	}()
	return <-result
}

// relayToHost passes connections that arrive at a port of hostFromPods in the node's network to the machine's loopback
// address: to the port that they were meant for, or to the API server's if they were meant for its Service.
func relayToHost(namespace string, port, apiPort int) error {
	var listener net.Listener
	err := inNetwork(namespace, func() (err error) {
		listener, err = net.Listen("tcp", fmt.Sprintf("%s:%d", hostFromPods, port))
		return err
	})
	if err != nil {
		return err
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				target := apiPort
				if port == catchAllPort {
					target = originalPort(connection.(*net.TCPConn))
				}
				host, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", target))
				if err != nil {
					connection.Close()
					return
				}
				join(connection, host)
			}()
		}
	}()
	return nil
}

// originalPort is the port that a connection asked for before the rule sent it to us.
func originalPort(connection *net.TCPConn) int {
	raw, err := connection.SyscallConn()
	if err != nil {
		return 0
	}
	var address unix.RawSockaddrInet4
	_ = raw.Control(func(fd uintptr) {
		size := uint32(unsafe.Sizeof(address))
		_, _, _ = unix.Syscall6(unix.SYS_GETSOCKOPT, fd, unix.SOL_IP, unix.SO_ORIGINAL_DST,
			uintptr(unsafe.Pointer(&address)), uintptr(unsafe.Pointer(&size)), 0)
	})
	bytes := (*[2]byte)(unsafe.Pointer(&address.Port))
	return int(bytes[0])<<8 | int(bytes[1])
}

// serveEgress is an HTTP CONNECT proxy on a Unix socket whose connections start in the node's network.
func serveEgress(socket, namespace string) error {
	_ = os.Remove(socket)
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	go func() {
		_ = http.Serve(listener, http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			var target net.Conn
			err := inNetwork(namespace, func() (err error) {
				target, err = net.Dial("tcp", request.Host)
				return err
			})
			if err != nil {
				http.Error(writer, err.Error(), http.StatusBadGateway)
				return
			}
			client, _, err := writer.(http.Hijacker).Hijack()
			if err != nil {
				target.Close()
				return
			}
			_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
			join(client, target)
		}))
	}()
	return nil
}

// join copies both ways until both sides have ended.
func join(a, b net.Conn) {
	done := make(chan struct{}, 2)
	pass := func(to, from net.Conn) {
		_, _ = io.Copy(to, from)
		if half, ok := to.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
		done <- struct{}{}
	}
	go pass(a, b)
	go pass(b, a)
	<-done
	<-done
	a.Close()
	b.Close()
}

func nodeIsReady(body io.Reader) bool {
	var node struct {
		Status struct {
			Conditions []struct{ Type, Status string }
		}
	}
	if json.NewDecoder(body).Decode(&node) != nil {
		return false
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == "Ready" {
			return condition.Status == "True"
		}
	}
	return false
}
