package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
)

const (
	pauseImage   = "keyturn.dev/testbed/pause:1"
	busyboxImage = "keyturn.dev/testbed/busybox:1"
	busybox      = "/bin/busybox"
)

func ownImages(dir string) []string {
	return []string{filepath.Join(dir, "pause.tar"), filepath.Join(dir, "busybox.tar")}
}

// writeOwnImages makes the two images that a node without a registry needs: pause, which holds a pod's namespaces, and
// busybox for containers of tests.
func writeOwnImages(dir string) error {
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		return err
	}
	box, err := os.ReadFile(busybox)
	if err != nil {
		return err
	}
	files := ownImages(dir)
	if err := writeImage(files[0], pauseImage, imageFile{"pause", self, ""}, []string{"/pause", "pause"}); err != nil {
		return err
	}
	return writeImage(files[1], busyboxImage, imageFile{"bin/busybox", box, "bin/sh"}, []string{"/bin/sh"})
}

// imageFile is the one program in an image, and the name of a link to it.
type imageFile struct {
	path    string
	content []byte
	link    string
}

// writeImage writes an image of one layer as an OCI archive.
func writeImage(file, name string, program imageFile, command []string) error {
	var layer bytes.Buffer
	writer := tar.NewWriter(&layer)
	for _, directory := range []string{"bin/", "etc/", "tmp/"} {
		if err := writer.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: directory, Mode: 0o1777}); err != nil {
			return err
		}
	}
	if err := addFile(writer, program.path, 0o755, program.content); err != nil {
		return err
	}
	if program.link != "" {
		link := &tar.Header{Typeflag: tar.TypeSymlink, Name: program.link, Linkname: "/" + program.path, Mode: 0o777}
		if err := writer.WriteHeader(link); err != nil {
			return err
		}
	}
	if err := writer.Close(); err != nil {
		return err
	}

	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	archive := tar.NewWriter(out)
	type object = map[string]any
	blob := func(mediaType string, content []byte) (object, error) {
		digest := fmt.Sprintf("%x", sha256.Sum256(content))
		descriptor := object{"mediaType": "application/vnd.oci.image." + mediaType, "digest": "sha256:" + digest, "size": len(content)}
		return descriptor, addFile(archive, "blobs/sha256/"+digest, 0o644, content)
	}
	layerBlob, err := blob("layer.v1.tar", layer.Bytes())
	if err != nil {
		return err
	}
	config, _ := json.Marshal(object{
		"architecture": runtime.GOARCH,
		"os":           "linux",
		"config":       object{"Entrypoint": command, "Env": []string{"PATH=/bin"}},
		"rootfs":       object{"type": "layers", "diff_ids": []any{layerBlob["digest"]}},
	})
	configBlob, err := blob("config.v1+json", config)
	if err != nil {
		return err
	}
	manifest, _ := json.Marshal(object{
		"schemaVersion": 2,
		"mediaType":     "application/vnd.oci.image.manifest.v1+json",
		"config":        configBlob,
		"layers":        []any{layerBlob},
	})
	manifestBlob, err := blob("manifest.v1+json", manifest)
	if err != nil {
		return err
	}
	manifestBlob["annotations"] = object{
		"io.containerd.image.name":          name,
		"org.opencontainers.image.ref.name": path.Base(name),
	}
	index, _ := json.Marshal(object{"schemaVersion": 2, "manifests": []any{manifestBlob}})
	if err := addFile(archive, "index.json", 0o644, index); err != nil {
		return err
	}
	if err := addFile(archive, "oci-layout", 0o644, []byte(`{"imageLayoutVersion":"1.0.0"}`)); err != nil {
		return err
	}
	return archive.Close()
}

func addFile(archive *tar.Writer, name string, mode int64, content []byte) error {
	header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: int64(len(content))}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	_, err := io.Copy(archive, bytes.NewReader(content))
	return err
}
