package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"time"
)

const serverTimeout = 10 * time.Second

// withLocalServer starts `sae local` on a free port, hands its host and port to use, and ends it, whatever happens.
func withLocalServer(program string, use func(host string) error) error {
	child := exec.Command(program, "local", "--listen", "127.0.0.1:0")
	child.Stderr = os.Stderr
	output, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	if err := child.Start(); err != nil {
		return err
	}
	kill := func() { _ = child.Process.Kill() }
	late := time.AfterFunc(serverTimeout, kill)
	line, err := bufio.NewReader(output).ReadString('\n')
	late.Stop()
	defer func() {
		_ = child.Process.Signal(os.Interrupt)
		defer time.AfterFunc(serverTimeout, kill).Stop()
		_ = child.Wait()
	}()
	found := regexp.MustCompile(`^listening http://(127\.0\.0\.1:\d+)\n$`).FindStringSubmatch(line)
	if found == nil {
		return fmt.Errorf("the first line of `sae local` should tell its address, but is %q (%v)", line, err)
	}
	return use(found[1])
}
