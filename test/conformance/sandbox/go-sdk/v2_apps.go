package main

import (
	"os"
	"path/filepath"

	"github.com/okta/okta-sdk-golang/v2/okta"
	"github.com/okta/okta-sdk-golang/v2/okta/query"
)

func (v *v2) apps() {
	v.call("CreateApplication", func() error {
		app := parse[okta.AutoLoginApplication](`{"label":"v2","name":"zscalerbyz","signOnMode":"AUTO_LOGIN","credentials":{"scheme":"EDIT_USERNAME_AND_PASSWORD","userNameTemplate":{"template":"${source.login}","type":"BUILT_IN"}},"settings":{}}`)
		created, _, err := v.sdk.Application.CreateApplication(v.ctx, &app, query.NewQueryParams(query.WithActivate(true)))
		if err != nil {
			return err
		}
		read, isAutoLogin := created.(*okta.AutoLoginApplication)
		if !isAutoLogin {
			return expect(false, "app is a %T", created)
		}
		v.appID = read.Id
		return expect(read.Status == "ACTIVE" && read.Visibility.Hide.Web != nil && read.Credentials.UserNameTemplate.Type == "BUILT_IN", "app is %+v", read)
	})
	v.call("GetApplication", func() error {
		_, _, err := v.sdk.Application.GetApplication(v.ctx, v.appID, okta.NewAutoLoginApplication(), nil)
		return err
	})
	v.call("UpdateApplication", func() error {
		app := parse[okta.AutoLoginApplication](`{"label":"v2 renamed","name":"zscalerbyz","signOnMode":"AUTO_LOGIN","settings":{}}`)
		_, _, err := v.sdk.Application.UpdateApplication(v.ctx, v.appID, &app)
		return err
	})
	v.call("ListApplications, all pages", func() error {
		var err error
		for _, label := range []string{"one", "two"} {
			app := parse[okta.BookmarkApplication](`{"label":"bookmark ` + label + `","name":"bookmark","signOnMode":"BOOKMARK","settings":{"app":{"requestIntegration":false,"url":"https://example.com"}}}`)
			if _, _, err = v.sdk.Application.CreateApplication(v.ctx, &app, nil); err != nil {
				return err
			}
		}
		apps, response, err := v.sdk.Application.ListApplications(v.ctx, query.NewQueryParams(query.WithLimit(1), query.WithQ("bookmark"), query.WithFilter(`status eq "ACTIVE"`)))
		if err != nil {
			return err
		}
		total := len(apps)
		for response.HasNextPage() {
			var page []*okta.Application
			if response, err = response.Next(v.ctx, &page); err != nil {
				return err
			}
			total += len(page)
		}
		return expect(total == 2, "%d apps", total)
	})
	v.call("DeleteApplication refused", func() error {
		_, err := v.sdk.Application.DeleteApplication(v.ctx, v.appID)
		return refusedV2(err, "E0000056")
	})
	v.call("UploadApplicationLogo", func() error {
		file := filepath.Join(os.TempDir(), "okta-scim-go-sdk-logo.png")
		if err := os.WriteFile(file, []byte("picture"), 0o600); err != nil {
			return err
		}
		defer os.Remove(file)
		_, err := v.sdk.Application.UploadApplicationLogo(v.ctx, v.appID, file)
		return err
	})
	v.saml()
}

