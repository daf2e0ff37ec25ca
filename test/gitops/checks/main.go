// Program gitops-checks does with objects what Flux's kustomize-controller does, by the packages that it is made of, and
// reads kinds of others by their own types:
//
//	gitops-checks apply KUBECONFIG FILE         server-side apply in Flux's order; prints what changed
//	gitops-checks prune KUBECONFIG OLD NEW      deletes what is in OLD and not in NEW, as far as it is the owner's
//	gitops-checks wait KUBECONFIG FILE SECONDS  waits until kstatus calls every object Current
//	gitops-checks judge                         kstatus of each object of standard input, one verdict for each
//	gitops-checks decode                        the kinds of others among standard input, read by their types strictly
//
// Objects are JSON or YAML documents. Results are JSON, one object a line.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/polling"
	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/normalize"
	"github.com/fluxcd/pkg/ssa/utils"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
)

const usage = "usage: gitops-checks apply KUBECONFIG FILE | prune KUBECONFIG OLD NEW | wait KUBECONFIG FILE SECONDS | judge | decode"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "gitops-checks:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	switch {
	case len(args) == 3 && args[0] == "apply":
		return apply(ctx, args[1], args[2], out)
	case len(args) == 4 && args[0] == "prune":
		return prune(ctx, args[1], args[2], args[3], out)
	case len(args) == 4 && args[0] == "wait":
		seconds, err := strconv.Atoi(args[3])
		if err != nil {
			return err
		}
		return wait(ctx, args[1], args[2], time.Duration(seconds)*time.Second)
	case len(args) == 1 && args[0] == "judge":
		return judge(in, out)
	case len(args) == 1 && args[0] == "decode":
		return decode(in, out)
	default:
		return errors.New(usage)
	}
}

type change struct {
	Subject string `json:"subject"`
	Action  string `json:"action"`
}

// apply goes the way of kustomize-controller: owner labels, normalized objects, CRDs and Namespaces first.
func apply(ctx context.Context, kubeconfig, file string, out io.Writer) error {
	manager, err := newManager(kubeconfig)
	if err != nil {
		return err
	}
	objects, err := readFile(file)
	if err != nil {
		return err
	}
	if err := normalize.UnstructuredList(objects); err != nil {
		return err
	}
	manager.SetOwnerLabels(objects, ownerName, ownerNamespace)
	set, err := manager.ApplyAllStaged(ctx, objects, ssa.DefaultApplyOptions())
	if err != nil {
		return err
	}
	return printChanges(set, out)
}

func wait(_ context.Context, kubeconfig, file string, timeout time.Duration) error {
	manager, err := newManager(kubeconfig)
	if err != nil {
		return err
	}
	objects, err := readFile(file)
	if err != nil {
		return err
	}
	return manager.Wait(objects, ssa.WaitOptions{
		Interval: 100 * time.Millisecond,
		Timeout:  timeout,
		FailFast: true,
	})
}

type verdict struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

func judge(in io.Reader, out io.Writer) error {
	objects, err := utils.ReadObjects(bufio.NewReader(in))
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	for _, object := range objects {
		answer, err := compute(object)
		if err != nil {
			return err
		}
		if err := encoder.Encode(answer); err != nil {
			return err
		}
	}
	return nil
}

func compute(object *unstructured.Unstructured) (verdict, error) {
	result, err := status.Compute(object)
	if err != nil {
		return verdict{}, err
	}
	return verdict{result.Status.String(), result.Message}, nil
}

func readFile(path string) ([]*unstructured.Unstructured, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return utils.ReadObjects(bufio.NewReader(file))
}

func newManager(kubeconfig string) (*ssa.ResourceManager, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	// One request after the other would be slowed down by the client's own limits.
	config.QPS = -1
	api, err := newClient(config)
	if err != nil {
		return nil, err
	}
	poller := polling.NewStatusPoller(api, api.RESTMapper(), polling.Options{})
	return ssa.NewResourceManager(api, poller, ssa.Owner{
		Field: "kustomize-controller",
		Group: "kustomize.toolkit.fluxcd.io",
	}), nil
}

func newClient(config *rest.Config) (client.Client, error) {
	http, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	mapper, err := apiutil.NewDynamicRESTMapper(config, http)
	if err != nil {
		return nil, err
	}
	return client.New(config, client.Options{HTTPClient: http, Mapper: mapper, Scheme: runtime.NewScheme()})
}
