import { z } from "zod";
import type { OrgProcess, ScimServerProcess } from "../../provisioning/processes.ts";
import type { Step } from "./declared-app.ts";

const withId = z.object({ id: z.string() });
const pushMappings = z.array(z.object({ id: z.string(), sourceGroupId: z.string() }));
const mappingSchema = z.object({ id: z.string(), properties: z.record(z.string(), z.unknown()) });
const entries = z.object({
  mappings: z.array(z.object({ id: z.string(), expression: z.string(), pushStatus: z.string() })),
});

/** An app in an emulated org whose steps are applied by the calls that the okta plugin makes. */
export class LiveApp {
  readonly #org: OrgProcess;
  readonly #server: ScimServerProcess;
  readonly tenant: string;
  appId: string | undefined;
  /** Logins of people whom Okta refused to unassign in the last application of steps. */
  refused: string[] = [];

  constructor(org: OrgProcess, server: ScimServerProcess, tenant: string) {
    this.#org = org;
    this.#server = server;
    this.tenant = tenant;
  }

  async apply(steps: readonly Step[]): Promise<void> {
    this.refused = [];
    for (const step of steps) await this.#applyOne(step);
    const failed = await this.#org.drain();
    if (failed > 0) throw new Error(`${failed} provisioning tasks failed`);
  }

  async #applyOne({ kind, action, before, after }: Step): Promise<void> {
    const path = `/api/v1/apps/${this.appId ?? ""}`;
    switch (kind) {
      case "app":
        this.appId = withId.parse(
          await this.#org.api("POST", "/api/v1/apps?activate=true", {
            name: "scim2headerauth",
            label: this.tenant,
            signOnMode: "AUTO_LOGIN",
            settings: {},
          }),
        ).id;
        return;
      case "connection":
        await this.#org.api("POST", `${path}/connections/default`, {
          baseUrl: this.#server.baseUrl(this.tenant),
          profile: { authScheme: "TOKEN", token: this.#server.authorization },
        });
        await this.#org.api("POST", `${path}/connections/default/lifecycle/activate`);
        return;
      case "features":
        await this.#org.api("PUT", `${path}/features/USER_PROVISIONING`, after?.["capabilities"]);
        return;
      case "mapping":
        return this.#applyMapping(entries.parse(after).mappings);
      case "group assignment": {
        const groupPath = `${path}/groups/${String((after ?? before)?.["groupId"])}`;
        if (action === "remove") await this.#org.api("DELETE", groupPath);
        else await this.#org.api("PUT", groupPath, { profile: JSON.parse(String(after?.["profile"])) });
        return;
      }
      case "person assignment": {
        const id = String((after ?? before)?.["userId"]);
        if (action === "remove") await this.#unassign(`${path}/users/${id}`, id);
        else await this.#org.api("POST", `${path}/users`, { id });
        return;
      }
      case "push group":
        if (before !== undefined && action !== "change") await this.#endPush(before);
        if (after !== undefined && action !== "change")
          await this.#org.api("POST", `${path}/group-push/mappings`, {
            sourceGroupId: after["sourceGroupId"],
            targetGroupName: after["targetGroupName"],
            status: "ACTIVE",
          });
        return;
      default:
        throw new Error(`no step applies ${kind}`);
    }
  }

  /** Okta refuses while a group assigns the person; the engine then fails at the end. */
  async #unassign(path: string, userId: string): Promise<void> {
    try {
      await this.#org.api("DELETE", path);
    } catch (error) {
      // Who is gone already (the account was a group's) is no error for the plugin.
      if (error instanceof Error && error.message.includes("E0000007")) return;
      if (!(error instanceof Error) || !error.message.includes("E0000046")) throw error;
      const user = z.object({ profile: z.object({ login: z.string() }) });
      this.refused.push(user.parse(await this.#org.api("GET", `/api/v1/users/${userId}`)).profile.login);
    }
  }

  async #applyMapping(wanted: z.infer<typeof entries>["mappings"]): Promise<void> {
    const list = z.array(withId).parse(await this.#org.api("GET", `/api/v1/mappings?targetId=${this.appId}`));
    const id = list[0]?.id ?? "";
    const { properties } = mappingSchema.parse(await this.#org.api("GET", `/api/v1/mappings/${id}`));
    await this.#org.api("POST", `/api/v1/mappings/${id}`, {
      properties: {
        ...Object.fromEntries(Object.keys(properties).map((name) => [name, null])),
        ...Object.fromEntries(wanted.map(({ id: name, ...entry }) => [name, entry])),
      },
    });
    await this.#org.api("PUT", `/api/internal/v1/mappings/reapply?target=${this.appId}`);
  }

  async #endPush(before: Readonly<Record<string, unknown>>): Promise<void> {
    const path = `/api/v1/apps/${this.appId ?? ""}/group-push/mappings`;
    const found = pushMappings.parse(await this.#org.api("GET", path));
    const id = found.find(({ sourceGroupId }) => sourceGroupId === before["sourceGroupId"])?.id ?? "";
    await this.#org.api("PATCH", `${path}/${id}`, { status: "INACTIVE" });
    await this.#org.api(
      "DELETE",
      `${path}/${id}?deleteTargetGroup=${before["deleteTargetGroupOnDestroy"] === true}`,
    );
  }
}
