import { issueIn, type LoadedSpec } from "../loaded-spec.ts";
import { nameResources } from "../resource-names.ts";
import type { SourcePosition, SpecPath } from "../source-node.ts";
import { type SpecIssue, withoutCredentials } from "../spec-issue.ts";

/** What must differ between the applications of one stack. */
export function checkStack(specs: readonly LoadedSpec[]): SpecIssue[] {
  return [
    ...checkUnique(specs, "SC1401", "label", (loaded) => [
      { ...ignoringCase(loaded.spec.app.label), path: ["app", "label"] },
    ]),
    ...checkUnique(specs, "SC1403", "SCIM address", ({ spec }) => {
      const { bundled, external } = spec.server;
      if (bundled !== undefined) {
        return [
          { ...ignoringCase(`${bundled.publicUrl}/scim/v2`), path: ["server", "bundled", "publicUrl"] },
        ];
      }
      return external === undefined
        ? []
        : [{ ...ignoringCase(external.baseUrl), path: ["server", "external", "baseUrl"] }];
    }),
    ...checkUnique(specs, "SC1403", "tenant", ({ name, spec }) => {
      const { bundled } = spec.server;
      if (bundled === undefined) return [];
      return [
        {
          word: bundled.tenant ?? name,
          path: ["server", "bundled", ...(bundled.tenant === undefined ? [] : ["tenant"])],
        },
      ];
    }),
    ...checkUnique(specs, "SC1405", "Okta app to adopt", ({ spec }) =>
      spec.adopt === undefined ? [] : [{ word: spec.adopt.app, path: ["adopt", "app"] }],
    ),
    ...checkUnique(specs, "SC1405", "name", (loaded) => [
      { word: loaded.name, path: [] },
      ...loaded.spec.previousNames.map((word, index) => ({ word, path: ["previousNames", index] })),
    ]),
    ...checkUnique(specs, "SC1402", "resource name", (loaded) =>
      nameResources(loaded.name, loaded.spec).map(({ urn, path }) => ({ word: urn, path })),
    ),
  ];
}

interface Claim {
  /** What no other may claim. */
  readonly word: string;
  /** The word as it was written, where that differs. */
  readonly written?: string;
  readonly path: SpecPath;
}

function ignoringCase(written: string): Pick<Claim, "word" | "written"> {
  return { word: written.toLowerCase(), written };
}

function checkUnique(
  specs: readonly LoadedSpec[],
  code: "SC1401" | "SC1402" | "SC1403" | "SC1405",
  what: string,
  claimsOf: (loaded: LoadedSpec) => readonly Claim[],
): SpecIssue[] {
  const owners = new Map<string, { readonly loaded: LoadedSpec; readonly at: SourcePosition }>();
  return specs.flatMap((loaded) =>
    claimsOf(loaded).flatMap(({ word, written = word, path }) => {
      const issue = issueIn(loaded, code, path, "");
      const owner = owners.get(word);
      if (owner === undefined) {
        owners.set(word, { loaded, at: issue });
        return [];
      }
      const other = `${owner.at.file}:${owner.at.line}:${owner.at.column}`;
      const inherited =
        owner.loaded !== loaded && owner.at.file === issue.file && owner.at.line === issue.line;
      const source = inherited ? `${owner.loaded.file}, which inherits it too` : other;
      return [
        {
          ...issue,
          message: `The ${what} ${withoutCredentials(JSON.stringify(written))} is taken by ${source}.`,
        },
      ];
    }),
  );
}
