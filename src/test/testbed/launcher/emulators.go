package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// startEmulators starts the AWS emulators that were asked for side by side, then waits for each.
func startEmulators(family *family, opts options, ready *Ready) error {
	bin := filepath.Join(os.Getenv("TESTBED_PYTHON"), "bin")
	var waits []func() error
	emulator := func(wanted bool, name string, url *string, health string, command func(port string) ([]string, []string)) error {
		if !wanted {
			return nil
		}
		port, err := freePort()
		if err != nil {
			return err
		}
		env, args := command(strconv.Itoa(port))
		process, err := family.start(name, env, args[0], args[1:]...)
		if err != nil {
			return err
		}
		*url = fmt.Sprintf("http://127.0.0.1:%d", port)
		waits = append(waits, func() error { return process.answers(*url + health) })
		return nil
	}
	moto := func(port string) ([]string, []string) {
		return nil, []string{filepath.Join(bin, "python"), "-m", "moto.server", "-H", "127.0.0.1", "-p", port}
	}
	ministack := func(auth string) func(port string) ([]string, []string) {
		return func(port string) ([]string, []string) {
			// Without BIND_HOST it listens on every interface, and its MQTT broker does so in any case.
			return []string{"BIND_HOST=127.0.0.1", "GATEWAY_PORT=" + port, "AUTH=" + auth, "IOT_MTLS_ENABLED=0", "SFTP_ENABLED=0"}, []string{filepath.Join(bin, "python"), "-m", "ministack"}
		}
	}
	if err := emulator(opts.moto, "moto", &ready.Moto, "/moto-api/", moto); err != nil {
		return err
	}
	if err := emulator(opts.ministack, "ministack", &ready.Ministack, "/_ministack/health", ministack("false")); err != nil {
		return err
	}
	if err := emulator(opts.ministackAuth, "ministack-auth", &ready.MinistackAuth, "/_ministack/health", ministack("true")); err != nil {
		return err
	}
	for _, wait := range waits {
		if err := wait(); err != nil {
			return err
		}
	}
	return nil
}
