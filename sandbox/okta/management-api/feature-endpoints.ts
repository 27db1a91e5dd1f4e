import { z } from "zod";
import { answerJson } from "../http.ts";
import type { App, Features, JsonObject } from "../store/model.ts";
import { isObject } from "../store/sql.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { appTarget, findApp } from "./find-app.ts";
import { checkImportSettings, importSettings, withOneSpelling } from "./import-settings.ts";
import { logChange } from "./log-change.ts";
import { invalid, notFound } from "./okta-error.ts";

const enablement = z.enum(["ENABLED", "DISABLED"]);
const switchable = z.looseObject({ status: enablement.optional() }).nullish();

const outboundBody = z.looseObject({
  create: z.looseObject({ lifecycleCreate: switchable }).nullish(),
  update: z
    .looseObject({
      lifecycleDeactivate: switchable,
      profile: switchable,
      password: z
        .looseObject({
          status: enablement.optional(),
          seed: z.enum(["OKTA", "RANDOM"]).optional(),
          change: z.enum(["CHANGE", "KEEP_EXISTING"]).optional(),
        })
        .nullish(),
    })
    .nullish(),
});

const inboundBody = z.looseObject({
  importRules: z.record(z.string(), z.json()).nullish(),
  importSettings,
});

/** Features can be read and set only while provisioning is on. */
function findProvisionedApp(call: ApiCall): App {
  const app = findApp(call);
  if (!call.store.settings.isEnabled(app.id)) {
    throw invalid("feature", "Provisioning is not enabled for the app instance.");
  }
  return app;
}

function presentOutbound(call: ApiCall, app: App): JsonObject {
  const features = call.store.settings.features(app.id);
  return {
    name: "USER_PROVISIONING",
    status: "ENABLED",
    description: "User provisioning settings from Okta to a downstream application",
    capabilities: {
      create: { lifecycleCreate: { status: features.createUsers } },
      update: {
        profile: { status: features.updateProfiles },
        lifecycleDeactivate: { status: features.deactivateUsers },
        password: { ...features.password },
      },
    },
    _links: linksOf(call, app, "USER_PROVISIONING"),
  };
}

function presentInbound(call: ApiCall, app: App): JsonObject {
  const { inbound } = call.store.settings.features(app.id);
  return {
    name: "INBOUND_PROVISIONING",
    status: inbound === null ? "DISABLED" : "ENABLED",
    description: "In-bound provisioning settings for provisioning users from an application to Okta",
    capabilities: showUserNameFormat(inbound ?? DEFAULT_INBOUND),
    _links: linksOf(call, app, "INBOUND_PROVISIONING"),
  };
}

/** Okta answers one spelling of the user name's format, and its expression only where there is one. */
function showUserNameFormat(capabilities: JsonObject): JsonObject {
  const settings = capabilities["importSettings"];
  if (!isObject(settings) || !isObject(settings["username"])) return capabilities;
  const { usernameFormat, userNameFormat, userNameExpression, ...rest } = settings["username"];
  const username: JsonObject = {
    userNameFormat: userNameFormat ?? usernameFormat ?? "EMAIL",
    ...(userNameExpression === null || userNameExpression === undefined ? {} : { userNameExpression }),
    ...rest,
  };
  return { ...capabilities, importSettings: { ...settings, username } };
}

/** What Okta shows of import before it was set. */
const DEFAULT_INBOUND: JsonObject = {
  importRules: {
    userCreateAndMatch: {
      exactMatchCriteria: "USERNAME",
      allowPartialMatch: false,
      autoConfirmPartialMatch: false,
      autoConfirmExactMatch: false,
      autoConfirmNewUsers: false,
      autoActivateNewUsers: false,
    },
  },
  importSettings: {
    username: { userNameFormat: "EMAIL", usernameFormat: "EMAIL", userNameExpression: null },
    schedule: { status: "DISABLED", fullImport: null, incrementalImport: null },
  },
};

function linksOf(call: ApiCall, app: App, name: string): JsonObject {
  return {
    self: { href: `${call.orgUrl}/api/v1/apps/${app.id}/features/${name}`, hints: { allow: ["GET", "PUT"] } },
  };
}

function getFeature(call: ApiCall) {
  const app = findProvisionedApp(call);
  return answerJson(200, present(call, app));
}

function present(call: ApiCall, app: App): JsonObject {
  const name = param(call, "featureName");
  if (name === "USER_PROVISIONING") return presentOutbound(call, app);
  if (name === "INBOUND_PROVISIONING") return presentInbound(call, app);
  throw notFound(name, "ApplicationFeature");
}

function putFeature(call: ApiCall) {
  const app = findProvisionedApp(call);
  const features = call.store.settings.features(app.id);
  const name = param(call, "featureName");
  if (name === "USER_PROVISIONING") call.store.settings.saveFeatures(mergeOutbound(call, features));
  else if (name === "INBOUND_PROVISIONING") call.store.settings.saveFeatures(mergeInbound(call, features));
  logChange(call, "application.lifecycle.update", "Update application provisioning settings", [
    appTarget(app),
  ]);
  return answerJson(200, present(call, app));
}

/** A partial update: what is not sent stays. */
function mergeOutbound(call: ApiCall, before: Features): Features {
  const body = readBody(call, outboundBody, "capabilities");
  const password = body.update?.password;
  return {
    ...before,
    createUsers: body.create?.lifecycleCreate?.status ?? before.createUsers,
    updateProfiles: body.update?.profile?.status ?? before.updateProfiles,
    deactivateUsers: body.update?.lifecycleDeactivate?.status ?? before.deactivateUsers,
    password: {
      status: password?.status ?? before.password.status,
      seed: password?.seed ?? before.password.seed,
      change: password?.change ?? before.password.change,
    },
  };
}

function mergeInbound(call: ApiCall, before: Features): Features {
  const body = readBody(call, inboundBody, "capabilities");
  if (body.importSettings) checkImportSettings(call, body.importSettings);
  const merged = mergeDeep(before.inbound ?? DEFAULT_INBOUND, {
    ...(body.importRules ? { importRules: body.importRules } : {}),
    ...(body.importSettings ? { importSettings: withOneSpelling(body.importSettings) } : {}),
  });
  return { ...before, inbound: merged };
}

function mergeDeep(base: JsonObject, change: JsonObject): JsonObject {
  const merged: JsonObject = { ...base };
  for (const [name, value] of Object.entries(change)) {
    const before = merged[name];
    merged[name] = isObject(before) && isObject(value) ? mergeDeep(before, value) : value;
  }
  return merged;
}

/** Provisioning features of apps. */
export const FEATURE_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/apps/:appId/features",
    scopes: ["okta.apps.read"],
    handle: (call) => {
      const app = findProvisionedApp(call);
      return answerJson(200, [presentOutbound(call, app), presentInbound(call, app)]);
    },
  },
  {
    method: "GET",
    path: "/api/v1/apps/:appId/features/:featureName",
    scopes: ["okta.apps.read"],
    handle: getFeature,
  },
  {
    method: "PUT",
    path: "/api/v1/apps/:appId/features/:featureName",
    scopes: ["okta.apps.manage"],
    handle: putFeature,
  },
];
