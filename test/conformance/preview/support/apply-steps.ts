import { z } from "zod";
import type { OrgProcess, ScimServerProcess } from "../../provisioning/processes.ts";
import type { Declared, Step } from "./declared-app.ts";

const withId = z.object({ id: z.string() });
const pushMappings = z.array(z.object({ id: z.string(), sourceGroupId: z.string(), status: z.string() }));
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
    await this.#org.drain();
  }

  /** Fills in the provisioning form in the console, as an administrator does. */
  async connectByHand({ create, update, deactivate }: Declared["features"]): Promise<void> {
    const boxes = { createUsers: create, updateProfiles: update, deactivateUsers: deactivate };
    const answer = await this.#org.sendForm(`/admin/apps/${this.appId}/provisioning`, {
      baseUrl: this.#server.baseUrl(this.tenant),
      authentication: "bearer",
      token: this.#server.token,
      ...Object.fromEntries(Object.entries(boxes).flatMap(([box, on]) => (on ? [[box, "on"]] : []))),
    });
    z.object({ ok: z.literal(true) }).parse(answer);
  }

  /** Source groups whose push failed: Okta's API takes no change of such a push, nor its end. */
  async failedPushes(): Promise<readonly string[]> {
    if (this.appId === undefined) return [];
    return (await this.#listPushes())
      .filter(({ status }) => status === "ERROR")
      .map(({ sourceGroupId }) => sourceGroupId);
  }

  async delete(): Promise<void> {
    if (this.appId === undefined) return;
    await this.#org.api("POST", `/api/v1/apps/${this.appId}/lifecycle/deactivate`);
    await this.#org.api("DELETE", `/api/v1/apps/${this.appId}`);
  }

  async #applyOne({ kind, action, before, after }: Step): Promise<void> {
    const path = `/api/v1/apps/${this.appId ?? ""}`;
    switch (kind) {
      case "app":
        return this.#applyApp(before, after ?? {});
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
        // The plugin leaves a mapping as it is when the resource goes.
        if (action === "remove") return;
        return this.#applyMapping(entries.parse(after).mappings);
      case "group assignment": {
        const groupPath = `${path}/groups/${String((after ?? before)?.["groupId"])}`;
        if (action === "remove") await this.#org.api("DELETE", groupPath);
        else
          await this.#org.api("PUT", groupPath, {
            ...(after?.["priority"] === undefined ? {} : { priority: after["priority"] }),
            profile: JSON.parse(String(after?.["profile"])),
          });
        return;
      }
      case "person assignment": {
        const id = String((after ?? before)?.["userId"]);
        const body = { id, credentials: { userName: after?.["username"] } };
        if (action === "remove") await this.#unassign(`${path}/users/${id}`, id);
        else await this.#org.api("POST", action === "add" ? `${path}/users` : `${path}/users/${id}`, body);
        return;
      }
      case "push group":
        return this.#applyPush(action, before, after);
      default:
        throw new Error(`no step applies ${kind}`);
    }
  }

  async #applyApp(before: Step["before"], after: NonNullable<Step["after"]>): Promise<void> {
    const catalogName = after["preconfiguredApp"];
    const body = {
      ...(catalogName === undefined ? {} : { name: catalogName }),
      label: this.tenant,
      signOnMode: "AUTO_LOGIN",
      settings: catalogName === undefined ? { signOn: { loginUrl: "https://payroll.example.com" } } : {},
      credentials: {
        userNameTemplate: {
          template: after["userNameTemplate"],
          type: "CUSTOM",
          suffix: after["userNameTemplateSuffix"],
          pushStatus: after["userNameTemplatePushStatus"],
        },
      },
    };
    const isActive = after["status"] === "ACTIVE";
    if (before === undefined) {
      this.appId = withId.parse(await this.#org.api("POST", `/api/v1/apps?activate=${isActive}`, body)).id;
      return;
    }
    const path = `/api/v1/apps/${this.appId}`;
    if (before["status"] !== after["status"])
      await this.#org.api("POST", `${path}/lifecycle/${isActive ? "activate" : "deactivate"}`);
    const withoutStatus = ({ status: _status, ...inputs }: Readonly<Record<string, unknown>>): string =>
      JSON.stringify(inputs);
    if (withoutStatus(before) !== withoutStatus(after)) await this.#org.api("PUT", path, body);
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

  async #applyPush(action: Step["action"], before: Step["before"], after: Step["after"]): Promise<void> {
    const path = `/api/v1/apps/${this.appId ?? ""}/group-push/mappings`;
    if (before !== undefined) {
      const id = (await this.#listPushes()).find(
        ({ sourceGroupId }) => sourceGroupId === before["sourceGroupId"],
      )?.id;
      const status = action === "change" ? after?.["status"] : "INACTIVE";
      if (before["status"] !== status) await this.#org.api("PATCH", `${path}/${id}`, { status });
      const deletesTarget = before["deleteTargetGroupOnDestroy"] === true;
      if (action !== "change")
        await this.#org.api("DELETE", `${path}/${id}?deleteTargetGroup=${deletesTarget}`);
    }
    if (after === undefined || action === "change") return;
    await this.#org.api("POST", path, {
      sourceGroupId: after["sourceGroupId"],
      targetGroupName: after["targetGroupName"],
      status: after["status"],
    });
  }

  async #listPushes(): Promise<z.infer<typeof pushMappings>> {
    return pushMappings.parse(
      await this.#org.api("GET", `/api/v1/apps/${this.appId}/group-push/mappings?limit=1000`),
    );
  }
}
