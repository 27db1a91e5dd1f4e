package main

import (
	"fmt"

	"github.com/okta/okta-sdk-golang/v5/okta"
)

// credentials: passwords and what recovers them.
func (v *v5) credentials() {
	user := parse[okta.CreateUserRequest](`{"profile":{"login":"credentials5@example.com","email":"credentials5@example.com","firstName":"Carl","lastName":"Five"},"credentials":{"password":{"value":"Correct-Horse-1"},"recovery_question":{"question":"Who?","answer":"Nobody"}}}`)
	var userID string
	v.call("CreateUser with credentials", func() error {
		created, _, err := v.sdk.UserAPI.CreateUser(v.ctx).Body(user).Execute()
		if err != nil {
			return err
		}
		userID = created.GetId()
		return nil
	})
	v.call("ChangePassword", func() error {
		body := parse[okta.ChangePasswordRequest](`{"oldPassword":{"value":"Correct-Horse-1"},"newPassword":{"value":"Correct-Horse-2"}}`)
		_, _, err := v.sdk.UserAPI.ChangePassword(v.ctx, userID).ChangePasswordRequest(body).Execute()
		return err
	})
	v.call("ChangeRecoveryQuestion", func() error {
		body := parse[okta.UserCredentials](`{"password":{"value":"Correct-Horse-2"},"recovery_question":{"question":"What?","answer":"Nothing"}}`)
		_, _, err := v.sdk.UserAPI.ChangeRecoveryQuestion(v.ctx, userID).UserCredentials(body).Execute()
		return err
	})
	v.call("ForgotPassword", func() error {
		answer, _, err := v.sdk.UserAPI.ForgotPassword(v.ctx, userID).SendEmail(false).Execute()
		if err != nil {
			return err
		}
		return expect(answer.GetResetPasswordUrl() != "", "answer is %+v", answer)
	})
	v.call("ForgotPasswordSetNewPassword", func() error {
		body := parse[okta.UserCredentials](`{"password":{"value":"Correct-Horse-3"},"recovery_question":{"answer":"nothing"}}`)
		_, _, err := v.sdk.UserAPI.ForgotPasswordSetNewPassword(v.ctx, userID).UserCredentials(body).Execute()
		return err
	})
	v.call("GenerateResetPasswordToken", func() error {
		_, _, err := v.sdk.UserAPI.GenerateResetPasswordToken(v.ctx, userID).SendEmail(false).Execute()
		return err
	})
	v.call("ResetFactors", func() error {
		_, err := v.sdk.UserAPI.ResetFactors(v.ctx, userID).Execute()
		return err
	})
	v.call("ListFactors", func() error {
		_, _, err := v.sdk.UserFactorAPI.ListFactors(v.ctx, userID).Execute()
		return err
	})
	v.call("RevokeUserSessions", func() error {
		_, err := v.sdk.UserAPI.RevokeUserSessions(v.ctx, userID).Execute()
		return err
	})
}

// administration: roles of people and groups, and owners of groups.
func (v *v5) administration() {
	request := parse[okta.AssignRoleRequest](`{"type":"APP_ADMIN"}`)
	var roleID string
	v.call("AssignRoleToUser", func() error {
		role, _, err := v.sdk.RoleAssignmentAPI.AssignRoleToUser(v.ctx, v.userID).AssignRoleRequest(request).Execute()
		if err != nil {
			return err
		}
		roleID = role.GetId()
		return expect(role.GetType() == "APP_ADMIN", "role is %+v", role)
	})
	v.call("roles of a person", func() error {
		if _, _, err := v.sdk.RoleAssignmentAPI.ListAssignedRolesForUser(v.ctx, v.userID).Execute(); err != nil {
			return err
		}
		if _, _, err := v.sdk.RoleAssignmentAPI.GetUserAssignedRole(v.ctx, v.userID, roleID).Execute(); err != nil {
			return err
		}
		if _, _, err := v.sdk.RoleTargetAPI.ListGroupTargetsForRole(v.ctx, v.userID, roleID).Execute(); err != nil {
			return err
		}
		if _, _, err := v.sdk.RoleTargetAPI.ListApplicationTargetsForApplicationAdministratorRoleForUser(v.ctx, v.userID, roleID).Execute(); err != nil {
			return err
		}
		_, err := v.sdk.RoleAssignmentAPI.UnassignRoleFromUser(v.ctx, v.userID, roleID).Execute()
		return err
	})
	v.call("roles of a group", func() error {
		if _, _, err := v.sdk.RoleAssignmentAPI.AssignRoleToGroup(v.ctx, v.groupID).AssignRoleRequest(request).Execute(); err != nil {
			return err
		}
		if _, _, err := v.sdk.RoleAssignmentAPI.ListGroupAssignedRoles(v.ctx, v.groupID).Execute(); err != nil {
			return err
		}
		if _, _, err := v.sdk.RoleAssignmentAPI.GetGroupAssignedRole(v.ctx, v.groupID, roleID).Execute(); err != nil {
			return err
		}
		if _, _, err := v.sdk.RoleTargetAPI.ListGroupTargetsForGroupRole(v.ctx, v.groupID, roleID).Execute(); err != nil {
			return err
		}
		if _, _, err := v.sdk.RoleTargetAPI.ListApplicationTargetsForApplicationAdministratorRoleForGroup(v.ctx, v.groupID, roleID).Execute(); err != nil {
			return err
		}
		_, err := v.sdk.RoleAssignmentAPI.UnassignRoleFromGroup(v.ctx, v.groupID, roleID).Execute()
		return err
	})
	v.call("owners of a group", func() error {
		body := parse[okta.AssignGroupOwnerRequestBody](fmt.Sprintf(`{"id":%q,"type":"USER"}`, v.userID))
		owner, _, err := v.sdk.GroupOwnerAPI.AssignGroupOwner(v.ctx, v.groupID).AssignGroupOwnerRequestBody(body).Execute()
		if err != nil {
			return err
		}
		if owner.GetDisplayName() == "" {
			return expect(false, "owner is %+v", owner)
		}
		if _, _, err := v.sdk.GroupOwnerAPI.ListGroupOwners(v.ctx, v.groupID).Execute(); err != nil {
			return err
		}
		_, err = v.sdk.GroupOwnerAPI.DeleteGroupOwner(v.ctx, v.groupID, v.userID).Execute()
		return err
	})
}

