package main

import (
	"context"
	"encoding/json"
	"io"

	"github.com/fluxcd/cli-utils/pkg/object"
	"github.com/fluxcd/pkg/ssa"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The Kustomization whose objects these are.
const (
	ownerName      = "multi-eni-operator"
	ownerNamespace = "flux-system"
)

// prune goes the way of kustomize-controller: what the inventory of the revision before has and this one has not is
// deleted in the background, unless it lost its owner's labels or says that it is to stay.
func prune(ctx context.Context, kubeconfig, before, after string, out io.Writer) error {
	manager, err := newManager(kubeconfig)
	if err != nil {
		return err
	}
	inventory, err := readFile(before)
	if err != nil {
		return err
	}
	wanted, err := readFile(after)
	if err != nil {
		return err
	}
	isWanted := map[object.ObjMetadata]bool{}
	for _, id := range object.UnstructuredSetToObjMetadataSet(wanted) {
		isWanted[id] = true
	}
	stale := inventory[:0]
	for _, candidate := range inventory {
		if !isWanted[object.UnstructuredToObjMetadata(candidate)] {
			stale = append(stale, candidate)
		}
	}
	set, err := manager.DeleteAll(ctx, stale, ssa.DeleteOptions{
		PropagationPolicy: metav1.DeletePropagationBackground,
		Inclusions:        manager.GetOwnerLabels(ownerName, ownerNamespace),
		Exclusions: map[string]string{
			"kustomize.toolkit.fluxcd.io/prune":     "disabled",
			"kustomize.toolkit.fluxcd.io/reconcile": "disabled",
		},
	})
	if err != nil {
		return err
	}
	return printChanges(set, out)
}

func printChanges(set *ssa.ChangeSet, out io.Writer) error {
	encoder := json.NewEncoder(out)
	for _, entry := range set.Entries {
		if err := encoder.Encode(change{entry.Subject, string(entry.Action)}); err != nil {
			return err
		}
	}
	return nil
}
