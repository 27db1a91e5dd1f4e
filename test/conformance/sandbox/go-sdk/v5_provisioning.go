package main

import (
	"github.com/okta/okta-sdk-golang/v5/okta"
)

func (v *v5) provisioning() {
	connection := parse[okta.ProvisioningConnectionTokenRequest](`{"baseUrl":"https://scim.example.com/v2","profile":{"authScheme":"TOKEN","token":"secret"}}`)
	v.call("UpdateDefaultProvisioningConnectionForApplication", func() error {
		saved, _, err := v.sdk.ApplicationConnectionsAPI.UpdateDefaultProvisioningConnectionForApplication(v.ctx, v.appID).
			UpdateDefaultProvisioningConnectionForApplicationRequest(okta.UpdateDefaultProvisioningConnectionForApplicationRequest{ProvisioningConnectionTokenRequest: &connection}).Execute()
		if err != nil {
			return err
		}
		return expect(saved.GetStatus() == "DISABLED" && saved.GetBaseUrl() == "https://scim.example.com/v2" && saved.Profile.GetAuthScheme() == "TOKEN", "connection is %+v", saved)
	})
	v.call("ListFeaturesForApplication refused", func() error {
		_, _, err := v.sdk.ApplicationFeaturesAPI.ListFeaturesForApplication(v.ctx, v.appID).Execute()
		return refusedV5(err, "E0000001")
	})
	v.call("ActivateDefaultProvisioningConnectionForApplication", func() error {
		_, err := v.sdk.ApplicationConnectionsAPI.ActivateDefaultProvisioningConnectionForApplication(v.ctx, v.appID).Execute()
		return err
	})
	v.call("GetDefaultProvisioningConnectionForApplication", func() error {
		got, _, err := v.sdk.ApplicationConnectionsAPI.GetDefaultProvisioningConnectionForApplication(v.ctx, v.appID).Execute()
		if err != nil {
			return err
		}
		return expect(got.GetStatus() == "ENABLED", "connection is %+v", got)
	})
	v.call("GetDefaultProvisioningConnectionForApplication, UNKNOWN", func() error {
		got, _, err := v.sdk.ApplicationConnectionsAPI.GetDefaultProvisioningConnectionForApplication(v.ctx, v.samlID).Execute()
		if err != nil {
			return err
		}
		return expect(got.GetStatus() == "UNKNOWN", "connection is %+v", got)
	})
	v.call("VerifyProvisioningConnectionForApplication refused", func() error {
		_, err := v.sdk.ApplicationConnectionsAPI.VerifyProvisioningConnectionForApplication(v.ctx, "office365", v.appID).Code("code").State("state").Execute()
		return refusedV5(err, "E0000007")
	})
	v.call("ListFeaturesForApplication", func() error {
		features, _, err := v.sdk.ApplicationFeaturesAPI.ListFeaturesForApplication(v.ctx, v.appID).Execute()
		if err != nil {
			return err
		}
		return expect(len(features) == 2 && features[0].UserProvisioningApplicationFeature != nil && features[1].InboundProvisioningApplicationFeature != nil, "%d features", len(features))
	})
	v.call("UpdateFeatureForApplication outbound", func() error {
		capabilities := parse[okta.CapabilitiesObject](`{"create":{"lifecycleCreate":{"status":"ENABLED"}},"update":{"lifecycleDeactivate":{"status":"ENABLED"},"profile":{"status":"ENABLED"},"password":{"status":"ENABLED","seed":"RANDOM","change":"KEEP_EXISTING"}}}`)
		feature, _, err := v.sdk.ApplicationFeaturesAPI.UpdateFeatureForApplication(v.ctx, v.appID, "USER_PROVISIONING").
			UpdateFeatureForApplicationRequest(okta.UpdateFeatureForApplicationRequest{CapabilitiesObject: &capabilities}).Execute()
		if err != nil {
			return err
		}
		outbound := feature.UserProvisioningApplicationFeature
		return expect(outbound != nil && outbound.Capabilities.Update.Password.GetSeed() == "RANDOM", "feature is %+v", feature)
	})
	v.call("UpdateFeatureForApplication inbound", func() error {
		capabilities := parse[okta.CapabilitiesInboundProvisioningObject](`{"importRules":{"userCreateAndMatch":{"exactMatchCriteria":"EMAIL"}},"importSettings":{"username":{"usernameFormat":"EMAIL"},"schedule":{"status":"DISABLED"}}}`)
		feature, _, err := v.sdk.ApplicationFeaturesAPI.UpdateFeatureForApplication(v.ctx, v.appID, "INBOUND_PROVISIONING").
			UpdateFeatureForApplicationRequest(okta.UpdateFeatureForApplicationRequest{CapabilitiesInboundProvisioningObject: &capabilities}).Execute()
		if err != nil {
			return err
		}
		return expect(feature.InboundProvisioningApplicationFeature != nil, "feature is %+v", feature)
	})
	v.call("GetFeatureForApplication", func() error {
		_, _, err := v.sdk.ApplicationFeaturesAPI.GetFeatureForApplication(v.ctx, v.appID, "USER_PROVISIONING").Execute()
		return err
	})
	v.call("DeactivateDefaultProvisioningConnectionForApplication", func() error {
		_, err := v.sdk.ApplicationConnectionsAPI.DeactivateDefaultProvisioningConnectionForApplication(v.ctx, v.appID).Execute()
		return err
	})
}

