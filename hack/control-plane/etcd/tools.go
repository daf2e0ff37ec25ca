//go:build tools

// Package tools names the programs that `npm run control-plane` builds.
package tools

import _ "go.etcd.io/etcd/server/v3"
