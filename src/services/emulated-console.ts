import { request } from "undici";
import { z } from "zod";
import { ServiceError } from "./service-error.ts";

const answerSchema = z.looseObject({ ok: z.boolean(), error: z.string().optional() });

/** What an administrator types into the provisioning form of an app. */
export interface ProvisioningForm {
  readonly baseUrl: string;
  readonly authentication: "header" | "bearer" | "basic" | "oauth2";
  readonly token: string;
  readonly username?: string | undefined;
  readonly createUsers: boolean;
  readonly updateProfiles: boolean;
  readonly deactivateUsers: boolean;
  readonly syncPassword: boolean;
}

/**
 * Does at the emulated org's console what an administrator does at Okta's: fills in the provisioning form of an app, which tests the
 * connection, and saves it.
 * @throws ServiceError CONSOLE_REFUSED with the console's words.
 */
export async function submitProvisioningForm(
  adminUrl: string,
  appId: string,
  form: ProvisioningForm,
): Promise<void> {
  const fields = new URLSearchParams({
    baseUrl: form.baseUrl,
    authentication: form.authentication,
    token: form.token,
    ...(form.username === undefined ? {} : { username: form.username }),
  });
  for (const name of ["createUsers", "updateProfiles", "deactivateUsers", "syncPassword"] as const)
    if (form[name]) fields.set(name, "on");
  const answer = await request(`${adminUrl}/apps/${encodeURIComponent(appId)}/provisioning`, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    body: fields.toString(),
    headersTimeout: 70_000,
    bodyTimeout: 70_000,
  });
  const result = answerSchema.parse(await answer.body.json());
  if (!result.ok)
    throw new ServiceError(
      "CONSOLE_REFUSED",
      `The emulated console did not take the provisioning form: ${result.error ?? `status ${answer.statusCode}`}`,
      "Open the app's page in the emulated console and test its connection there; the SCIM server's log says what it answered.",
    );
}
