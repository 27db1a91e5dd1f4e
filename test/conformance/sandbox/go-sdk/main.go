// Command go-sdk calls an emulated Okta org through Okta's Go SDKs, which the official Terraform and Pulumi providers are
// built on: okta-sdk-golang v2, whose types are loose, and v5, whose types refuse an answer without a required field or with a
// field of another type.
//
// It prints one JSON object a line: {"sdk":"v2","call":"ListUsers","error":""} per call, and at the end the requests that were
// sent, {"requests":["GET /api/v1/users", ...]}. ORG_URL and API_TOKEN say which org.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"sync"
)

func main() {
	org, err := url.Parse(os.Getenv("ORG_URL"))
	if err != nil || org.Host == "" {
		fmt.Fprintln(os.Stderr, "ORG_URL must be the address of an org")
		os.Exit(2)
	}
	recorder := &recorder{host: org.Host}
	client := &http.Client{Transport: recorder}
	ctx := context.Background()
	callV2(ctx, &suite{sdk: "v2"}, org.String(), os.Getenv("API_TOKEN"), client)
	callV5(ctx, &suite{sdk: "v5"}, org.String(), os.Getenv("API_TOKEN"), client)
	emit(map[string]any{"requests": recorder.requests})
}

// recorder sends each request to the org's own host and port (SDK v5 drops the port) and keeps what was asked for.
type recorder struct {
	host     string
	mutex    sync.Mutex
	requests []string
}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	r.mutex.Lock()
	r.requests = append(r.requests, request.Method+" "+request.URL.Path)
	r.mutex.Unlock()
	sent := request.Clone(request.Context())
	sent.URL.Host = r.host
	return http.DefaultTransport.RoundTrip(sent)
}

// suite reports the calls of one SDK.
type suite struct {
	sdk string
}

// call runs one call of the SDK and reports how it ended.
func (s *suite) call(name string, work func() error) {
	text := ""
	if err := work(); err != nil {
		text = err.Error()
	}
	emit(map[string]any{"sdk": s.sdk, "call": name, "error": text})
}

// expect is an error unless a condition holds.
func expect(holds bool, format string, values ...any) error {
	if holds {
		return nil
	}
	return fmt.Errorf(format, values...)
}

// parse makes a value of an SDK's type from JSON.
func parse[T any](text string) T {
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		panic(fmt.Sprintf("%T: %v", value, err))
	}
	return value
}

func emit(value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}
