package main

import (
	"context"
	"fmt"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// The field manager of Argo CD.
	manager = "argocd-controller"
	// Between looks at the cluster, and after a wave (ARGOCD_SYNC_WAVE_DELAY; 2 s by default), so that the cache sees it.
	stepDelay = 250 * time.Millisecond
)

type syncedObject struct {
	Subject string `json:"subject"`
	Status  string `json:"status"`
	State   string `json:"state"`
	Message string `json:"message"`
}

type syncOutcome struct {
	Phase   string         `json:"phase"`
	Message string         `json:"message"`
	Waves   []int          `json:"waves"`
	Objects []syncedObject `json:"objects"`
}

// syncOnce makes the cluster what Git says, by the engine's own steps: as in the application controller, each step starts
// from what the one before it left and from what is live now.
func (c *cluster) syncOnce(ctx context.Context, objects string) (*syncOutcome, error) {
	targets, err := c.readTargets(objects)
	if err != nil {
		return nil, err
	}
	outcome := &syncOutcome{Phase: string(common.OperationRunning), Waves: []int{}, Objects: []syncedObject{}}
	started := metav1.Now()
	var results []common.ResourceSyncResult
	for {
		result, err := c.reconcile(targets)
		if err != nil {
			return nil, err
		}
		state := sync.WithInitialState(common.OperationPhase(outcome.Phase), outcome.Message, results, started)
		step, done, err := sync.NewSyncContext("HEAD", result, c.config, c.config, c.kubectl, c.app.Spec.Destination.Namespace,
			append(c.syncOptions(outcome), state)...)
		if err != nil {
			return nil, err
		}
		step.Sync()
		var phase common.OperationPhase
		phase, outcome.Message, results = step.GetState()
		outcome.Phase = string(phase)
		done()
		if phase.Completed() {
			outcome.Objects = objectsOf(results)
			return outcome, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("the sync did not end after waves %v: %s", outcome.Waves, outcome.Message)
		case <-time.After(stepDelay):
		}
	}
}

func (c *cluster) syncOptions(outcome *syncOutcome) []sync.SyncOpt {
	policy := c.app.Spec.SyncPolicy
	return []sync.SyncOpt{
		sync.WithLogr(c.log),
		sync.WithHealthOverride(c.scripts),
		sync.WithPrune(policy.Automated.Prune),
		sync.WithPruneLast(c.app.hasOption(common.SyncOptionPruneLast)),
		sync.WithServerSideApply(c.app.hasOption(common.SyncOptionServerSideApply)),
		sync.WithServerSideApplyManager(manager),
		sync.WithSyncWaveHook(func(_ common.SyncPhase, wave int, isLast bool) error {
			outcome.Waves = append(outcome.Waves, wave)
			if !isLast {
				time.Sleep(stepDelay)
			}
			return nil
		}),
	}
}

func objectsOf(results []common.ResourceSyncResult) []syncedObject {
	objects := make([]syncedObject, 0, len(results))
	for _, result := range results {
		objects = append(objects, syncedObject{
			Subject: subjectOf(result.ResourceKey),
			Status:  string(result.Status),
			State:   string(result.HookPhase),
			Message: result.Message,
		})
	}
	return objects
}
