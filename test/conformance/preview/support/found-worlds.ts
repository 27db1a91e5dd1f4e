import type fc from "fast-check";
import type { Spec, world } from "./world.ts";

/** An org, a first spec and what follows. */
export type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;
const plain: Spec = {
  status: "ACTIVE",
  configured: true,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's template
  userName: { template: "${source.login}", suffix: "", pushes: true },
  features: { create: true, update: true, deactivate: true },
  mapping: {},
  groups: [],
  users: [],
  pushes: [],
  byHand: [],
};

/** What random orgs have found that those of CI don't have in them. */
export const found: readonly World[] = [
  {
    // Seed 912: assigned by hand, then named by the spec, and in no group: another user name.
    management: "api",
    members: Array.from({ length: 5 }, () => []),
    ruled: undefined,
    first: { ...plain, byHand: [{ kind: "assign", person: 3 }] },
    edits: [{ ...plain, users: [{ person: 3, named: true }] }],
  },
];
