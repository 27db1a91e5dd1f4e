/** SCIMMY with scimmy-routers and maps in memory, by its README; run in the folder its packages are installed in. */
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const express = require("express");
const load = async (name) => {
  const module = await import(require.resolve(name));
  return module.default?.default ?? module.default ?? module;
};
const SCIMMY = await load("scimmy");
const SCIMMYRouters = await load("scimmy-routers");

function declare(resource) {
  const stored = new Map();
  SCIMMY.Resources.declare(resource, {
    egress: (request) => {
      if (request.id !== undefined) {
        const found = stored.get(request.id);
        if (found === undefined) throw new SCIMMY.Types.Error(404, null, "not found");
        return found;
      }
      return [...stored.values()];
    },
    ingress: (request, data) => {
      const id = request.id ?? randomUUID();
      const value = { ...JSON.parse(JSON.stringify(data)), id };
      stored.set(id, value);
      return value;
    },
    degress: (request) => stored.delete(request.id),
  });
}

declare(SCIMMY.Resources.User);
declare(SCIMMY.Resources.Group);
const app = express();
app.use("/scim/v2", new SCIMMYRouters({ type: "bearer", handler: () => "bench" }));
const listener = app.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${listener.address().port}/scim/v2`);
});
