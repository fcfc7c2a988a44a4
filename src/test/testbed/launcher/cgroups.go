package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// hierarchy is one cgroup tree of version 1: the folder of the group that this process is in, and how to mount the tree.
type hierarchy struct {
	name string
	path string
	data string
}

// cgroupHierarchies lists the hierarchies that are mounted.
func cgroupHierarchies() ([]hierarchy, error) {
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil, err
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	var hierarchies []hierarchy
	for line := range strings.Lines(string(own)) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, group, _ := strings.Cut(rest, ":")
		mountPoint := cgroupMount(string(mounts), controllers)
		if controllers == "" || mountPoint == "" {
			continue
		}
		h := hierarchy{name: strings.TrimPrefix(controllers, "name="), path: filepath.Join(mountPoint, group), data: controllers}
		if h.name != controllers {
			h.data = "none," + controllers
		}
		hierarchies = append(hierarchies, h)
	}
	if len(hierarchies) == 0 {
		return nil, fmt.Errorf("no cgroup hierarchy of version 1 is mounted")
	}
	return hierarchies, nil
}

// cgroupMount finds the mount point in lines such as
// "31 23 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory".
func cgroupMount(mounts, controllers string) string {
	for line := range strings.Lines(mounts) {
		place, system, found := strings.Cut(strings.TrimSpace(line), " - ")
		fields, rest := strings.Fields(place), strings.Fields(system)
		if !found || len(fields) < 5 || len(rest) < 3 || rest[0] != "cgroup" {
			continue
		}
		if slices.Contains(strings.Split(rest[2], ","), strings.Split(controllers, ",")[0]) {
			return fields[4]
		}
	}
	return ""
}
