package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

const (
	compareOptions = "argocd.argoproj.io/compare-options"
	serverSideDiff = "ServerSideDiff=true"
)

// understood are the options that this program acts on. Any other, and any other field, is an error: what it does not act
// on it must not seem to test.
var understood = []string{common.SyncOptionServerSideApply, common.SyncOptionPruneLast}

// application is what of an Application decides how its objects are synced and compared.
type application struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		Project     string         `json:"project"`
		Source      map[string]any `json:"source"`
		Destination struct {
			Server    string `json:"server"`
			Namespace string `json:"namespace"`
		} `json:"destination"`
		SyncPolicy struct {
			Automated struct {
				Prune    bool `json:"prune"`
				SelfHeal bool `json:"selfHeal"`
			} `json:"automated"`
			SyncOptions []string       `json:"syncOptions"`
			Retry       map[string]any `json:"retry"`
		} `json:"syncPolicy"`
	} `json:"spec"`
}

func readApplication(path string) (*application, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	text, err = yaml.YAMLToJSON(text)
	if err != nil {
		return nil, err
	}
	app := &application{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(app); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, option := range app.Spec.SyncPolicy.SyncOptions {
		if !slices.Contains(understood, option) {
			return nil, fmt.Errorf("%s: sync option %s is not understood", path, option)
		}
	}
	if option := app.Annotations[compareOptions]; option != "" && option != serverSideDiff {
		return nil, fmt.Errorf("%s: compare option %s is not understood", path, option)
	}
	return app, nil
}

func (app *application) hasOption(option string) bool {
	return slices.Contains(app.Spec.SyncPolicy.SyncOptions, option)
}

func (app *application) comparesOnServer() bool {
	return app.Annotations[compareOptions] == serverSideDiff
}

// cascades tells whether deleting the Application deletes its objects in the foreground, as it does by the finalizer that
// the command line and the user interface of Argo CD set, too.
func (app *application) cascades() bool {
	return slices.ContainsFunc(app.Finalizers, func(name string) bool {
		return strings.HasPrefix(name, "resources-finalizer.argocd.argoproj.io")
	})
}
