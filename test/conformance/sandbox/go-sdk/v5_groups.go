package main

import (
	"github.com/okta/okta-sdk-golang/v5/okta"
)

func (v *v5) groups() {
	v.call("CreateGroup", func() error {
		group, _, err := v.sdk.GroupAPI.CreateGroup(v.ctx).Group(parse[okta.Group](`{"profile":{"name":"v5","description":"of v5"}}`)).Execute()
		if err != nil {
			return err
		}
		v.groupID = group.GetId()
		return expect(group.GetType() == "OKTA_GROUP" && group.Created != nil && group.Links != nil, "group is %+v", group)
	})
	v.call("GetGroup", func() error {
		_, _, err := v.sdk.GroupAPI.GetGroup(v.ctx, v.groupID).Execute()
		return err
	})
	v.call("ReplaceGroup", func() error {
		_, _, err := v.sdk.GroupAPI.ReplaceGroup(v.ctx, v.groupID).Group(parse[okta.Group](`{"profile":{"name":"v5 people"}}`)).Execute()
		return err
	})
	v.call("ListGroups", func() error {
		groups, _, err := v.sdk.GroupAPI.ListGroups(v.ctx).Search(`profile.name eq "v5 people"`).Execute()
		if err != nil {
			return err
		}
		return expect(len(groups) == 1, "%d groups", len(groups))
	})
	v.call("AssignUserToGroup", func() error {
		_, err := v.sdk.GroupAPI.AssignUserToGroup(v.ctx, v.groupID, v.userID).Execute()
		return err
	})
	v.call("ListGroupUsers", func() error {
		users, _, err := v.sdk.GroupAPI.ListGroupUsers(v.ctx, v.groupID).Execute()
		if err != nil {
			return err
		}
		return expect(len(users) == 1, "%d users", len(users))
	})
	v.call("UnassignUserFromGroup", func() error {
		_, err := v.sdk.GroupAPI.UnassignUserFromGroup(v.ctx, v.groupID, v.userID).Execute()
		return err
	})
	rule := parse[okta.GroupRule](`{"type":"group_rule","name":"v5","conditions":{"expression":{"type":"urn:okta:expression:1.0","value":"user.title==\"Engineer\""}},"actions":{"assignUserToGroups":{"groupIds":["` + v.groupID + `"]}}}`)
	var ruleID string
	v.call("CreateGroupRule", func() error {
		created, _, err := v.sdk.GroupAPI.CreateGroupRule(v.ctx).GroupRule(rule).Execute()
		if err != nil {
			return err
		}
		ruleID = created.GetId()
		return expect(created.GetStatus() == "INACTIVE", "rule is %+v", created)
	})
	v.call("ReplaceGroupRule", func() error {
		_, _, err := v.sdk.GroupAPI.ReplaceGroupRule(v.ctx, ruleID).GroupRule(rule).Execute()
		return err
	})
	v.call("ActivateGroupRule", func() error {
		_, err := v.sdk.GroupAPI.ActivateGroupRule(v.ctx, ruleID).Execute()
		return err
	})
	v.call("GetGroupRule", func() error {
		_, _, err := v.sdk.GroupAPI.GetGroupRule(v.ctx, ruleID).Execute()
		return err
	})
	v.call("DeactivateGroupRule", func() error {
		_, err := v.sdk.GroupAPI.DeactivateGroupRule(v.ctx, ruleID).Execute()
		return err
	})
	v.call("ListGroupRules", func() error {
		rules, _, err := v.sdk.GroupAPI.ListGroupRules(v.ctx).Search("v5").Execute()
		if err != nil {
			return err
		}
		return expect(len(rules) == 1, "%d rules", len(rules))
	})
	v.call("DeleteGroupRule", func() error {
		_, err := v.sdk.GroupAPI.DeleteGroupRule(v.ctx, ruleID).RemoveUsers(true).Execute()
		return err
	})
}

