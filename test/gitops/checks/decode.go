package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	certmanager "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	kustomize "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/ssa/utils"
	source "github.com/fluxcd/source-controller/api/v1"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
)

// newObject has an empty object for each kind of others that the manifests use, by apiVersion and kind.
var newObject = map[string]func() any{
	"source.toolkit.fluxcd.io/v1 GitRepository":    func() any { return new(source.GitRepository) },
	"source.toolkit.fluxcd.io/v1 OCIRepository":    func() any { return new(source.OCIRepository) },
	"cert-manager.io/v1 Certificate":               func() any { return new(certmanager.Certificate) },
	"cert-manager.io/v1 Issuer":                    func() any { return new(certmanager.Issuer) },
	"kustomize.toolkit.fluxcd.io/v1 Kustomization": func() any { return new(kustomize.Kustomization) },
	"monitoring.coreos.com/v1 PodMonitor":          func() any { return new(monitoring.PodMonitor) },
	"monitoring.coreos.com/v1 PrometheusRule":      func() any { return new(monitoring.PrometheusRule) },
}

type decoded struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Problem string `json:"problem,omitempty"`
}

// decode reads each object by its Go type and refuses fields that the type does not have. Kinds that it does not know
// are a problem, too.
func decode(in io.Reader, out io.Writer) error {
	objects, err := utils.ReadObjects(bufio.NewReader(in))
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	for _, object := range objects {
		kind := object.GetAPIVersion() + " " + object.GetKind()
		answer := decoded{Kind: kind, Name: object.GetName()}
		if err := strictly(kind, object.Object); err != nil {
			answer.Problem = err.Error()
		}
		if err := encoder.Encode(answer); err != nil {
			return err
		}
	}
	return nil
}

func strictly(kind string, fields map[string]any) error {
	create, known := newObject[kind]
	if !known {
		return fmt.Errorf("no type is known for %s", kind)
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(create())
}
