import type { OktaApp } from "../../okta/apps.ts";
import { collectList } from "../../okta/collect-list.ts";
import type { OktaClient } from "../../okta/okta-client.ts";
import { findNearestWords } from "../../spec/nearest-word.ts";
import { AdoptionError } from "./adoption-error.ts";

/**
 * The app with that id, or the only one with that label (in any case).
 * @throws AdoptionError ADOPT_APP_MISSING with labels that are alike; ADOPT_APP_AMBIGUOUS_BAD_INPUT with every app of the label
 */
export async function findApp({ apps, orgUrl }: OktaClient, wanted: string): Promise<OktaApp> {
  if (/^0oa[A-Za-z0-9]{5,30}$/.test(wanted)) {
    const app = await apps.find(wanted);
    if (app !== undefined) return app;
  }
  const isWanted = ({ label }: OktaApp) => label.trim().toLowerCase() === wanted.trim().toLowerCase();
  const quick = (await collectList(apps.list({ query: wanted }))).filter(isWanted);
  if (quick.length === 1 && quick[0] !== undefined) return apps.get(quick[0].id);
  // Okta's search looks at the beginning of some fields only, and runs behind: what is not found is looked for in the whole list.
  const all = quick.length > 1 ? quick : await collectList(apps.list());
  const found = all.filter(isWanted);
  const [app, ...others] = found;
  if (app === undefined) {
    const alike = findNearestWords(
      wanted,
      all.map(({ label }) => label),
      3,
    );
    const hint =
      alike.length === 0 ? "" : ` Alike: ${alike.map((label) => JSON.stringify(label)).join(", ")}.`;
    throw new AdoptionError(
      "ADOPT_APP_MISSING",
      `${orgUrl} has no app ${JSON.stringify(wanted)} (${all.length} looked at).${hint}`,
      "Give the app's label as Okta's console shows it, or its id: the part of the app's address there that begins with 0oa.",
    );
  }
  if (others.length === 0) return apps.get(app.id);
  const lines = found.map(({ id, label, name, status }) => `${id}  ${label}  (${name}, ${status})`);
  throw new AdoptionError(
    "ADOPT_APP_AMBIGUOUS_BAD_INPUT",
    `${found.length} apps have the label ${JSON.stringify(wanted)}:\n  ${lines.join("\n  ")}`,
    "Give the id of one of them in place of the label.",
  );
}