func (v *v2) saml() {
	var saml *okta.SamlApplication
	v.call("CreateApplication of SAML", func() error {
		app := parse[okta.SamlApplication](`{"label":"v2 SAML","signOnMode":"SAML_2_0","settings":{"signOn":{"ssoAcsUrl":"https://example.com","audience":"https://example.com","recipient":"https://example.com","destination":"https://example.com","subjectNameIdTemplate":"${user.userName}","subjectNameIdFormat":"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"}}}`)
		created, _, err := v.sdk.Application.CreateApplication(v.ctx, &app, nil)
		if err != nil {
			return err
		}
		saml = created.(*okta.SamlApplication)
		return expect(saml.Credentials.Signing.Kid != "" && saml.Settings.SignOn.IdpIssuer != "", "app is %+v", saml)
	})
	if saml == nil {
		return
	}
	v.call("ListApplicationKeys", func() error {
		keys, _, err := v.sdk.Application.ListApplicationKeys(v.ctx, saml.Id)
		if err != nil {
			return err
		}
		return expect(len(keys) == 1 && keys[0].Kid == saml.Credentials.Signing.Kid && keys[0].ExpiresAt != nil && len(keys[0].X5c) == 1, "%d keys", len(keys))
	})
	v.call("GenerateApplicationKey", func() error {
		key, _, err := v.sdk.Application.GenerateApplicationKey(v.ctx, saml.Id, query.NewQueryParams(query.WithValidityYears(2)))
		if err != nil {
			return err
		}
		return expect(key.Kid != saml.Credentials.Signing.Kid, "the key is not new")
	})
	v.call("GetApplicationKey", func() error {
		_, _, err := v.sdk.Application.GetApplicationKey(v.ctx, saml.Id, saml.Credentials.Signing.Kid)
		return err
	})
	v.call("CloneApplicationKey", func() error {
		key, _, err := v.sdk.Application.CloneApplicationKey(v.ctx, saml.Id, saml.Credentials.Signing.Kid, query.NewQueryParams(query.WithTargetAid(v.appID)))
		if err != nil {
			return err
		}
		return expect(key.Kid == saml.Credentials.Signing.Kid, "the key is another")
	})
	v.call("PreviewSAMLAppMetadata", func() error {
		_, err := v.sdk.Application.PreviewSAMLAppMetadata(v.ctx, saml.Id, query.NewQueryParams(query.WithKid(saml.Credentials.Signing.Kid)))
		return err
	})
	v.call("UpdateApplicationPolicy", func() error {
		policies, _, err := v.sdk.Policy.ListPolicies(v.ctx, query.NewQueryParams(query.WithType("ACCESS_POLICY")))
		if err != nil {
			return err
		}
		for _, each := range policies {
			policy, isPolicy := each.(*okta.Policy)
			if isPolicy && policy.System != nil && *policy.System {
				_, err := v.sdk.Application.UpdateApplicationPolicy(v.ctx, saml.Id, policy.Id)
				return err
			}
		}
		return expect(false, "no system policy among %d", len(policies))
	})
}

func (v *v2) provisioning() {
	v.call("SetDefaultProvisioningConnectionForApplication", func() error {
		connection, _, err := v.sdk.Application.SetDefaultProvisioningConnectionForApplication(v.ctx, v.appID, parse[okta.ProvisioningConnectionRequest](`{"profile":{"authScheme":"TOKEN","token":"secret"}}`), nil)
		if err != nil {
			return err
		}
		return expect(connection.Status == "DISABLED" && connection.AuthScheme == "TOKEN", "connection is %+v", connection)
	})
	v.call("ListFeaturesForApplication refused", func() error {
		_, _, err := v.sdk.Application.ListFeaturesForApplication(v.ctx, v.appID)
		return refusedV2(err, "E0000001")
	})
	v.call("ActivateDefaultProvisioningConnectionForApplication", func() error {
		_, err := v.sdk.Application.ActivateDefaultProvisioningConnectionForApplication(v.ctx, v.appID)
		return err
	})
	v.call("GetDefaultProvisioningConnectionForApplication", func() error {
		connection, _, err := v.sdk.Application.GetDefaultProvisioningConnectionForApplication(v.ctx, v.appID)
		if err != nil {
			return err
		}
		return expect(connection.Status == "ENABLED", "connection is %+v", connection)
	})
	v.call("ListFeaturesForApplication", func() error {
		features, _, err := v.sdk.Application.ListFeaturesForApplication(v.ctx, v.appID)
		if err != nil {
			return err
		}
		return expect(len(features) == 2, "%d features", len(features))
	})
	v.call("UpdateFeatureForApplication", func() error {
		feature, _, err := v.sdk.Application.UpdateFeatureForApplication(v.ctx, v.appID, "USER_PROVISIONING", parse[okta.CapabilitiesObject](`{"create":{"lifecycleCreate":{"status":"ENABLED"}},"update":{"profile":{"status":"ENABLED"}}}`))
		if err != nil {
			return err
		}
		return expect(feature.Capabilities.Create.LifecycleCreate.Status == "ENABLED", "feature is %+v", feature)
	})
	v.call("GetFeatureForApplication", func() error {
		_, _, err := v.sdk.Application.GetFeatureForApplication(v.ctx, v.appID, "USER_PROVISIONING")
		return err
	})
	v.call("DeactivateDefaultProvisioningConnectionForApplication", func() error {
		_, err := v.sdk.Application.DeactivateDefaultProvisioningConnectionForApplication(v.ctx, v.appID)
		return err
	})
}

