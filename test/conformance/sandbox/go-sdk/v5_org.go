package main

import (
	"github.com/okta/okta-sdk-golang/v5/okta"
)

// networkZones: an IP zone's life. The answer's type decides how the SDK reads it.
func (v *v5) networkZones() {
	api := v.sdk.NetworkZoneAPI
	zone := parse[okta.ListNetworkZones200ResponseInner](`{"type":"IP","name":"v5 zone","usage":"POLICY","gateways":[{"type":"CIDR","value":"1.2.3.4/24"}]}`)
	v.call("network zone", func() error {
		created, _, err := api.CreateNetworkZone(v.ctx).Zone(zone).Execute()
		if err != nil {
			return err
		}
		if created.IPNetworkZone == nil {
			return expect(false, "zone is %+v", created)
		}
		id := created.IPNetworkZone.GetId()
		return inOrder(
			func() error {
				zones, _, err := api.ListNetworkZones(v.ctx).Execute()
				if err != nil {
					return err
				}
				return expect(len(zones) == 1, "%d zones", len(zones))
			},
			func() error { _, _, err := api.GetNetworkZone(v.ctx, id).Execute(); return err },
			func() error { _, _, err := api.ReplaceNetworkZone(v.ctx, id).Zone(zone).Execute(); return err },
			func() error { _, _, err := api.DeactivateNetworkZone(v.ctx, id).Execute(); return err },
			func() error { _, _, err := api.ActivateNetworkZone(v.ctx, id).Execute(); return err },
			func() error { _, err := api.DeleteNetworkZone(v.ctx, id).Execute(); return err },
		)
	})
}

// trustedOrigins: an origin's life.
func (v *v5) trustedOrigins() {
	api := v.sdk.TrustedOriginAPI
	const content = `{"name":"v5 origin","origin":"https://v5.example.com","scopes":[{"type":"CORS"}]}`
	v.call("trusted origin", func() error {
		created, _, err := api.CreateTrustedOrigin(v.ctx).TrustedOrigin(parse[okta.TrustedOriginWrite](content)).Execute()
		if err != nil {
			return err
		}
		id := created.GetId()
		return inOrder(
			func() error { _, _, err := api.ListTrustedOrigins(v.ctx).Execute(); return err },
			func() error { _, _, err := api.GetTrustedOrigin(v.ctx, id).Execute(); return err },
			func() error {
				_, _, err := api.ReplaceTrustedOrigin(v.ctx, id).TrustedOrigin(parse[okta.TrustedOrigin](content)).Execute()
				return err
			},
			func() error { _, _, err := api.DeactivateTrustedOrigin(v.ctx, id).Execute(); return err },
			func() error { _, _, err := api.ActivateTrustedOrigin(v.ctx, id).Execute(); return err },
			func() error { _, err := api.DeleteTrustedOrigin(v.ctx, id).Execute(); return err },
		)
	})
}

// hooks: an event hook's and an inline hook's lives.
func (v *v5) hooks() {
	events, inline := v.sdk.EventHookAPI, v.sdk.InlineHookAPI
	eventHook := parse[okta.EventHook](`{"name":"v5 events","events":{"type":"EVENT_TYPE","items":["user.lifecycle.create"]},"channel":{"type":"HTTP","version":"1.0.0","config":{"uri":"https://example.com/events"}}}`)
	v.call("event hook", func() error {
		created, _, err := events.CreateEventHook(v.ctx).EventHook(eventHook).Execute()
		if err != nil {
			return err
		}
		id := created.GetId()
		return inOrder(
			func() error { return expect(created.GetVerificationStatus() == "UNVERIFIED", "hook is %+v", created) },
			func() error { _, _, err := events.ListEventHooks(v.ctx).Execute(); return err },
			func() error { _, _, err := events.GetEventHook(v.ctx, id).Execute(); return err },
			func() error {
				_, _, err := events.ReplaceEventHook(v.ctx, id).EventHook(eventHook).Execute()
				return err
			},
			func() error { _, _, err := events.DeactivateEventHook(v.ctx, id).Execute(); return err },
			func() error { _, _, err := events.ActivateEventHook(v.ctx, id).Execute(); return err },
			func() error {
				_, err := events.DeleteEventHook(v.ctx, id).Execute()
				return rejectedV5(err, "E0000001")
			},
		)
	})
	inlineHook := parse[okta.InlineHook](`{"name":"v5 import","type":"com.okta.import.transform","version":"1.0.0","channel":{"type":"HTTP","version":"1.0.0","config":{"uri":"https://example.com/import"}}}`)
	v.call("inline hook", func() error {
		created, _, err := inline.CreateInlineHook(v.ctx).InlineHook(inlineHook).Execute()
		if err != nil {
			return err
		}
		id := created.GetId()
		return inOrder(
			func() error { _, _, err := inline.ListInlineHooks(v.ctx).Execute(); return err },
			func() error { _, _, err := inline.GetInlineHook(v.ctx, id).Execute(); return err },
			func() error {
				_, _, err := inline.ReplaceInlineHook(v.ctx, id).InlineHook(inlineHook).Execute()
				return err
			},
			func() error { _, _, err := inline.ActivateInlineHook(v.ctx, id).Execute(); return err },
			func() error { _, _, err := inline.DeactivateInlineHook(v.ctx, id).Execute(); return err },
			func() error { _, err := inline.DeleteInlineHook(v.ctx, id).Execute(); return err },
		)
	})
}
