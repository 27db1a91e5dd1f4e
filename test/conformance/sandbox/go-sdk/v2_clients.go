package main

import (
	"github.com/okta/okta-sdk-golang/v2/okta"
	"github.com/okta/okta-sdk-golang/v2/okta/query"
)

// clients calls what OpenID Connect apps have besides every app: client secrets and granted scopes.
func (v *v2) clients() {
	var app *okta.OpenIdConnectApplication
	v.call("CreateApplication of OpenID Connect", func() error {
		body := parse[okta.OpenIdConnectApplication](`{"label":"v2 client","name":"oidc_client","signOnMode":"OPENID_CONNECT","credentials":{"oauthClient":{"token_endpoint_auth_method":"client_secret_basic"}},"settings":{"oauthClient":{"redirect_uris":["https://example.com"],"response_types":["code"],"grant_types":["authorization_code"],"application_type":"web"}}}`)
		created, _, err := v.sdk.Application.CreateApplication(v.ctx, &body, nil)
		if err != nil {
			return err
		}
		app = created.(*okta.OpenIdConnectApplication)
		return expect(app.Credentials.OauthClient.ClientSecret != "", "the app has no secret")
	})
	if app == nil {
		return
	}
	var second *okta.ClientSecret
	v.call("CreateNewClientSecretForApplication", func() error {
		var err error
		second, _, err = v.sdk.Application.CreateNewClientSecretForApplication(v.ctx, app.Id, okta.ClientSecretMetadata{})
		return err
	})
	v.call("ListClientSecretsForApplication", func() error {
		secrets, _, err := v.sdk.Application.ListClientSecretsForApplication(v.ctx, app.Id)
		if err != nil {
			return err
		}
		return expect(len(secrets) == 2 && secrets[0].ClientSecret == app.Credentials.OauthClient.ClientSecret && secrets[0].Created != nil, "%d secrets", len(secrets))
	})
	v.call("DeactivateClientSecretForApplication", func() error {
		_, _, err := v.sdk.Application.DeactivateClientSecretForApplication(v.ctx, app.Id, second.Id)
		return err
	})
	v.call("ActivateClientSecretForApplication", func() error {
		_, _, err := v.sdk.Application.ActivateClientSecretForApplication(v.ctx, app.Id, second.Id)
		return err
	})
	v.call("GetClientSecretForApplication", func() error {
		secret, _, err := v.sdk.Application.GetClientSecretForApplication(v.ctx, app.Id, second.Id)
		if err != nil {
			return err
		}
		return expect(secret.Status == "ACTIVE", "secret is %s", secret.Status)
	})
	v.call("DeleteClientSecretForApplication refused", func() error {
		_, err := v.sdk.Application.DeleteClientSecretForApplication(v.ctx, app.Id, second.Id)
		return refusedV2(err, "E0000001")
	})
	v.grants(app.Id)
}

func (v *v2) grants(appID string) {
	var grant *okta.OAuth2ScopeConsentGrant
	v.call("GrantConsentToScope", func() error {
		var err error
		grant, _, err = v.sdk.Application.GrantConsentToScope(v.ctx, appID, okta.OAuth2ScopeConsentGrant{Issuer: "https://example.okta.com", ScopeId: "okta.users.read"})
		return err
	})
	if grant == nil {
		return
	}
	v.call("ListScopeConsentGrants", func() error {
		grants, _, err := v.sdk.Application.ListScopeConsentGrants(v.ctx, appID, nil)
		if err != nil {
			return err
		}
		return expect(len(grants) == 1 && grants[0].Source == "ADMIN" && grants[0].CreatedBy != nil, "%d grants", len(grants))
	})
	v.call("GetScopeConsentGrant", func() error {
		read, _, err := v.sdk.Application.GetScopeConsentGrant(v.ctx, appID, grant.Id, nil)
		if err != nil {
			return err
		}
		return expect(read.ScopeId == "okta.users.read", "scope %s", read.ScopeId)
	})
	v.call("RevokeScopeConsentGrant", func() error {
		_, err := v.sdk.Application.RevokeScopeConsentGrant(v.ctx, appID, grant.Id)
		return err
	})
}

// policies calls what makes and changes an access policy and its rules.
func (v *v2) policies() {
	var policy *okta.Policy
	v.call("CreatePolicy", func() error {
		body := parse[okta.Policy](`{"type":"ACCESS_POLICY","name":"v2 policy","description":"of a test","priority":1}`)
		created, _, err := v.sdk.Policy.CreatePolicy(v.ctx, &body, query.NewQueryParams(query.WithActivate(true)))
		if err != nil {
			return err
		}
		policy = created.(*okta.Policy)
		return expect(policy.Status == "ACTIVE" && policy.Id != "", "policy is %+v", policy)
	})
	if policy == nil {
		return
	}
	v.call("UpdatePolicy", func() error {
		body := parse[okta.Policy](`{"type":"ACCESS_POLICY","name":"v2 policy renamed","priority":1}`)
		_, _, err := v.sdk.Policy.UpdatePolicy(v.ctx, policy.Id, &body)
		return err
	})
	var rule *okta.PolicyRule
	v.call("CreatePolicyRule", func() error {
		var err error
		rule, _, err = v.sdk.Policy.CreatePolicyRule(v.ctx, policy.Id, parse[okta.PolicyRule](`{"name":"first","type":"ACCESS_POLICY","priority":0}`))
		return err
	})
	v.call("ListPolicyRules", func() error {
		rules, _, err := v.sdk.Policy.ListPolicyRules(v.ctx, policy.Id)
		if err != nil {
			return err
		}
		return expect(len(rules) == 2 && rules[0].Name == "first" && *rules[1].System, "%d rules", len(rules))
	})
	v.call("UpdatePolicyRule", func() error {
		_, _, err := v.sdk.Policy.UpdatePolicyRule(v.ctx, policy.Id, rule.Id, parse[okta.PolicyRule](`{"name":"first renamed","type":"ACCESS_POLICY","priority":0}`))
		return err
	})
	v.call("DeactivatePolicyRule", func() error {
		_, err := v.sdk.Policy.DeactivatePolicyRule(v.ctx, policy.Id, rule.Id)
		return err
	})
	v.call("ActivatePolicyRule", func() error {
		_, err := v.sdk.Policy.ActivatePolicyRule(v.ctx, policy.Id, rule.Id)
		return err
	})
	v.call("GetPolicyRule", func() error {
		read, _, err := v.sdk.Policy.GetPolicyRule(v.ctx, policy.Id, rule.Id)
		if err != nil {
			return err
		}
		return expect(read.Name == "first renamed" && read.Status == "ACTIVE", "rule is %+v", read)
	})
	v.call("DeletePolicyRule", func() error {
		_, err := v.sdk.Policy.DeletePolicyRule(v.ctx, policy.Id, rule.Id)
		return err
	})
	v.call("DeactivatePolicy", func() error {
		_, err := v.sdk.Policy.DeactivatePolicy(v.ctx, policy.Id)
		return err
	})
	v.call("ActivatePolicy", func() error {
		_, err := v.sdk.Policy.ActivatePolicy(v.ctx, policy.Id)
		return err
	})
	v.call("DeletePolicy", func() error {
		_, err := v.sdk.Policy.DeletePolicy(v.ctx, policy.Id)
		return err
	})
}
