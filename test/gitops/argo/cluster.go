package main

import (
	"fmt"
	"os"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/tracing"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// trackingAnnotation says of which Application an object is; the default way of Argo CD since 3.0.
const trackingAnnotation = "argocd.argoproj.io/tracking-id"

// cluster is one Application in one cluster, as Argo CD's application controller sees them.
type cluster struct {
	app     *application
	scripts healthScripts
	config  *rest.Config
	cache   cache.ClusterCache
	kubectl *kube.KubectlCmd
	log     logr.Logger
}

type tracked struct {
	id string
}

// openCluster reads everything in the cluster once and goes on watching it, as Argo CD does.
func openCluster(kubeconfig, configMap, appFile string) (*cluster, error) {
	app, err := readApplication(appFile)
	if err != nil {
		return nil, err
	}
	scripts, err := readHealthScripts(configMap)
	if err != nil {
		return nil, err
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	// One request after the other would be slowed down by the client's own limits.
	config.QPS = -1
	config.WarningHandler = rest.NoWarnings{}
	log := logr.Discard()
	live := cache.NewClusterCache(config,
		cache.SetLogr(log),
		cache.SetSettings(cache.Settings{ResourceHealthOverride: scripts, ResourcesFilter: excluded{}}),
		cache.SetPopulateResourceInfoHandler(func(object *unstructured.Unstructured, _ bool) (any, bool) {
			id := object.GetAnnotations()[trackingAnnotation]
			return tracked{id}, id != ""
		}),
	)
	if err := live.EnsureSynced(); err != nil {
		return nil, err
	}
	kubectl := &kube.KubectlCmd{Log: log, Tracer: tracing.NopTracer{}}
	return &cluster{app, scripts, config, live, kubectl, log}, nil
}

// excluded are kinds that Argo CD does not look at by default.
type excluded struct{}

func (excluded) IsExcludedResource(group, kind, _ string) bool {
	switch group {
	case "", "events.k8s.io":
		return kind == "Event" || kind == "Endpoints"
	case "coordination.k8s.io", "authentication.k8s.io", "authorization.k8s.io":
		return true
	default:
		return false
	}
}

func (c *cluster) trackingID(key kube.ResourceKey) string {
	return fmt.Sprintf("%s:%s/%s:%s/%s", c.app.Name, key.Group, key.Kind, key.Namespace, key.Name)
}

// isManaged refuses the annotation of one object on another, as Argo CD does.
func (c *cluster) isManaged(resource *cache.Resource) bool {
	info, known := resource.Info.(tracked)
	return known && info.id == c.trackingID(resource.ResourceKey())
}

// readTargets has the objects of Git, in the namespace in which they can be and marked as the Application's.
func (c *cluster) readTargets(path string) ([]*unstructured.Unstructured, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	objects, err := kube.SplitYAML(text)
	if err != nil {
		return nil, err
	}
	for _, object := range objects {
		switch {
		case !kube.IsNamespacedOrUnknown(c.cache, object.GroupVersionKind().GroupKind()):
			object.SetNamespace("")
		case object.GetNamespace() == "":
			object.SetNamespace(c.app.Spec.Destination.Namespace)
		}
		annotations := object.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations[trackingAnnotation] = c.trackingID(kube.GetResourceKey(object))
		object.SetAnnotations(annotations)
	}
	return objects, nil
}

// reconcile puts each object of Git beside its live one; a live one without the other is to be pruned.
func (c *cluster) reconcile(targets []*unstructured.Unstructured) (sync.ReconciliationResult, error) {
	live, err := c.cache.GetManagedLiveObjs(targets, c.isManaged)
	if err != nil {
		return sync.ReconciliationResult{}, err
	}
	return sync.Reconcile(targets, live, c.app.Spec.Destination.Namespace, c.cache), nil
}

func subjectOf(key kube.ResourceKey) string {
	if key.Namespace == "" {
		return key.Kind + "/" + key.Name
	}
	return key.Kind + "/" + key.Namespace + "/" + key.Name
}
