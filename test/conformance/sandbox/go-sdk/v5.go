package main

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/okta/okta-sdk-golang/v5/okta"
)

// callV5 calls everything that SDK v5 offers of the emulated endpoints.
func callV5(ctx context.Context, s *suite, orgURL, token string, client *http.Client) {
	configuration, err := okta.NewConfiguration(okta.WithOrgUrl(orgURL), okta.WithToken(token), okta.WithCache(false),
		okta.WithTestingDisableHttpsCheck(true), okta.WithHttpClientPtr(client))
	if err != nil {
		s.call("NewConfiguration", func() error { return err })
		return
	}
	configuration.Context = ctx
	v := &v5{ctx: ctx, suite: s, sdk: okta.NewAPIClient(configuration)}
	v.people()
	v.groups()
	v.apps()
	v.clientRoles()
	v.provisioning()
	v.assignments()
	v.credentials()
	v.administration()
	v.roleTargets()
	v.networkZones()
	v.trustedOrigins()
	v.hooks()
	v.linkedObjects()
	v.identityProviders()
	v.schemasAndMappings()
	v.rest()
}

type v5 struct {
	*suite
	ctx     context.Context
	sdk     *okta.APIClient
	userID  string
	groupID string
	appID   string
	samlID  string
}

// refusedV5 is an error unless err is the SDK's own, with Okta's code.
func refusedV5(err error, code string) error {
	var answer *okta.GenericOpenAPIError
	if !errors.As(err, &answer) {
		return expect(false, "not an error of the SDK: %v", err)
	}
	model, known := answer.Model().(okta.Error)
	return expect(known && model.GetErrorCode() == code && model.GetErrorId() != "", "answer %s, expected %s", answer.Body(), code)
}

// rejectedV5 is an error unless err is an answer with Okta's code, where the SDK knows no error of the answer's status.
func rejectedV5(err error, code string) error {
	var answer *okta.GenericOpenAPIError
	if !errors.As(err, &answer) {
		return expect(false, "not an error of the SDK: %v", err)
	}
	return expect(strings.Contains(string(answer.Body()), `"errorCode":"`+code+`"`), "answer %s, expected %s", answer.Body(), code)
}

