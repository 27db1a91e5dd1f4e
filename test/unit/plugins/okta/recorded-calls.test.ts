import { describe, expect, it } from "vitest";
import { oktaProvider } from "../../../../sandbox/plugins/okta/provider.ts";
import { PluginClient } from "../plugin-client.ts";
import { RecordedOrg } from "./recorded-org.ts";

const connectionType = "okta:app/connection:Connection";
const featuresType = "okta:app/features:Features";
const pushType = "okta:index/pushGroup:PushGroup";
const groupType = "okta:group/group:Group";
const schemaType = "okta:index/appUserSchemaProperty:AppUserSchemaProperty";
const mappingType = "okta:profile/mapping:Mapping";

describe("the calls of the stand-in are those that the official plugin was recorded with", () => {
  it("auto login app: create, status first on an update, deactivated before it is deleted", async () => {
    using org = await RecordedOrg.start("TestAccResourceOktaAppAutoLoginApplication_crud.oie-00");
    using plugin = await PluginClient.start(oktaProvider, org.config);
    const app = {
      label: "testAcc_3149839261",
      signOnUrl: "https://example.com/login.html",
      signOnRedirectUrl: "https://example.com",
      revealPassword: true,
      adminNote: "admin note",
      enduserNote: "enduser note",
      userNameTemplate: "user.firstName",
      userNameTemplateType: "CUSTOM",
    };
    const { id, state, inputs } = await plugin.apply("okta:app/autoLogin:AutoLogin", app);
    await plugin.diff("okta:app/autoLogin:AutoLogin", id, state, inputs, inputs);
    await plugin.delete("okta:app/autoLogin:AutoLogin", id, state);

    const writes = org.recorded.filter((call) => call.method !== "GET" && call.method !== "PUT");
    expect(org.seen.filter((call) => call.method !== "GET")).toEqual(writes);
    expect(await plugin.diff("okta:app/autoLogin:AutoLogin", id, state, inputs, inputs)).toMatchObject({
      changes: {},
    });
  });

  it("connection: create activates, read follows", async () => {
    using org = await RecordedOrg.start("TestAccResourceOktaAppConnection_cru.oie-00");
    using plugin = await PluginClient.start(oktaProvider, org.config);
    const appId = "0oarblaf7hWdLawNg1d7";
    const { id, state, inputs } = await plugin.apply(connectionType, {
      idProperty: appId,
      baseUrl: "https://integrator-8357679-admin.okta.com",
      action: "activate",
      profile: { authScheme: "TOKEN", token: "<REDACTED>" },
    });
    const read = await plugin.read(connectionType, id, state, inputs);
    await plugin.delete(connectionType, id, read.state);

    expect(org.seen).toEqual(org.recorded.slice(0, 3));
    expect(read.state).toMatchObject({ status: "ENABLED", action: "activate", idProperty: appId });
    expect(await plugin.diff(connectionType, id, read.state, inputs, inputs)).toMatchObject({ changes: {} });
  });

  it("features: PUT with the whole tree, then PUT of what changed", async () => {
    using org = await RecordedOrg.start("TestAccOktaAppFeatures_basic.oie-00");
    using plugin = await PluginClient.start(oktaProvider, org.config);
    const features = (create: string) => ({
      appId: "0oarblaf7hWdLawNg1d7",
      name: "USER_PROVISIONING",
      status: "ENABLED",
      capabilities: {
        create: { lifecycleCreate: { status: create } },
        update: {
          lifecycleDeactivate: { status: "ENABLED" },
          password: { change: "KEEP_EXISTING", seed: "RANDOM", status: "ENABLED" },
          profile: { status: "DISABLED" },
        },
      },
    });
    const { id, state, inputs } = await plugin.apply(featuresType, features("ENABLED"));
    const { inputs: wanted } = await plugin.check(featuresType, features("DISABLED"), inputs);
    const diff = await plugin.diff(featuresType, id, state, inputs, wanted);
    const updated = await plugin.update(featuresType, id, state, wanted);

    expect(diff.changes).toEqual({ "capabilities.create.lifecycleCreate.status": "update" });
    expect(org.seen).toEqual(org.recorded.filter((call) => call.method === "PUT"));
    expect(await plugin.diff(featuresType, id, updated, wanted, wanted)).toMatchObject({ changes: {} });
  });

  it("group: create, update, delete", async () => {
    using org = await RecordedOrg.start("TestAccResourceOktaGroup_crud.oie-00");
    using plugin = await PluginClient.start(oktaProvider, org.config);
    const { id, state, inputs } = await plugin.apply(groupType, {
      name: "testAcc_891989555",
      description: "testing, testing",
    });
    const { inputs: wanted } = await plugin.check(
      groupType,
      {
        name: "testAcc_Different_891989555",
        description: "testing, testing",
      },
      inputs,
    );
    const updated = await plugin.update(groupType, id, state, wanted);
    await plugin.delete(groupType, id, updated);

    const writes = (calls: typeof org.recorded) => calls.filter((call) => call.method !== "GET");
    expect(writes(org.seen)).toEqual(writes(org.recorded).slice(0, 3));
  });

  it("push group: INACTIVE before it is deleted, and the target group is kept", async () => {
    using org = await RecordedOrg.start("TestAccResourceOktaPushGroup_crud.classic-00");
    using plugin = await PluginClient.start(oktaProvider, org.config);
    const created = org.recorded.find(
      (call) => call.method === "POST" && call.target.includes("/group-push/mappings"),
    );
    const [, appId = ""] = /\/apps\/([^/]+)\//.exec(created?.target ?? "") ?? [];
    const body = Object(created?.body);
    const { id, state } = await plugin.apply(pushType, {
      appId,
      sourceGroupId: body.sourceGroupId,
      ...(body.targetGroupName && { targetGroupName: body.targetGroupName }),
      deleteTargetGroupOnDestroy: false,
    });
    await plugin.delete(pushType, id, state);

    const pushCalls = org.seen.filter((call) => call.target.includes("/group-push/"));
    expect(pushCalls[0]).toEqual(created);
    expect(pushCalls.slice(1)).toEqual([
      { method: "PATCH", target: `${created?.target}/${id}`, body: { status: "INACTIVE" } },
      { method: "DELETE", target: `${created?.target}/${id}?deleteTargetGroup=false`, body: undefined },
    ]);
    for (const call of pushCalls) expect(org.recorded).toContainEqual(call);
  });

  it("app user schema property: create is recorded, deletion posts null", async () => {
    using org = await RecordedOrg.start("TestAccResourceOktaAppUserSchemas_crud.oie-00");
    using plugin = await PluginClient.start(oktaProvider, org.config);
    const appId = "0oauj9plkc70q0Hyp1d7";
    const oneOfs = [
      { const: "S", title: "Small" },
      { const: "M", title: "Medium" },
      { const: "L", title: "Large" },
      { const: "XL", title: "Extra Large" },
    ];
    const { id, state, inputs } = await plugin.apply(schemaType, {
      appId,
      index: "testIndex",
      title: "terraform acceptance test",
      description: "terraform acceptance test",
      type: "string",
      required: false,
      minLength: 1,
      maxLength: 50,
      enums: ["S", "M", "L", "XL"],
      oneOfs,
    });
    await plugin.delete(schemaType, id, state);

    const posts = org.seen.filter((call) => call.method === "POST");
    for (const call of posts) expect(org.recorded).toContainEqual(call);
    expect(posts).toHaveLength(2);
    expect(await plugin.diff(schemaType, id, state, inputs, inputs)).toMatchObject({ changes: {} });
  });

  it("profile mapping: found by source and target, merged, and emptied but for login", async () => {
    using org = await RecordedOrg.start("TestAccResourceOktaProfileMapping_crud.classic-00");
    using plugin = await PluginClient.start(oktaProvider, org.config);
    const post = org.recorded.find(
      (call) => call.method === "POST" && call.target.startsWith("/api/v1/mappings/"),
    );
    const properties: Record<string, { expression: string; pushStatus: string }> = Object(
      post?.body,
    ).properties;
    const mappings = Object.entries(properties).map(([id, property]) => ({ id, ...property }));
    const { id, state, inputs } = await plugin.apply(mappingType, {
      sourceId: "0oakwuqd5tELITmq01d7",
      targetId: "oty5ptm052JMcoADv1d7",
      mappings,
    });

    expect(org.seen.slice(0, 3).map(({ method, target, body }) => [method, target, body])).toEqual([
      [
        "GET",
        "/api/v1/mappings?limit=200&sourceId=0oakwuqd5tELITmq01d7&targetId=oty5ptm052JMcoADv1d7",
        undefined,
      ],
      ["GET", `/api/v1/mappings/${id}`, undefined],
      ["POST", `/api/v1/mappings/${id}`, post?.body],
    ]);
    const reordered = { ...inputs, mappings: [...mappings].reverse() };
    expect(await plugin.diff(mappingType, id, state, inputs, reordered)).toMatchObject({ changes: {} });
    expect(
      await plugin.diff(mappingType, id, state, inputs, { ...inputs, mappings: mappings.slice(1) }),
    ).toMatchObject({
      changes: { "mappings[0]": "delete" },
      replaces: [],
    });
  });
});
