import { findEngine } from "../../engine/find-engine.ts";
import { readConfiguration } from "../../engine/read-configuration.ts";
import type { OktaClient } from "../../okta/okta-client.ts";
import { requireAnswer } from "../../okta/require-answer.ts";
import type { StackConfig } from "../../spec/stack-config.ts";
import { openOrg, orgUrlOf } from "../okta-access.ts";

/**
 * A client of a stack's org, whatever specs the stack has. A real org's credential is decrypted by the engine, which is installed where it is missing.
 * @throws OktaUnreachableError, EngineError, ServiceError SANDBOX_UNREACHABLE, ORG_CREDENTIALS_MISSING
 */
export async function openStackOrg(
  projectDir: string,
  stack: string,
  settings: StackConfig,
  progress: (text: string) => void = () => {},
): Promise<OktaClient> {
  const { org } = settings;
  if (org === "sandbox") return openOrg({ projectDir, settings }, {});
  await requireAnswer(orgUrlOf(org));
  const engine = await findEngine({
    projectDir,
    onProgress: ({ step }) =>
      progress(`getting the Pulumi engine, which decrypts the stack's secrets: ${step}`),
  });
  progress("reading the stack's secrets");
  return openOrg({ projectDir, settings }, await readConfiguration(engine, projectDir, stack));
}