// linkedObjects: a relationship between people, and two who have it.
func (v *v5) linkedObjects() {
	definition := parse[okta.LinkedObject](`{"primary":{"name":"boss","title":"Boss","description":"Above","type":"USER"},"associated":{"name":"minion","title":"Minion","description":"Below","type":"USER"}}`)
	v.call("CreateLinkedObjectDefinition", func() error {
		created, _, err := v.sdk.LinkedObjectAPI.CreateLinkedObjectDefinition(v.ctx).LinkedObject(definition).Execute()
		if err != nil {
			return err
		}
		return expect(created.Primary.GetName() == "boss", "definition is %+v", created)
	})
	v.call("linked people", func() error {
		if _, err := v.sdk.UserAPI.ReplaceLinkedObjectForUser(v.ctx, v.userID, "boss", "credentials5@example.com").Execute(); err != nil {
			return err
		}
		links, _, err := v.sdk.UserAPI.ListLinkedObjectsForUser(v.ctx, v.userID, "boss").Execute()
		if err != nil {
			return err
		}
		if len(links) != 1 {
			return expect(false, "%d links", len(links))
		}
		_, err = v.sdk.UserAPI.DeleteLinkedObjectForUser(v.ctx, v.userID, "boss").Execute()
		return err
	})
	v.call("linked object definitions", func() error {
		if _, _, err := v.sdk.LinkedObjectAPI.ListLinkedObjectDefinitions(v.ctx).Execute(); err != nil {
			return err
		}
		if _, _, err := v.sdk.LinkedObjectAPI.GetLinkedObjectDefinition(v.ctx, "boss").Execute(); err != nil {
			return err
		}
		_, err := v.sdk.LinkedObjectAPI.DeleteLinkedObjectDefinition(v.ctx, "boss").Execute()
		return err
	})
}

// identityProviders: one of the kind that the emulated org has.
func (v *v5) identityProviders() {
	provider := parse[okta.IdentityProvider](`{"type":"GOOGLE","name":"Google","protocol":{"type":"OIDC","scopes":["openid","profile","email"],"credentials":{"client":{"client_id":"abcd123","client_secret":"abcd123"}}},"policy":{"accountLink":{"action":"AUTO"},"provisioning":{"action":"AUTO","profileMaster":false,"groups":{"action":"NONE"}},"subject":{"matchType":"USERNAME","userNameTemplate":{"template":"idpuser.email"}}}}`)
	v.call("identity provider", func() error {
		created, _, err := v.sdk.IdentityProviderAPI.CreateIdentityProvider(v.ctx).IdentityProvider(provider).Execute()
		if err != nil {
			return err
		}
		id := created.GetId()
		if _, _, err := v.sdk.IdentityProviderAPI.ListIdentityProviders(v.ctx).Execute(); err != nil {
			return err
		}
		if _, _, err := v.sdk.IdentityProviderAPI.GetIdentityProvider(v.ctx, id).Execute(); err != nil {
			return err
		}
		if _, _, err := v.sdk.IdentityProviderAPI.ReplaceIdentityProvider(v.ctx, id).IdentityProvider(provider).Execute(); err != nil {
			return err
		}
		if _, _, err := v.sdk.IdentityProviderAPI.DeactivateIdentityProvider(v.ctx, id).Execute(); err != nil {
			return err
		}
		if _, _, err := v.sdk.IdentityProviderAPI.ActivateIdentityProvider(v.ctx, id).Execute(); err != nil {
			return err
		}
		_, err = v.sdk.IdentityProviderAPI.DeleteIdentityProvider(v.ctx, id).Execute()
		return err
	})
}
