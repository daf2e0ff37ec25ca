// The linter and tester of Prometheus rules, built from the Go module proxy.
module multi-eni-operator.local/test/gitops/promtool

go 1.26.7

require github.com/prometheus/prometheus v0.316.0
