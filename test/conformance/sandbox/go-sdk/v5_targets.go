package main

import (
	"github.com/okta/okta-sdk-golang/v5/okta"
)

// inOrder makes calls until one fails.
func inOrder(calls ...func() error) error {
	for _, call := range calls {
		if err := call(); err != nil {
			return err
		}
	}
	return nil
}

// roleTargets limits administrator roles of a person and of a group to apps and groups. A role's id comes from its type.
func (v *v5) roleTargets() {
	const appAdmin, helpDesk = "IFIFAX2BIRGUSTQ", "JBCUYUC7IRCVGS27IFCE2SKO"
	roles, targets := v.sdk.RoleAssignmentAPI, v.sdk.RoleTargetAPI
	var appName, appID, otherGroup string
	v.call("targets", func() error {
		group := parse[okta.Group](`{"profile":{"name":"v5 target"}}`)
		made, _, err := v.sdk.GroupAPI.CreateGroup(v.ctx).Group(group).Execute()
		if err != nil {
			return err
		}
		otherGroup = made.GetId()
		app := parse[okta.ListApplications200ResponseInner](`{"label":"v5 target","name":"bookmark","signOnMode":"BOOKMARK","settings":{"app":{"url":"https://example.com","requestIntegration":false}}}`)
		created, _, err := v.sdk.ApplicationAPI.CreateApplication(v.ctx).Application(app).Execute()
		if err != nil {
			return err
		}
		appID, appName = created.BookmarkApplication.GetId(), created.BookmarkApplication.GetName()
		for _, role := range []string{`{"type":"APP_ADMIN"}`, `{"type":"HELP_DESK_ADMIN"}`} {
			request := parse[okta.AssignRoleRequest](role)
			if _, _, err := roles.AssignRoleToUser(v.ctx, v.userID).AssignRoleRequest(request).Execute(); err != nil {
				return err
			}
			if _, _, err := roles.AssignRoleToGroup(v.ctx, v.groupID).AssignRoleRequest(request).Execute(); err != nil {
				return err
			}
		}
		return nil
	})
	v.call("targets of a person's roles", func() error {
		return inOrder(
			func() error {
				_, err := targets.AssignGroupTargetToUserRole(v.ctx, v.userID, helpDesk, v.groupID).Execute()
				return err
			},
			func() error {
				_, err := targets.AssignGroupTargetToUserRole(v.ctx, v.userID, helpDesk, otherGroup).Execute()
				return err
			},
			func() error {
				_, err := targets.UnassignGroupTargetFromUserAdminRole(v.ctx, v.userID, helpDesk, v.groupID).Execute()
				return err
			},
			func() error {
				groups, _, err := targets.ListGroupTargetsForRole(v.ctx, v.userID, helpDesk).Execute()
				if err != nil {
					return err
				}
				return expect(len(groups) == 1 && groups[0].GetId() == otherGroup, "%d groups", len(groups))
			},
			func() error {
				_, err := targets.AssignAppInstanceTargetToAppAdminRoleForUser(v.ctx, v.userID, appAdmin, appName, appID).Execute()
				return err
			},
			func() error {
				_, err := targets.AssignAppTargetToAdminRoleForUser(v.ctx, v.userID, appAdmin, "template_swa").Execute()
				return err
			},
			func() error {
				_, err := targets.UnassignAppInstanceTargetFromAdminRoleForUser(v.ctx, v.userID, appAdmin, appName, appID).Execute()
				return err
			},
			func() error {
				_, err := targets.AssignAppTargetToAdminRoleForUser(v.ctx, v.userID, appAdmin, "oidc_client").Execute()
				return err
			},
			func() error {
				_, err := targets.UnassignAppTargetFromAppAdminRoleForUser(v.ctx, v.userID, appAdmin, "template_swa").Execute()
				return err
			},
			func() error {
				apps, _, err := targets.ListApplicationTargetsForApplicationAdministratorRoleForUser(v.ctx, v.userID, appAdmin).Execute()
				if err != nil {
					return err
				}
				return expect(len(apps) == 1 && apps[0].GetName() == "oidc_client", "%d apps", len(apps))
			},
		)
	})
	v.call("targets of a group's roles", func() error {
		return inOrder(
			func() error {
				_, err := targets.AssignGroupTargetToGroupAdminRole(v.ctx, v.groupID, helpDesk, v.groupID).Execute()
				return err
			},
			func() error {
				_, err := targets.AssignGroupTargetToGroupAdminRole(v.ctx, v.groupID, helpDesk, otherGroup).Execute()
				return err
			},
			func() error {
				_, err := targets.UnassignGroupTargetFromGroupAdminRole(v.ctx, v.groupID, helpDesk, v.groupID).Execute()
				return err
			},
			func() error {
				_, err := targets.AssignAppInstanceTargetToAppAdminRoleForGroup(v.ctx, v.groupID, appAdmin, appName, appID).Execute()
				return err
			},
			func() error {
				_, err := targets.AssignAppTargetToAdminRoleForGroup(v.ctx, v.groupID, appAdmin, "template_swa").Execute()
				return err
			},
			func() error {
				_, err := targets.UnassignAppInstanceTargetToAppAdminRoleForGroup(v.ctx, v.groupID, appAdmin, appName, appID).Execute()
				return err
			},
			func() error {
				_, err := targets.UnassignAppTargetToAdminRoleForGroup(v.ctx, v.groupID, appAdmin, "template_swa").Execute()
				return rejectedV5(err, "E0000001")
			},
		)
	})
	v.call("roles with targets go", func() error {
		return inOrder(
			func() error { _, err := roles.UnassignRoleFromUser(v.ctx, v.userID, appAdmin).Execute(); return err },
			func() error { _, err := roles.UnassignRoleFromUser(v.ctx, v.userID, helpDesk).Execute(); return err },
			func() error { _, err := roles.UnassignRoleFromGroup(v.ctx, v.groupID, appAdmin).Execute(); return err },
			func() error { _, err := roles.UnassignRoleFromGroup(v.ctx, v.groupID, helpDesk).Execute(); return err },
		)
	})
}

// clientRoleTargets limits the help desk role of a service app to a group, and what it has of apps to nothing.
func (v *v5) clientRoleTargets(clientID, roleID string) {
	targets := v.sdk.RoleTargetAPI
	v.call("targets of a client's role", func() error {
		return inOrder(
			func() error {
				_, err := targets.AssignGroupTargetRoleForClient(v.ctx, clientID, roleID, v.groupID).Execute()
				return err
			},
			func() error {
				_, err := targets.RemoveGroupTargetRoleFromClient(v.ctx, clientID, roleID, v.groupID).Execute()
				return rejectedV5(err, "E0000001")
			},
			func() error {
				_, err := targets.AssignAppTargetRoleToClient(v.ctx, clientID, roleID, "bookmark").Execute()
				return rejectedV5(err, "E0000091")
			},
			func() error {
				_, err := targets.RemoveAppTargetRoleFromClient(v.ctx, clientID, roleID, "bookmark").Execute()
				return refusedV5(err, "E0000007")
			},
			func() error {
				_, err := targets.AssignAppTargetInstanceRoleForClient(v.ctx, clientID, roleID, "bookmark", clientID).Execute()
				return rejectedV5(err, "E0000091")
			},
			func() error {
				_, err := targets.RemoveAppTargetInstanceRoleForClient(v.ctx, clientID, roleID, "bookmark", clientID).Execute()
				return refusedV5(err, "E0000007")
			},
		)
	})
}
