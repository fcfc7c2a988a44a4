// Command oracle answers, in real Go, what a template, a JSON path or a
// regular expression yields. The Java tests ask it line by line (JSON in, JSON
// out) and compare. It reads nothing but its standard input.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
	"github.com/tidwall/gjson"
	"sigs.k8s.io/yaml"
)

// question holds the fields of every operation. []byte fields travel as base64,
// because Go strings are bytes and templates may make any of them.
type question struct {
	Op     string            `json:"op"`
	Text   []byte            `json:"text"`
	Data   map[string][]byte `json:"data"`
	JSON   []byte            `json:"json"`
	Path   []byte            `json:"path"`
	Regex  []byte            `json:"regex"`
	Source []byte            `json:"source"`
	Target []byte            `json:"target"`
}

type answer struct {
	OK    bool   `json:"ok"`
	Out   []byte `json:"out"`
	Error string `json:"error,omitempty"`
	// Of gjson: whether the path exists, and its raw JSON.
	Exists bool   `json:"exists,omitempty"`
	Raw    []byte `json:"raw,omitempty"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<16), 1<<26)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var q question
		a := answer{}
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			a.Error = "bad question: " + err.Error()
		} else {
			a = inTime(q)
		}
		if err := out.Encode(a); err != nil {
			fmt.Fprintln(os.Stderr, "oracle:", err)
			os.Exit(1)
		}
	}
}

// inTime gives up on a question that takes long, so that a generated template
// which never ends fails one comparison and not the whole run.
func inTime(q question) answer {
	done := make(chan answer, 1)
	go func() { done <- reply(q) }()
	select {
	case a := <-done:
		return a
	case <-time.After(20 * time.Second):
		return answer{Error: "oracle: took more than 20 s"}
	}
}

func reply(q question) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			a = answer{Error: fmt.Sprintf("panic: %v", r)}
		}
	}()
	switch q.Op {
	case "template":
		return render(q)
	case "gjson":
		got := gjson.GetBytes(q.JSON, string(q.Path))
		return answer{OK: true, Exists: got.Exists(), Out: []byte(got.String()), Raw: []byte(got.Raw)}
	case "regexReplace":
		re, err := regexp.Compile(string(q.Regex))
		if err != nil {
			return answer{Error: err.Error()}
		}
		return answer{OK: true, Out: re.ReplaceAll(q.Source, q.Target)}
	case "regexMatch":
		re, err := regexp.Compile(string(q.Regex))
		if err != nil {
			return answer{Error: err.Error()}
		}
		return answer{OK: true, Exists: re.Match(q.Source)}
	case "yamlMap":
		m := map[string]string{}
		if err := yaml.Unmarshal(q.Text, &m); err != nil {
			return answer{Error: err.Error()}
		}
		out, err := json.Marshal(m)
		if err != nil {
			return answer{Error: err.Error()}
		}
		return answer{OK: true, Out: out}
	}
	return answer{Error: "unknown op " + q.Op}
}

// render does what External Secrets Operator's engine v2 does: the data are
// strings by key, a missing key is an error.
func render(q question) answer {
	data := make(map[string]string, len(q.Data))
	for k, v := range q.Data {
		data[k] = string(v)
	}
	t, err := template.New("t").Option("missingkey=error").Funcs(functions()).Parse(string(q.Text))
	if err != nil {
		return answer{Error: err.Error()}
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return answer{Error: err.Error()}
	}
	return answer{OK: true, Out: out.Bytes()}
}

func functions() template.FuncMap {
	all := sprig.TxtFuncMap()
	for _, name := range []string{"env", "expandenv", "getHostByName"} {
		delete(all, name)
	}
	for name, f := range operatorFunctions {
		all[name] = f
	}
	for name, f := range strictFunctions {
		all[name] = f
	}
	return all
}
