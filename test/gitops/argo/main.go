// Program argo-checks does with objects what Argo CD does, by the engine that it is made of:
//
//	argo-checks sync KUBECONFIG CONFIGMAP APPLICATION OBJECTS SECONDS  syncs, in waves and with its pruning
//	argo-checks diff KUBECONFIG CONFIGMAP APPLICATION OBJECTS          compares; one line for each object
//	argo-checks delete KUBECONFIG CONFIGMAP APPLICATION SECONDS        deletes what the Application tracks, in reverse waves
//	argo-checks health CONFIGMAP                                       health of each object of standard input
//	argo-checks controllers KUBECONFIG                                 garbage collection, until SIGTERM
//
// CONFIGMAP is an argocd-cm with health checks, APPLICATION an Application with its options, OBJECTS what Git has. Objects
// are JSON or YAML documents. Results are JSON, one object a line.
package main

import (
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

	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
)

const usage = "usage: argo-checks sync|diff|delete|health|controllers ..."

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "argo-checks:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	encoder := json.NewEncoder(out)
	switch {
	case len(args) == 6 && args[0] == "sync":
		return withCluster(ctx, args[1:4], args[5], func(ctx context.Context, c *cluster) error {
			outcome, err := c.syncOnce(ctx, args[4])
			return encodeEach(encoder, []*syncOutcome{outcome}, err)
		})
	case len(args) == 5 && args[0] == "diff":
		return withCluster(ctx, args[1:4], "60", func(_ context.Context, c *cluster) error {
			comparisons, err := c.compare(args[4])
			return encodeEach(encoder, comparisons, err)
		})
	case len(args) == 5 && args[0] == "delete":
		return withCluster(ctx, args[1:4], args[4], func(ctx context.Context, c *cluster) error {
			waves, err := c.remove(ctx)
			return encodeEach(encoder, waves, err)
		})
	case len(args) == 2 && args[0] == "health":
		verdicts, err := judge(args[1], in)
		return encodeEach(encoder, verdicts, err)
	case len(args) == 2 && args[0] == "controllers":
		return runControllers(ctx, args[1], out)
	default:
		return errors.New(usage)
	}
}

func withCluster(ctx context.Context, files []string, seconds string, use func(context.Context, *cluster) error) error {
	limit, err := strconv.Atoi(seconds)
	if err != nil {
		return err
	}
	opened, err := openCluster(files[0], files[1], files[2])
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, time.Duration(limit)*time.Second)
	defer cancel()
	return use(limited, opened)
}

func encodeEach[T any](encoder *json.Encoder, values []T, err error) error {
	if err != nil {
		return err
	}
	for _, value := range values {
		if err := encoder.Encode(value); err != nil {
			return err
		}
	}
	return nil
}

func judge(configMap string, in io.Reader) ([]*health.HealthStatus, error) {
	scripts, err := readHealthScripts(configMap)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	objects, err := kube.SplitYAML(text)
	if err != nil {
		return nil, err
	}
	verdicts := make([]*health.HealthStatus, 0, len(objects))
	for _, object := range objects {
		verdict, err := health.GetResourceHealth(object, scripts)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, verdict)
	}
	return verdicts, nil
}
