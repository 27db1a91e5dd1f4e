package main

import (
	"github.com/okta/okta-sdk-golang/v2/okta"
	"github.com/okta/okta-sdk-golang/v2/okta/query"
)

// administration: credentials and roles, which the official provider changes by this SDK.
func (v *v2) administration() {
	v.call("ChangePassword", func() error {
		body := parse[okta.ChangePasswordRequest](`{"oldPassword":{"value":"Correct-Horse-7"},"newPassword":{"value":"Correct-Horse-8"}}`)
		credentials, _, err := v.sdk.User.ChangePassword(v.ctx, v.userID, body, nil)
		if err != nil {
			return err
		}
		return expect(credentials.Provider.Type == "OKTA", "credentials are %+v", credentials)
	})
	v.call("ChangePassword refused", func() error {
		body := parse[okta.ChangePasswordRequest](`{"oldPassword":{"value":"Wrong-Horse-7"},"newPassword":{"value":"Correct-Horse-8"}}`)
		_, _, err := v.sdk.User.ChangePassword(v.ctx, v.userID, body, nil)
		return refusedV2(err, "E0000014")
	})
	v.call("ChangeRecoveryQuestion", func() error {
		body := parse[okta.UserCredentials](`{"password":{"value":"Correct-Horse-8"},"recovery_question":{"question":"Who?","answer":"Nobody"}}`)
		credentials, _, err := v.sdk.User.ChangeRecoveryQuestion(v.ctx, v.userID, body)
		if err != nil {
			return err
		}
		return expect(credentials.RecoveryQuestion.Question == "Who?", "credentials are %+v", credentials)
	})
	var roleID string
	v.call("AssignRoleToUser", func() error {
		role, _, err := v.sdk.User.AssignRoleToUser(v.ctx, v.userID, okta.AssignRoleRequest{Type: "APP_ADMIN"}, query.NewQueryParams(query.WithDisableNotifications(true)))
		if err != nil {
			return err
		}
		roleID = role.Id
		return expect(role.AssignmentType == "USER" && role.Status == "ACTIVE", "role is %+v", role)
	})
	v.call("ListAssignedRolesForUser", func() error {
		roles, _, err := v.sdk.User.ListAssignedRolesForUser(v.ctx, v.userID, nil)
		if err != nil {
			return err
		}
		return expect(len(roles) == 1 && roles[0].Id == roleID, "%d roles", len(roles))
	})
	v.call("RemoveRoleFromUser", func() error {
		_, err := v.sdk.User.RemoveRoleFromUser(v.ctx, v.userID, roleID)
		return err
	})
}
