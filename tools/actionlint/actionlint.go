//go:build tools

// Package actionlint pins the version of the linter for .github/workflows; `go run` builds it from the Go module proxy.
package actionlint

import _ "github.com/rhysd/actionlint/cmd/actionlint"