func (v *v5) assignments() {
	v.call("AssignUserToApplication", func() error {
		user, _, err := v.sdk.ApplicationUsersAPI.AssignUserToApplication(v.ctx, v.appID).
			AppUser(parse[okta.AppUserAssignRequest](`{"id":"` + v.userID + `","scope":"USER","credentials":{"userName":"v5@example.com"}}`)).Execute()
		if err != nil {
			return err
		}
		return expect(user.GetId() == v.userID && user.GetScope() == "USER" && user.GetSyncState() != "" && user.Links != nil, "account is %+v", user)
	})
	v.call("GetApplicationUser", func() error {
		user, _, err := v.sdk.ApplicationUsersAPI.GetApplicationUser(v.ctx, v.appID, v.userID).Expand("user").Execute()
		if err != nil {
			return err
		}
		return expect(user.Embedded["user"]["id"] == v.userID, "account is %+v", user)
	})
	v.call("UpdateApplicationUser", func() error {
		payload := parse[okta.AppUserProfileRequestPayload](`{"profile":{"nickName":"V"}}`)
		_, _, err := v.sdk.ApplicationUsersAPI.UpdateApplicationUser(v.ctx, v.appID, v.userID).AppUser(okta.AppUserUpdateRequest{AppUserProfileRequestPayload: &payload}).Execute()
		return err
	})
	v.call("ListApplicationUsers", func() error {
		users, _, err := v.sdk.ApplicationUsersAPI.ListApplicationUsers(v.ctx, v.appID).Limit(10).Execute()
		if err != nil {
			return err
		}
		return expect(len(users) == 1, "%d accounts", len(users))
	})
	v.call("UnassignUserFromApplication", func() error {
		_, err := v.sdk.ApplicationUsersAPI.UnassignUserFromApplication(v.ctx, v.appID, v.userID).Execute()
		return err
	})
	v.call("AssignGroupToApplication", func() error {
		assignment, _, err := v.sdk.ApplicationGroupsAPI.AssignGroupToApplication(v.ctx, v.appID, v.groupID).
			ApplicationGroupAssignment(parse[okta.ApplicationGroupAssignment](`{"priority":0}`)).Execute()
		if err != nil {
			return err
		}
		return expect(assignment.GetId() == v.groupID && assignment.Links != nil, "assignment is %+v", assignment)
	})
	v.call("UpdateGroupAssignmentToApplication", func() error {
		// A removal, because the SDK takes objects only for a patch's value.
		_, _, err := v.sdk.ApplicationGroupsAPI.UpdateGroupAssignmentToApplication(v.ctx, v.appID, v.groupID).
			JsonPatchOperation([]okta.JsonPatchOperation{parse[okta.JsonPatchOperation](`{"op":"remove","path":"/profile/nickName"}`)}).Execute()
		return err
	})
	v.call("GetApplicationGroupAssignment", func() error {
		assignment, _, err := v.sdk.ApplicationGroupsAPI.GetApplicationGroupAssignment(v.ctx, v.appID, v.groupID).Expand("group").Execute()
		if err != nil {
			return err
		}
		return expect(assignment.Embedded["group"]["id"] == v.groupID, "assignment is %+v", assignment)
	})
	v.call("ListApplicationGroupAssignments", func() error {
		assignments, _, err := v.sdk.ApplicationGroupsAPI.ListApplicationGroupAssignments(v.ctx, v.appID).Execute()
		if err != nil {
			return err
		}
		return expect(len(assignments) == 1, "%d assignments", len(assignments))
	})
	v.call("ListAssignedApplicationsForGroup", func() error {
		apps, _, err := v.sdk.GroupAPI.ListAssignedApplicationsForGroup(v.ctx, v.groupID).Execute()
		if err != nil {
			return err
		}
		return expect(len(apps) == 1, "%d apps", len(apps))
	})
	v.call("UnassignApplicationFromGroup", func() error {
		_, err := v.sdk.ApplicationGroupsAPI.UnassignApplicationFromGroup(v.ctx, v.appID, v.groupID).Execute()
		return err
	})
}
