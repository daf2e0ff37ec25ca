package main

import (
	"encoding/json"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
)

type comparison struct {
	Subject string `json:"subject"`
	// Synced, OutOfSync, Missing (to be made) or Extra (to be pruned).
	Sync   string `json:"sync"`
	Health string `json:"health,omitempty"`
	// Only where they differ.
	Live      json.RawMessage `json:"live,omitempty"`
	Predicted json.RawMessage `json:"predicted,omitempty"`
}

// compare says of each object what Argo CD shows of it.
func (c *cluster) compare(objects string) ([]comparison, error) {
	targets, err := c.readTargets(objects)
	if err != nil {
		return nil, err
	}
	result, err := c.reconcile(targets)
	if err != nil {
		return nil, err
	}
	applier, done, err := c.kubectl.ManageServerSideDiffDryRuns(c.config)
	if err != nil {
		return nil, err
	}
	defer done()
	found, err := diff.DiffArray(result.Target, result.Live,
		diff.WithLogr(c.log),
		diff.WithManager(manager),
		diff.WithGVKParser(c.cache.GetGVKParser()),
		diff.WithServerSideDiff(c.app.comparesOnServer()),
		diff.WithServerSideDryRunner(diff.NewK8sServerSideDryRunner(applier)),
		diff.WithStructuredMergeDiff(c.app.hasOption(common.SyncOptionServerSideApply)),
	)
	if err != nil {
		return nil, err
	}
	comparisons := make([]comparison, 0, len(found.Diffs))
	for index, difference := range found.Diffs {
		target, live := result.Target[index], result.Live[index]
		answer := comparison{Sync: "Synced"}
		if live != nil {
			answer.Subject = subjectOf(kube.GetResourceKey(live))
			verdict, err := health.GetResourceHealth(live, c.scripts)
			if err != nil {
				return nil, err
			}
			if verdict != nil {
				answer.Health = string(verdict.Status)
			}
		} else {
			answer.Subject = subjectOf(kube.GetResourceKey(target))
		}
		switch {
		case live == nil:
			answer.Sync = "Missing"
		case target == nil:
			answer.Sync = "Extra"
		case difference.Modified:
			answer.Sync = "OutOfSync"
			answer.Live, answer.Predicted = difference.NormalizedLive, difference.PredictedLive
		}
		comparisons = append(comparisons, answer)
	}
	return comparisons, nil
}
