// Drives `sae local` with the official SDK of Go, and compares each of its operations with `sae call`.
//
//	go run . SAE JSON_TEXTS
//
// SAE is the built program, JSON_TEXTS the file of parameters whose texts hold JSON. The last line counts the checks; the exit code is 1
// if one failed.
package main

import (
	"fmt"
	"os"
	"time"
)

const (
	region          = "cn-hangzhou"
	accessKey       = "local"
	accessKeySecret = "local-secret"
)

// tally counts checks and prints those that fail.
type tally struct{ passed, failed int }

func (t *tally) check(name string, run func() error) {
	if err := run(); err != nil {
		fmt.Printf("FAILED %s\n  %v\n", name, err)
		t.failed++
		return
	}
	t.passed++
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go run . SAE JSON_TEXTS")
		os.Exit(2)
	}
	start := time.Now()
	t := &tally{}
	t.check("the local server runs", func() error { return lives(t, os.Args[1]) })
	t.check("comparison of the wire", func() error { return compareWire(t, os.Args[1], os.Args[2]) })
	fmt.Printf("SDK of Go: %d checks in %.1f s\n", t.passed+t.failed, time.Since(start).Seconds())
	fmt.Printf("%d passed, %d failed\n", t.passed, t.failed)
	if t.failed > 0 {
		os.Exit(1)
	}
}
