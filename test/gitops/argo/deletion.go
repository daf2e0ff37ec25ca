package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/resource"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/syncwaves"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// wave is what one wave of a deletion took away.
type wave struct {
	Wave     int      `json:"wave"`
	Subjects []string `json:"subjects"`
}

// remove deletes the Application's objects as the application controller does for its finalizer: the highest wave of those
// that are left, in the foreground, until nothing is left. That decision is not part of the engine; CRDs and objects with
// the option Delete=false are left out as there (shouldBeDeleted in controller/appcontroller.go of argo-cd).
func (c *cluster) remove(ctx context.Context) ([]wave, error) {
	if !c.app.cascades() {
		return nil, errors.New("the Application has no finalizer, so deleting it deletes none of its objects")
	}
	waves := []wave{}
	for {
		left, err := c.deletable()
		if err != nil {
			return nil, err
		}
		if len(left) == 0 {
			return waves, nil
		}
		number := syncwaves.Wave(slices.MaxFunc(left, func(a, b *unstructured.Unstructured) int {
			return syncwaves.Wave(a) - syncwaves.Wave(b)
		}))
		subjects, err := c.deleteWave(ctx, left, number)
		if err != nil {
			return nil, err
		}
		if len(subjects) > 0 {
			waves = append(waves, wave{number, subjects})
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wave %d is not gone: %d objects are left", number, len(left))
		case <-time.After(stepDelay):
		}
	}
}

func (c *cluster) deletable() ([]*unstructured.Unstructured, error) {
	live, err := c.cache.GetManagedLiveObjs(nil, c.isManaged)
	if err != nil {
		return nil, err
	}
	objects := []*unstructured.Unstructured{}
	for _, object := range live {
		option := resource.GetAnnotationOptionValue(object, common.AnnotationSyncOptions, common.SyncOptionDelete)
		isKept := option != nil && *option == common.SyncValueFalse
		if !kube.IsCRD(object) && !isKept {
			objects = append(objects, object)
		}
	}
	return objects, nil
}

// deleteWave asks once for each object; what it asks for may take its time.
func (c *cluster) deleteWave(ctx context.Context, left []*unstructured.Unstructured, number int) ([]string, error) {
	inForeground := metav1.DeletePropagationForeground
	subjects := []string{}
	for _, object := range left {
		if syncwaves.Wave(object) != number || object.GetDeletionTimestamp() != nil {
			continue
		}
		err := c.kubectl.DeleteResource(ctx, c.config, object.GroupVersionKind(), object.GetName(), object.GetNamespace(),
			metav1.DeleteOptions{PropagationPolicy: &inForeground})
		if apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		subjects = append(subjects, subjectOf(kube.GetResourceKey(object)))
	}
	slices.Sort(subjects)
	return subjects, nil
}
