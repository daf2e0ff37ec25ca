package main

import (
	"context"
	"fmt"
	"io"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/controller-manager/pkg/informerfactory"
	"k8s.io/kubernetes/pkg/controller/garbagecollector"
	"k8s.io/kubernetes/pkg/controller/namespace"
)

const (
	workers = 4
	// How often kinds that are new or gone are noticed.
	syncPeriod = 2 * time.Second
)

// runControllers runs the two controllers of kube-controller-manager without which no deletion in the foreground, and none
// of a namespace, ever ends. Says so when they are at work.
func runControllers(ctx context.Context, kubeconfig string, out io.Writer) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS = -1
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	objects, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	known := informers.NewSharedInformerFactory(client, 0)
	namespaces := namespace.NewNamespaceController(ctx, client, objects,
		client.Discovery().ServerPreferredNamespacedResources, known.Core().V1().Namespaces(), 0, corev1.FinalizerKubernetes)
	started := make(chan struct{})
	collector, err := garbagecollector.NewGarbageCollector(ctx, client, objects,
		restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery())),
		garbagecollector.DefaultIgnoredResources(),
		informerfactory.NewInformerFactory(known, metadatainformer.NewSharedInformerFactory(objects, 0)),
		started)
	if err != nil {
		return err
	}
	known.Start(ctx.Done())
	close(started)
	go collector.Sync(ctx, client.Discovery(), syncPeriod)
	go namespaces.Run(ctx, workers)
	fmt.Fprintln(out, `{"running":true}`)
	collector.Run(ctx, workers, syncPeriod)
	return nil
}
