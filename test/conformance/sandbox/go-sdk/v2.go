package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/okta/okta-sdk-golang/v2/okta"
	"github.com/okta/okta-sdk-golang/v2/okta/query"
)

// callV2 calls everything that SDK v2 offers of the emulated endpoints.
func callV2(ctx context.Context, s *suite, orgURL, token string, client *http.Client) {
	ctx, sdk, err := okta.NewClient(ctx, okta.WithOrgUrl(orgURL), okta.WithToken(token), okta.WithCache(false),
		okta.WithTestingDisableHttpsCheck(true), okta.WithHttpClientPtr(client))
	if err != nil {
		s.call("NewClient", func() error { return err })
		return
	}
	v := &v2{ctx: ctx, suite: s, sdk: sdk}
	v.people()
	v.groups()
	v.apps()
	v.clients()
	v.policies()
	v.provisioning()
	v.assignments()
	v.administration()
	v.schemasAndMappings()
	v.rest()
}

type v2 struct {
	*suite
	ctx     context.Context
	sdk     *okta.Client
	userID  string
	groupID string
	appID   string
}

// refused is an error unless err is the SDK's own, with Okta's code.
func refusedV2(err error, code string) error {
	var answer *okta.Error
	if !errors.As(err, &answer) {
		return expect(false, "not an error of the SDK: %v", err)
	}
	return expect(answer.ErrorCode == code && answer.ErrorId != "", "code %s, expected %s", answer.ErrorCode, code)
}

func (v *v2) people() {
	body := parse[okta.CreateUserRequest](`{"profile":{"login":"v2@example.com","email":"v2@example.com","firstName":"Vera","lastName":"Two"},"credentials":{"password":{"value":"Correct-Horse-7"}}}`)
	v.call("CreateUser", func() error {
		user, _, err := v.sdk.User.CreateUser(v.ctx, body, query.NewQueryParams(query.WithActivate(true)))
		if err != nil {
			return err
		}
		v.userID = user.Id
		return expect(user.Status == "ACTIVE" && (*user.Profile)["firstName"] == "Vera", "user is %+v", user)
	})
	v.call("CreateUser refused", func() error {
		_, _, err := v.sdk.User.CreateUser(v.ctx, body, nil)
		return refusedV2(err, "E0000001")
	})
	v.call("GetUser", func() error {
		user, _, err := v.sdk.User.GetUser(v.ctx, "me")
		if err != nil {
			return err
		}
		return expect(user.Id != "" && user.Created != nil && user.Type != nil, "user is %+v", user)
	})
	v.call("GetUser refused", func() error {
		_, response, err := v.sdk.User.GetUser(v.ctx, "00u00000000000000000")
		if response.StatusCode != http.StatusNotFound {
			return expect(false, "status %d", response.StatusCode)
		}
		return refusedV2(err, "E0000007")
	})
	v.call("UpdateUser", func() error {
		user, _, err := v.sdk.User.UpdateUser(v.ctx, v.userID, parse[okta.User](`{"profile":{"login":"v2@example.com","email":"v2@example.com","firstName":"Vera","lastName":"Second"}}`), nil)
		if err != nil {
			return err
		}
		return expect((*user.Profile)["lastName"] == "Second", "user is %+v", user)
	})
	v.call("PartialUpdateUser", func() error {
		_, _, err := v.sdk.User.PartialUpdateUser(v.ctx, v.userID, parse[okta.User](`{"profile":{"title":"Engineer"}}`), nil)
		return err
	})
	for _, each := range []struct {
		name  string
		query query.ParamOptions
	}{
		{"filter", query.WithFilter(`profile.login eq "v2@example.com"`)},
		{"search", query.WithSearch(`profile.title eq "Engineer"`)},
		{"q", query.WithQ("Vera")},
	} {
		v.call("ListUsers by "+each.name, func() error {
			users, _, err := v.sdk.User.ListUsers(v.ctx, query.NewQueryParams(each.query))
			if err != nil {
				return err
			}
			return expect(len(users) == 1 && users[0].Id == v.userID, "%d users", len(users))
		})
	}
	v.call("ListUsers, all pages", func() error {
		users, response, err := v.sdk.User.ListUsers(v.ctx, query.NewQueryParams(query.WithLimit(1)))
		if err != nil {
			return err
		}
		total := len(users)
		for response.HasNextPage() {
			var page []*okta.User
			if response, err = response.Next(v.ctx, &page); err != nil {
				return err
			}
			total += len(page)
		}
		return expect(total == 2, "%d users", total)
	})
	v.call("SuspendUser", func() error {
		_, err := v.sdk.User.SuspendUser(v.ctx, v.userID)
		return err
	})
	v.call("UnsuspendUser", func() error {
		_, err := v.sdk.User.UnsuspendUser(v.ctx, v.userID)
		return err
	})
	v.call("UnlockUser refused", func() error {
		_, err := v.sdk.User.UnlockUser(v.ctx, v.userID)
		return refusedV2(err, "E0000038")
	})
	v.call("ExpirePassword", func() error {
		user, _, err := v.sdk.User.ExpirePassword(v.ctx, v.userID)
		if err != nil {
			return err
		}
		return expect(user.Status == "PASSWORD_EXPIRED", "user is %+v", user)
	})
	v.call("DeactivateUser", func() error {
		_, err := v.sdk.User.DeactivateUser(v.ctx, v.userID, nil)
		return err
	})
	v.call("ActivateUser", func() error {
		_, _, err := v.sdk.User.ActivateUser(v.ctx, v.userID, query.NewQueryParams(query.WithSendEmail(false)))
		return err
	})
	v.call("ReactivateUser", func() error {
		user, _, err := v.sdk.User.CreateUser(v.ctx, parse[okta.CreateUserRequest](`{"profile":{"login":"late@example.com","email":"late@example.com","firstName":"Late","lastName":"Comer"}}`), nil)
		if err != nil {
			return err
		}
		token, _, err := v.sdk.User.ReactivateUser(v.ctx, user.Id, query.NewQueryParams(query.WithSendEmail(false)))
		if err != nil {
			return err
		}
		return expect(token.ActivationToken != "", "token is %+v", token)
	})
	v.call("ListUserGroups", func() error {
		groups, _, err := v.sdk.User.ListUserGroups(v.ctx, v.userID)
		if err != nil {
			return err
		}
		return expect(len(groups) == 1 && groups[0].Profile.Name == "Everyone", "%d groups", len(groups))
	})
	v.call("ListAssignedRolesForUser", func() error {
		roles, _, err := v.sdk.User.ListAssignedRolesForUser(v.ctx, "me", nil)
		if err != nil {
			return err
		}
		return expect(len(roles) == 1 && roles[0].Type == "SUPER_ADMIN", "%d roles", len(roles))
	})
	v.call("ListAppLinks", func() error {
		_, _, err := v.sdk.User.ListAppLinks(v.ctx, v.userID)
		return err
	})
}
