package main

import (
	"github.com/okta/okta-sdk-golang/v2/okta"
	"github.com/okta/okta-sdk-golang/v2/okta/query"
)

func (v *v2) groups() {
	v.call("CreateGroup", func() error {
		group, _, err := v.sdk.Group.CreateGroup(v.ctx, parse[okta.Group](`{"profile":{"name":"v2","description":"of v2"}}`))
		if err != nil {
			return err
		}
		v.groupID = group.Id
		return expect(group.Type == "OKTA_GROUP" && group.Created != nil && group.LastMembershipUpdated != nil, "group is %+v", group)
	})
	v.call("GetGroup", func() error {
		_, _, err := v.sdk.Group.GetGroup(v.ctx, v.groupID)
		return err
	})
	v.call("UpdateGroup", func() error {
		_, _, err := v.sdk.Group.UpdateGroup(v.ctx, v.groupID, parse[okta.Group](`{"profile":{"name":"v2 people","description":"of v2"}}`))
		return err
	})
	v.call("ListGroups", func() error {
		groups, _, err := v.sdk.Group.ListGroups(v.ctx, query.NewQueryParams(query.WithFilter(`type eq "OKTA_GROUP"`)))
		if err != nil {
			return err
		}
		return expect(len(groups) == 1, "%d groups", len(groups))
	})
	v.call("AddUserToGroup", func() error {
		_, err := v.sdk.Group.AddUserToGroup(v.ctx, v.groupID, v.userID)
		return err
	})
	v.call("ListGroupUsers", func() error {
		users, _, err := v.sdk.Group.ListGroupUsers(v.ctx, v.groupID, query.NewQueryParams(query.WithLimit(200)))
		if err != nil {
			return err
		}
		return expect(len(users) == 1 && users[0].Id == v.userID, "%d users", len(users))
	})
	v.call("RemoveUserFromGroup", func() error {
		_, err := v.sdk.Group.RemoveUserFromGroup(v.ctx, v.groupID, v.userID)
		return err
	})
	rule := `{"type":"group_rule","name":"v2","conditions":{"expression":{"type":"urn:okta:expression:1.0","value":"user.title==\"Engineer\""}},"actions":{"assignUserToGroups":{"groupIds":["` + v.groupID + `"]}}}`
	var ruleID string
	v.call("CreateGroupRule", func() error {
		created, _, err := v.sdk.Group.CreateGroupRule(v.ctx, parse[okta.GroupRule](rule))
		if err != nil {
			return err
		}
		ruleID = created.Id
		return expect(created.Status == "INACTIVE" && created.Created != nil, "rule is %+v", created)
	})
	v.call("UpdateGroupRule", func() error {
		_, _, err := v.sdk.Group.UpdateGroupRule(v.ctx, ruleID, parse[okta.GroupRule](rule))
		return err
	})
	v.call("ActivateGroupRule", func() error {
		_, err := v.sdk.Group.ActivateGroupRule(v.ctx, ruleID)
		return err
	})
	v.call("GetGroupRule", func() error {
		got, _, err := v.sdk.Group.GetGroupRule(v.ctx, ruleID, nil)
		if err != nil {
			return err
		}
		return expect(got.Status == "ACTIVE", "rule is %+v", got)
	})
	v.call("DeactivateGroupRule", func() error {
		_, err := v.sdk.Group.DeactivateGroupRule(v.ctx, ruleID)
		return err
	})
	v.call("ListGroupRules", func() error {
		rules, _, err := v.sdk.Group.ListGroupRules(v.ctx, nil)
		if err != nil {
			return err
		}
		return expect(len(rules) == 1, "%d rules", len(rules))
	})
	v.call("DeleteGroupRule", func() error {
		_, err := v.sdk.Group.DeleteGroupRule(v.ctx, ruleID, query.NewQueryParams(query.WithRemoveUsers(false)))
		return err
	})
}