func (v *v5) schemasAndMappings() {
	attribute := `{"definitions":{"custom":{"id":"#custom","type":"object","properties":{"costCenterCode":{"title":"Cost code","type":"string","scope":"NONE"}}}}}`
	v.call("UpdateApplicationUserProfile", func() error {
		schema, _, err := v.sdk.SchemaAPI.UpdateApplicationUserProfile(v.ctx, v.appID).Body(parse[okta.UserSchema](attribute)).Execute()
		if err != nil {
			return err
		}
		_, known := schema.Definitions.Custom.GetProperties()["costCenterCode"]
		return expect(known, "schema is %+v", schema)
	})
	v.call("GetApplicationUserSchema", func() error {
		_, _, err := v.sdk.SchemaAPI.GetApplicationUserSchema(v.ctx, v.appID).Execute()
		return err
	})
	v.call("UpdateUserProfile", func() error {
		_, _, err := v.sdk.SchemaAPI.UpdateUserProfile(v.ctx, "default").UserSchema(parse[okta.UserSchema](attribute)).Execute()
		return err
	})
	v.call("GetUserSchema", func() error {
		schema, _, err := v.sdk.SchemaAPI.GetUserSchema(v.ctx, "default").Execute()
		if err != nil {
			return err
		}
		return expect(schema.Definitions.Base.Properties.Login.GetMaxLength() == 100, "schema is %+v", schema)
	})
	v.call("UpdateGroupSchema", func() error {
		_, _, err := v.sdk.SchemaAPI.UpdateGroupSchema(v.ctx).GroupSchema(parse[okta.GroupSchema](attribute)).Execute()
		return err
	})
	v.call("GetGroupSchema", func() error {
		schema, _, err := v.sdk.SchemaAPI.GetGroupSchema(v.ctx).Execute()
		if err != nil {
			return err
		}
		_, known := schema.Definitions.Custom.GetProperties()["costCenterCode"]
		return expect(known && schema.Definitions.Base.Properties != nil, "schema is %+v", schema)
	})
	var mappingID string
	v.call("ListProfileMappings", func() error {
		mappings, _, err := v.sdk.ProfileMappingAPI.ListProfileMappings(v.ctx).SourceId(v.appID).Execute()
		if err != nil {
			return err
		}
		if len(mappings) != 1 || mappings[0].Source.GetId() != v.appID {
			return expect(false, "%d mappings", len(mappings))
		}
		mappingID = mappings[0].GetId()
		return nil
	})
	v.call("UpdateProfileMapping", func() error {
		mapping, _, err := v.sdk.ProfileMappingAPI.UpdateProfileMapping(v.ctx, mappingID).
			ProfileMapping(parse[okta.ProfileMappingRequest](`{"properties":{"costCenterCode":{"expression":"appuser.costCenterCode","pushStatus":"PUSH"}}}`)).Execute()
		if err != nil {
			return err
		}
		return expect(mapping.GetId() == mappingID, "mapping is %+v", mapping)
	})
	v.call("GetProfileMapping", func() error {
		_, _, err := v.sdk.ProfileMappingAPI.GetProfileMapping(v.ctx, mappingID).Execute()
		return err
	})
	var typeID string
	v.call("CreateUserType", func() error {
		created, _, err := v.sdk.UserTypeAPI.CreateUserType(v.ctx).UserType(parse[okta.UserType](`{"name":"partner","displayName":"Partner","description":"From outside"}`)).Execute()
		if err != nil {
			return err
		}
		typeID = created.GetId()
		return expect(typeID != "", "type is %+v", created)
	})
	v.call("UpdateUserType", func() error {
		_, _, err := v.sdk.UserTypeAPI.UpdateUserType(v.ctx, typeID).UserType(parse[okta.UserTypePostRequest](`{"displayName":"Partners"}`)).Execute()
		return err
	})
	v.call("ReplaceUserType", func() error {
		_, _, err := v.sdk.UserTypeAPI.ReplaceUserType(v.ctx, typeID).UserType(parse[okta.UserTypePutRequest](`{"name":"partner","displayName":"Partners","description":"All"}`)).Execute()
		return err
	})
	v.call("GetUserType", func() error {
		_, _, err := v.sdk.UserTypeAPI.GetUserType(v.ctx, typeID).Execute()
		return err
	})
	v.call("ListUserTypes", func() error {
		types, _, err := v.sdk.UserTypeAPI.ListUserTypes(v.ctx).Execute()
		if err != nil {
			return err
		}
		return expect(len(types) == 2, "%d types", len(types))
	})
	v.call("DeleteUserType", func() error {
		_, err := v.sdk.UserTypeAPI.DeleteUserType(v.ctx, typeID).Execute()
		return err
	})
}
