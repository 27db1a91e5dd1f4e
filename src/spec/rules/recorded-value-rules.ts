import { issueIn, type LoadedSpec } from "../loaded-spec.ts";
import { findNearestWord } from "../nearest-word.ts";
import { listRecordable, parseScimPath, renderScimPath } from "../scim-path.ts";
import type { SpecIssue } from "../spec-issue.ts";

/** `server.bundled.changes.values`: the server refuses the file of all tenants for one name that it does not know. */
export function checkRecordedValues(loaded: LoadedSpec): SpecIssue[] {
  const values = loaded.spec.server.bundled?.changes?.values;
  if (!Array.isArray(values)) return [];
  const own = loaded.spec.attributes.flatMap(({ scim }) => {
    const path = scim === undefined ? undefined : parseScimPath(scim);
    return path === undefined ? [] : [renderScimPath({ schema: path.schema, attribute: path.attribute })];
  });
  const known = [...new Set([...listRecordable(), ...own])];
  const lower = new Set(known.map((name) => name.toLowerCase()));
  return values.flatMap((value, index) => {
    const path = parseScimPath(value);
    if (path !== undefined && lower.has(renderScimPath(path).toLowerCase())) return [];
    return [
      issueIn(
        loaded,
        "SC1301",
        ["server", "bundled", "changes", "values", index],
        "The bundled server records no attribute of this name. (One with parts is named as a whole: `name`, `emails`.)",
        { nearest: findNearestWord(value, known) },
      ),
    ];
  });
}
