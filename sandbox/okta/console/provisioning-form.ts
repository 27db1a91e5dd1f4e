import { z } from "zod";
import type { VerificationResult } from "../provisioning/connection-test.ts";
import type { ProvisioningEngine } from "../provisioning/provisioning-engine.ts";
import type { ConnectionSettings } from "../provisioning/scim-connection.ts";
import type { App, Connection, Enablement, Features } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import { addProvisionedAttributes } from "./provisioned-attributes.ts";

/** A check box: "on", or absent. */
const checkbox = z.literal("on").optional();

const formSchema = z.object({
  baseUrl: z.string().trim().max(2000),
  authentication: z.enum(["header", "bearer", "basic", "oauth2"]),
  token: z.string().max(10_000).default(""),
  username: z.string().trim().max(500).default(""),
  createUsers: checkbox,
  updateProfiles: checkbox,
  deactivateUsers: checkbox,
  syncPassword: checkbox,
});
export type ProvisioningForm = z.infer<typeof formSchema>;

/** What became of a form that was sent. */
export type FormOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: string;
      readonly remedy: string;
      readonly form: ProvisioningForm | undefined;
    };

/** Reads the fields of the provisioning form; undefined when they are not what the form sends. */
export function parseProvisioningForm(fields: URLSearchParams): ProvisioningForm | undefined {
  return formSchema.safeParse(Object.fromEntries(fields)).data;
}

/** The settings that a form describes; an empty token stands for the one that is saved already. */
function readConnectionSettings(form: ProvisioningForm, saved: Connection | undefined): ConnectionSettings {
  const token = form.token === "" ? (saved?.token ?? null) : form.token;
  return { baseUrl: form.baseUrl, authentication: form.authentication, token, username: form.username };
}

/** Tries a form's settings at the SCIM server ("Test API Credentials"), without saving anything. */
export function testProvisioningForm(
  store: OrgStore,
  engine: ProvisioningEngine,
  app: App,
  form: ProvisioningForm,
): Promise<VerificationResult> {
  return engine.testSettings(app.id, readConnectionSettings(form, store.settings.connection(app.id)));
}

/** Tries a form's settings and, when the SCIM server takes them, saves connection (ENABLED) and features. */
export async function saveProvisioningForm(
  store: OrgStore,
  engine: ProvisioningEngine,
  app: App,
  form: ProvisioningForm,
): Promise<FormOutcome> {
  const saved = store.settings.connection(app.id);
  const settings = readConnectionSettings(form, saved);
  if (settings.token === null) {
    return {
      ok: false,
      error: "API Token: The field cannot be left blank",
      remedy: "Enter the credential.",
      form,
    };
  }
  const result = await engine.testSettings(app.id, settings);
  if (!result.ok) return { ok: false, error: result.error, remedy: result.remedy, form };
  store.transaction(() => {
    addProvisionedAttributes(store, app);
    store.settings.saveConnection({
      ...settings,
      appId: app.id,
      authScheme: form.authentication === "oauth2" ? "OAUTH2" : "TOKEN",
      status: "ENABLED",
      oauth2: saved?.oauth2 ?? null,
      setBy: "console",
    });
    store.settings.saveFeatures(readFeatures(form, store.settings.features(app.id)));
  });
  return { ok: true };
}

function readFeatures(form: ProvisioningForm, before: Features): Features {
  const enable = (box: "on" | undefined): Enablement => (box === "on" ? "ENABLED" : "DISABLED");
  return {
    ...before,
    createUsers: enable(form.createUsers),
    updateProfiles: enable(form.updateProfiles),
    deactivateUsers: enable(form.deactivateUsers),
    password:
      form.syncPassword === "on"
        ? { status: "ENABLED", seed: "OKTA", change: "CHANGE" }
        : { ...before.password, status: "DISABLED" },
  };
}
