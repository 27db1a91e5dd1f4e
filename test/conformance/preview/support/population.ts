import { z } from "zod";
import type { OrgProcess } from "../../provisioning/processes.ts";
import { peopleCount } from "./world.ts";

const withId = z.object({ id: z.string() });

type Status = "STAGED" | "ACTIVE" | "SUSPENDED" | "DEPROVISIONED";

/** What each lifecycle operation makes of whom. */
const operations = {
  suspend: { from: ["ACTIVE"], to: "SUSPENDED", path: "suspend" },
  unsuspend: { from: ["SUSPENDED"], to: "ACTIVE", path: "unsuspend" },
  activate: { from: ["STAGED", "DEPROVISIONED"], to: "ACTIVE", path: "activate?sendEmail=false" },
  deactivate: { from: ["ACTIVE", "SUSPENDED"], to: "DEPROVISIONED", path: "deactivate?sendEmail=false" },
} as const satisfies Record<
  string,
  { readonly from: readonly Status[]; readonly to: Status; readonly path: string }
>;

/** The people of an emulated org: most are active; some are staged, suspended or deactivated, some have no department or title. */
export class Population {
  readonly #org: OrgProcess;
  readonly #ids: string[] = [];
  readonly #status: Status[] = [];

  constructor(org: OrgProcess) {
    this.#org = org;
  }

  async create(): Promise<void> {
    for (let index = 0; index < peopleCount; index += 1) await this.#createPerson(index);
  }

  id(index: number): string {
    return this.#ids[index] ?? "";
  }

  login(index: number): string {
    return `truth${index}@example.com`;
  }

  loginOf(id: string): string {
    return this.login(this.#ids.indexOf(id));
  }

  /** Okta assigns nobody whom it has deactivated. */
  isAssignable(index: number): boolean {
    return this.#status[index] !== "DEPROVISIONED";
  }

  /** Does a lifecycle operation, where Okta allows it of this person now. */
  async transit(index: number, name: string): Promise<void> {
    const operation = Object.entries(operations).find(([key]) => key === name)?.[1];
    const from: readonly Status[] = operation?.from ?? [];
    const status = this.#status[index];
    if (operation === undefined || status === undefined || !from.includes(status)) return;
    await this.#org.api("POST", `/api/v1/users/${this.id(index)}/lifecycle/${operation.path}`);
    this.#status[index] = operation.to;
  }

  /** Okta refuses to change whom it has deactivated. */
  async changeDepartment(index: number, department: string): Promise<void> {
    if (this.#status[index] === "DEPROVISIONED") return;
    await this.#org.api("POST", `/api/v1/users/${this.id(index)}`, { profile: { department } });
  }

  async #createPerson(index: number): Promise<void> {
    const staged = index % 7 === 5;
    const login = this.login(index);
    const { id } = withId.parse(
      await this.#org.api("POST", `/api/v1/users?activate=${!staged}`, {
        profile: {
          login,
          email: login,
          firstName: `First${index}`,
          lastName: `Last${index % 4}`,
          ...(index % 3 === 0 ? {} : { department: index % 2 === 0 ? "Finance" : "Field Sales" }),
          ...(index % 4 === 0 ? {} : { title: `Title ${index % 3}` }),
        },
        credentials: { password: { value: "Pa55word-of-truth" } },
      }),
    );
    this.#ids[index] = id;
    this.#status[index] = staged ? "STAGED" : "ACTIVE";
    if (index % 7 === 3) await this.transit(index, "suspend");
    if (index % 9 === 8) await this.transit(index, "deactivate");
  }
}