func (v *v2) assignments() {
	v.call("AssignUserToApplication", func() error {
		user, _, err := v.sdk.Application.AssignUserToApplication(v.ctx, v.appID, parse[okta.AppUser](`{"id":"`+v.userID+`","scope":"USER","credentials":{"userName":"v2@example.com"}}`))
		if err != nil {
			return err
		}
		return expect(user.Id == v.userID && user.Credentials.UserName == "v2@example.com" && user.Created != nil, "account is %+v", user)
	})
	v.call("GetApplicationUser", func() error {
		_, _, err := v.sdk.Application.GetApplicationUser(v.ctx, v.appID, v.userID, query.NewQueryParams(query.WithExpand("user")))
		return err
	})
	v.call("UpdateApplicationUser", func() error {
		_, _, err := v.sdk.Application.UpdateApplicationUser(v.ctx, v.appID, v.userID, parse[okta.AppUser](`{"profile":{"nickName":"V"}}`))
		return err
	})
	v.call("ListApplicationUsers", func() error {
		users, _, err := v.sdk.Application.ListApplicationUsers(v.ctx, v.appID, nil)
		if err != nil {
			return err
		}
		return expect(len(users) == 1, "%d accounts", len(users))
	})
	v.call("DeleteApplicationUser", func() error {
		_, err := v.sdk.Application.DeleteApplicationUser(v.ctx, v.appID, v.userID, nil)
		return err
	})
	v.call("CreateApplicationGroupAssignment", func() error {
		assignment, _, err := v.sdk.Application.CreateApplicationGroupAssignment(v.ctx, v.appID, v.groupID, parse[okta.ApplicationGroupAssignment](`{"priority":0}`))
		if err != nil {
			return err
		}
		return expect(assignment.Id == v.groupID && assignment.PriorityPtr != nil, "assignment is %+v", assignment)
	})
	v.call("GetApplicationGroupAssignment", func() error {
		_, _, err := v.sdk.Application.GetApplicationGroupAssignment(v.ctx, v.appID, v.groupID, nil)
		return err
	})
	v.call("ListApplicationGroupAssignments", func() error {
		assignments, _, err := v.sdk.Application.ListApplicationGroupAssignments(v.ctx, v.appID, query.NewQueryParams(query.WithLimit(200)))
		if err != nil {
			return err
		}
		return expect(len(assignments) == 1, "%d assignments", len(assignments))
	})
	v.call("ListAssignedApplicationsForGroup", func() error {
		apps, _, err := v.sdk.Group.ListAssignedApplicationsForGroup(v.ctx, v.groupID, nil)
		if err != nil {
			return err
		}
		return expect(len(apps) == 1, "%d apps", len(apps))
	})
	v.call("DeleteApplicationGroupAssignment", func() error {
		_, err := v.sdk.Application.DeleteApplicationGroupAssignment(v.ctx, v.appID, v.groupID)
		return err
	})
}

func (v *v2) rest() {
	v.call("GetLogs", func() error {
		events, _, err := v.sdk.LogEvent.GetLogs(v.ctx, query.NewQueryParams(query.WithSince("2020-01-01T00:00:00.000Z"), query.WithLimit(1000)))
		if err != nil {
			return err
		}
		return expect(len(events) > 10 && events[0].Uuid != "" && events[0].Published != nil, "%d events", len(events))
	})
	v.call("ListPolicies of passwords", func() error {
		policies, _, err := v.sdk.Policy.ListPolicies(v.ctx, query.NewQueryParams(query.WithType("PASSWORD")))
		if err != nil {
			return err
		}
		return expect(len(policies) == 1, "%d policies", len(policies))
	})
	v.call("GetPolicy", func() error {
		policies, _, err := v.sdk.Policy.ListPolicies(v.ctx, query.NewQueryParams(query.WithType("PASSWORD")))
		if err != nil {
			return err
		}
		_, _, err = v.sdk.Policy.GetPolicy(v.ctx, policies[0].(*okta.Policy).Id, okta.NewPolicy(), nil)
		return err
	})
	v.call("DeactivateApplication", func() error {
		_, err := v.sdk.Application.DeactivateApplication(v.ctx, v.appID)
		return err
	})
	v.call("ActivateApplication", func() error {
		_, err := v.sdk.Application.ActivateApplication(v.ctx, v.appID)
		return err
	})
	v.call("DeleteApplication", func() error {
		if _, err := v.sdk.Application.DeactivateApplication(v.ctx, v.appID); err != nil {
			return err
		}
		_, err := v.sdk.Application.DeleteApplication(v.ctx, v.appID)
		return err
	})
	v.call("GetApplication refused", func() error {
		_, _, err := v.sdk.Application.GetApplication(v.ctx, v.appID, okta.NewAutoLoginApplication(), nil)
		return refusedV2(err, "E0000007")
	})
	v.call("DeleteGroup", func() error {
		_, err := v.sdk.Group.DeleteGroup(v.ctx, v.groupID)
		return err
	})
	v.call("DeactivateOrDeleteUser", func() error {
		for range 2 {
			if _, err := v.sdk.User.DeactivateOrDeleteUser(v.ctx, v.userID, nil); err != nil {
				return err
			}
		}
		_, _, err := v.sdk.User.GetUser(v.ctx, v.userID)
		return refusedV2(err, "E0000007")
	})
}