func (v *v5) people() {
	body := parse[okta.CreateUserRequest](`{"profile":{"login":"v5@example.com","email":"v5@example.com","firstName":"Vita","lastName":"Five"},"credentials":{"password":{"value":"Correct-Horse-7"}}}`)
	v.call("CreateUser", func() error {
		user, _, err := v.sdk.UserAPI.CreateUser(v.ctx).Body(body).Activate(true).Execute()
		if err != nil {
			return err
		}
		v.userID = user.GetId()
		return expect(user.GetStatus() == "ACTIVE" && user.Created != nil && user.Profile.GetFirstName() == "Vita", "user is %+v", user)
	})
	v.call("CreateUser refused", func() error {
		_, _, err := v.sdk.UserAPI.CreateUser(v.ctx).Body(body).Execute()
		return refusedV5(err, "E0000001")
	})
	v.call("GetUser", func() error {
		user, _, err := v.sdk.UserAPI.GetUser(v.ctx, "me").Execute()
		if err != nil {
			return err
		}
		return expect(user.GetId() != "" && user.Type.GetId() != "" && user.Links != nil, "user is %+v", user)
	})
	v.call("GetUser refused", func() error {
		_, _, err := v.sdk.UserAPI.GetUser(v.ctx, "00u00000000000000000").Execute()
		return refusedV5(err, "E0000007")
	})
	v.call("ReplaceUser", func() error {
		user := parse[okta.User](`{"profile":{"login":"v5@example.com","email":"v5@example.com","firstName":"Vita","lastName":"Fifth"}}`)
		_, _, err := v.sdk.UserAPI.ReplaceUser(v.ctx, v.userID).User(user).Execute()
		return err
	})
	v.call("UpdateUser", func() error {
		user, _, err := v.sdk.UserAPI.UpdateUser(v.ctx, v.userID).User(parse[okta.UpdateUserRequest](`{"profile":{"title":"Engineer"}}`)).Execute()
		if err != nil {
			return err
		}
		return expect(user.Profile.GetTitle() == "Engineer", "user is %+v", user)
	})
	v.call("ListUsers, all pages", func() error {
		users, response, err := v.sdk.UserAPI.ListUsers(v.ctx).Limit(1).Execute()
		if err != nil {
			return err
		}
		total := len(users)
		for response.HasNextPage() {
			var page []okta.User
			if response, err = response.Next(&page); err != nil {
				return err
			}
			total += len(page)
		}
		return expect(total == 3, "%d users", total)
	})
	v.call("ListUsers by search", func() error {
		users, _, err := v.sdk.UserAPI.ListUsers(v.ctx).Search(`profile.lastName eq "Fifth"`).SortBy("profile.login").SortOrder("asc").Execute()
		if err != nil {
			return err
		}
		return expect(len(users) == 1, "%d users", len(users))
	})
	v.call("SuspendUser", func() error {
		_, err := v.sdk.UserAPI.SuspendUser(v.ctx, v.userID).Execute()
		return err
	})
	v.call("UnsuspendUser", func() error {
		_, err := v.sdk.UserAPI.UnsuspendUser(v.ctx, v.userID).Execute()
		return err
	})
	v.call("UnlockUser refused", func() error {
		_, err := v.sdk.UserAPI.UnlockUser(v.ctx, v.userID).Execute()
		return refusedV5(err, "E0000038")
	})
	v.call("ExpirePassword", func() error {
		user, _, err := v.sdk.UserAPI.ExpirePassword(v.ctx, v.userID).Execute()
		if err != nil {
			return err
		}
		return expect(user.GetStatus() == "PASSWORD_EXPIRED", "user is %+v", user)
	})
	v.call("UpdateUser with a new password", func() error {
		user, _, err := v.sdk.UserAPI.UpdateUser(v.ctx, v.userID).User(parse[okta.UpdateUserRequest](`{"credentials":{"password":{"value":"Correct-Horse-9"}}}`)).Execute()
		if err != nil {
			return err
		}
		return expect(user.GetStatus() == "ACTIVE", "user is %+v", user)
	})
	v.call("ExpirePasswordAndGetTemporaryPassword", func() error {
		password, _, err := v.sdk.UserAPI.ExpirePasswordAndGetTemporaryPassword(v.ctx, v.userID).Execute()
		if err != nil {
			return err
		}
		return expect(password.GetTempPassword() != "", "password is %+v", password)
	})
	v.call("DeactivateUser", func() error {
		_, err := v.sdk.UserAPI.DeactivateUser(v.ctx, v.userID).Execute()
		return err
	})
	v.call("ActivateUser", func() error {
		_, _, err := v.sdk.UserAPI.ActivateUser(v.ctx, v.userID).SendEmail(false).Execute()
		return err
	})
	v.call("ReactivateUser", func() error {
		user, _, err := v.sdk.UserAPI.CreateUser(v.ctx).Body(parse[okta.CreateUserRequest](`{"profile":{"login":"later@example.com","email":"later@example.com","firstName":"Later","lastName":"Comer"}}`)).Execute()
		if err != nil {
			return err
		}
		token, _, err := v.sdk.UserAPI.ReactivateUser(v.ctx, user.GetId()).SendEmail(false).Execute()
		if err != nil {
			return err
		}
		return expect(token.GetActivationToken() != "", "token is %+v", token)
	})
	v.call("ListUserGroups", func() error {
		groups, _, err := v.sdk.UserAPI.ListUserGroups(v.ctx, v.userID).Execute()
		if err != nil {
			return err
		}
		return expect(len(groups) == 1 && groups[0].Profile.GetName() == "Everyone", "%d groups", len(groups))
	})
	v.call("ListAppLinks", func() error {
		_, _, err := v.sdk.UserAPI.ListAppLinks(v.ctx, v.userID).Execute()
		return err
	})
}
