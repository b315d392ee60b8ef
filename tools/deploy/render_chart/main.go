// Renders a chart as `helm template` does, for tests where there is no helm: Go's own templates, the same library of functions
// (sprig), and the few that Helm adds. It knows no dependencies, no schema and no cluster: `lookup` finds nothing.
//
// usage: render_chart CHART RELEASE NAMESPACE VALUES.yaml
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

func main() {
	if err := render(os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func render(chart, release, namespace, valuesPath string) error {
	var meta, values, own map[string]any
	if err := read(filepath.Join(chart, "Chart.yaml"), &meta); err != nil {
		return err
	}
	if err := read(filepath.Join(chart, "values.yaml"), &values); err != nil {
		return err
	}
	if err := read(valuesPath, &own); err != nil {
		return err
	}
	// In templates the fields of Chart.yaml begin with a capital.
	named := map[string]any{}
	for key, value := range meta {
		named[strings.ToUpper(key[:1])+key[1:]] = value
	}
	context := map[string]any{
		"Chart":   named,
		"Values":  merge(values, own),
		"Release": map[string]any{"Name": release, "Namespace": namespace, "Service": "Helm"},
	}
	all, names, err := parse(filepath.Join(chart, "templates"))
	if err != nil {
		return err
	}
	for _, name := range names {
		var out bytes.Buffer
		if err := all.ExecuteTemplate(&out, name, context); err != nil {
			return err
		}
		if strings.HasSuffix(name, ".yaml") && strings.TrimSpace(out.String()) != "" {
			fmt.Printf("---\n# Source: %s\n%s\n", name, out.String())
		}
	}
	return nil
}

func parse(folder string) (*template.Template, []string, error) {
	all := template.New("chart").Option("missingkey=zero")
	all.Funcs(sprig.TxtFuncMap()).Funcs(template.FuncMap{
		"include": func(name string, data any) (string, error) {
			var out bytes.Buffer
			err := all.ExecuteTemplate(&out, name, data)
			return out.String(), err
		},
		"toYaml": func(value any) string {
			text, err := yaml.Marshal(value)
			if err != nil {
				return ""
			}
			return strings.TrimSuffix(string(text), "\n")
		},
		"lookup": func(string, string, string, string) map[string]any { return map[string]any{} },
	})
	paths, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, err
		}
		name := filepath.Base(path)
		if _, err := all.New(name).Parse(string(text)); err != nil {
			return nil, nil, err
		}
		if !strings.HasSuffix(name, ".tpl") {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return all, names, nil
}

func merge(base, over map[string]any) map[string]any {
	for key, value := range over {
		inner, isMap := value.(map[string]any)
		below, wasMap := base[key].(map[string]any)
		if isMap && wasMap {
			value = merge(below, inner)
		}
		base[key] = value
	}
	return base
}

func read(path string, into *map[string]any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return yaml.Unmarshal(text, into)
}
