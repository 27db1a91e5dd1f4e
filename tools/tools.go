//go:build tools

// Package tools pins the Pulumi engine, so that it can be built where it can't be downloaded.
// `okta-scim` runs `go build github.com/pulumi/pulumi/pkg/v3/cmd/pulumi` in this folder; see src/engine/build-engine.ts.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