func (v *v2) schemasAndMappings() {
	attribute := `{"definitions":{"custom":{"id":"#custom","type":"object","properties":{"costCode":{"title":"Cost code","type":"string","scope":"NONE"}}}}}`
	v.call("UpdateApplicationUserProfile", func() error {
		schema, _, err := v.sdk.UserSchema.UpdateApplicationUserProfile(v.ctx, v.appID, parse[okta.UserSchema](attribute))
		if err != nil {
			return err
		}
		return expect(schema.Definitions.Custom.Properties["costCode"] != nil, "schema is %+v", schema)
	})
	v.call("GetApplicationUserSchema", func() error {
		_, _, err := v.sdk.UserSchema.GetApplicationUserSchema(v.ctx, v.appID)
		return err
	})
	v.call("UpdateUserProfile", func() error {
		schema, _, err := v.sdk.UserSchema.UpdateUserProfile(v.ctx, "default", parse[okta.UserSchema](attribute))
		if err != nil {
			return err
		}
		return expect(schema.Definitions.Custom.Properties["costCode"] != nil, "schema is %+v", schema)
	})
	v.call("GetUserSchema", func() error {
		_, _, err := v.sdk.UserSchema.GetUserSchema(v.ctx, "default")
		return err
	})
	v.call("UpdateGroupSchema", func() error {
		schema, _, err := v.sdk.GroupSchema.UpdateGroupSchema(v.ctx, parse[okta.GroupSchema](attribute))
		if err != nil {
			return err
		}
		return expect(schema.Definitions.Custom.Properties["costCode"] != nil, "schema is %+v", schema)
	})
	v.call("GetGroupSchema", func() error {
		_, _, err := v.sdk.GroupSchema.GetGroupSchema(v.ctx)
		return err
	})
	var mappingID string
	v.call("ListProfileMappings", func() error {
		mappings, _, err := v.sdk.ProfileMapping.ListProfileMappings(v.ctx, query.NewQueryParams(query.WithSourceId(v.appID)))
		if err != nil {
			return err
		}
		if len(mappings) != 1 || mappings[0].Source.Id != v.appID {
			return expect(false, "%d mappings", len(mappings))
		}
		mappingID = mappings[0].Id
		return nil
	})
	v.call("UpdateProfileMapping", func() error {
		mapping, _, err := v.sdk.ProfileMapping.UpdateProfileMapping(v.ctx, mappingID, parse[okta.ProfileMapping](`{"properties":{"costCode":{"expression":"appuser.costCode","pushStatus":"DONT_PUSH"}}}`))
		if err != nil {
			return err
		}
		return expect(mapping.Properties["costCode"].Expression == "appuser.costCode", "mapping is %+v", mapping)
	})
	v.call("GetProfileMapping", func() error {
		_, _, err := v.sdk.ProfileMapping.GetProfileMapping(v.ctx, mappingID)
		return err
	})
	var typeID string
	v.call("CreateUserType", func() error {
		created, _, err := v.sdk.UserType.CreateUserType(v.ctx, parse[okta.UserType](`{"name":"contractor","displayName":"Contractor","description":"From outside"}`))
		if err != nil {
			return err
		}
		typeID = created.Id
		return expect(created.Name == "contractor" && created.CreatedBy != "", "type is %+v", created)
	})
	v.call("UpdateUserType", func() error {
		_, _, err := v.sdk.UserType.UpdateUserType(v.ctx, typeID, parse[okta.UserType](`{"displayName":"Contractors"}`))
		return err
	})
	v.call("ReplaceUserType", func() error {
		_, _, err := v.sdk.UserType.ReplaceUserType(v.ctx, typeID, parse[okta.UserType](`{"name":"contractor","displayName":"Contractors","description":"All"}`))
		return err
	})
	v.call("GetUserType", func() error {
		_, _, err := v.sdk.UserType.GetUserType(v.ctx, typeID)
		return err
	})
	v.call("ListUserTypes", func() error {
		types, _, err := v.sdk.UserType.ListUserTypes(v.ctx)
		if err != nil {
			return err
		}
		return expect(len(types) == 2, "%d types", len(types))
	})
	v.call("DeleteUserType", func() error {
		_, err := v.sdk.UserType.DeleteUserType(v.ctx, typeID)
		return err
	})
}
