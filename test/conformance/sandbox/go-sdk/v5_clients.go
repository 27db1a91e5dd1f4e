package main

import "github.com/okta/okta-sdk-golang/v5/okta"

// clientRoles calls what gives a service app administrator roles.
func (v *v5) clientRoles() {
	var clientID, roleID string
	v.call("CreateApplication of a service", func() error {
		app := parse[okta.ListApplications200ResponseInner](`{"label":"v5 service","name":"oidc_client","signOnMode":"OPENID_CONNECT","credentials":{"oauthClient":{"token_endpoint_auth_method":"client_secret_basic"}},"settings":{"oauthClient":{"redirect_uris":[],"response_types":["token"],"grant_types":["client_credentials"],"application_type":"service"}}}`)
		created, _, err := v.sdk.ApplicationAPI.CreateApplication(v.ctx).Application(app).Execute()
		if err != nil {
			return err
		}
		clientID = created.OpenIdConnectApplication.GetId()
		return nil
	})
	// This version of the SDK reads roles of clients as clients, so only what it does not read is looked at.
	v.call("AssignRoleToClient", func() error {
		body := okta.StandardRoleAssignmentSchemaAsAssignRoleToClientRequest(okta.NewStandardRoleAssignmentSchemaWithDefaults())
		body.StandardRoleAssignmentSchema.SetType("HELP_DESK_ADMIN")
		_, response, err := v.sdk.RoleAssignmentAPI.AssignRoleToClient(v.ctx, clientID).AssignRoleToClientRequest(body).Execute()
		if response == nil {
			return err
		}
		roleID = "JBCUYUC7IRCVGS27IFCE2SKO"
		return expect(response.StatusCode == 201, "status %d", response.StatusCode)
	})
	v.call("ListRolesForClient", func() error {
		_, response, err := v.sdk.RoleAssignmentAPI.ListRolesForClient(v.ctx, clientID).Execute()
		if response == nil {
			return err
		}
		return expect(response.StatusCode == 200, "status %d", response.StatusCode)
	})
	v.call("RetrieveClientRole", func() error {
		_, response, err := v.sdk.RoleAssignmentAPI.RetrieveClientRole(v.ctx, clientID, roleID).Execute()
		if response == nil {
			return err
		}
		return expect(response.StatusCode == 200, "status %d", response.StatusCode)
	})
	v.call("ListGroupTargetRoleForClient", func() error {
		_, response, err := v.sdk.RoleTargetAPI.ListGroupTargetRoleForClient(v.ctx, clientID, roleID).Execute()
		if response == nil {
			return err
		}
		return expect(response.StatusCode == 200, "status %d", response.StatusCode)
	})
	v.call("ListAppTargetRoleToClient", func() error {
		_, response, err := v.sdk.RoleTargetAPI.ListAppTargetRoleToClient(v.ctx, clientID, roleID).Execute()
		if response == nil {
			return err
		}
		return expect(response.StatusCode == 200, "status %d", response.StatusCode)
	})
	v.clientRoleTargets(clientID, roleID)
	v.call("DeleteRoleFromClient", func() error {
		_, err := v.sdk.RoleAssignmentAPI.DeleteRoleFromClient(v.ctx, clientID, roleID).Execute()
		return err
	})
}
