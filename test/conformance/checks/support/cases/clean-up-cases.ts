import { isMarked } from "../../../../../src/checks/throw-aways.ts";
import { answering, refusal } from "../breakages.ts";
import type { ProxiedRequest } from "../breaking-proxy.ts";
import type { BrokenCase } from "../broken-case.ts";
import { leaveThrowAways } from "../leave-throw-aways.ts";
import type { World } from "../world.ts";

/** Deletes all throw-aways, past the proxy. */
async function sweep({ scim }: World): Promise<void> {
  for await (const { id, userName } of scim.users.all()) if (isMarked(userName)) await scim.users.delete(id);
  for await (const { id, displayName } of scim.groups.all())
    if (isMarked(displayName)) await scim.groups.delete(id);
}

/** A server that refuses to delete. */
async function refuseDeletes(
  world: World,
  only: readonly string[],
  matches: (request: ProxiedRequest) => boolean,
) {
  try {
    return await world.proxy.broken(
      answering((request) => request.method === "DELETE" && matches(request), refusal(500)),
      () => world.check({ only }),
    );
  } finally {
    await sweep(world);
  }
}

/** What the checks made and can't take away again. */
export const cleanUpCases: readonly BrokenCase[] = [
  {
    id: "server.clean-up.left-overs",
    run: async (world) => {
      await leaveThrowAways(world);
      return refuseDeletes(world, ["server.clean-up.left-overs"], () => true);
    },
    evidence: /^2 left-overs of an earlier run could not be removed\.$/,
    remedy: "names begin with okta-scim-check",
  },
  {
    id: "server.clean-up.removed",
    run: (world) => refuseDeletes(world, ["server.clean-up.removed", "server.spec.create-user"], () => true),
    evidence: /^1 throw-away resource could not be removed\.$/,
    remedy: "names begin with okta-scim-check",
  },
];
