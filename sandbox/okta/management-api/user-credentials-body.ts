import { z } from "zod";
import type { User } from "../store/model.ts";
import type { ApiCall } from "./api-call.ts";
import { invalid, notEmulated } from "./okta-error.ts";
import { refusePassword } from "./password-policy.ts";

/** `credentials` of a person who is created or updated. */
export const credentialsBody = z
  .looseObject({
    password: z
      .looseObject({ value: z.string().nullish(), hash: z.json().nullish(), hook: z.json().nullish() })
      .nullish(),
    recovery_question: z
      .looseObject({ question: z.string().nullish(), answer: z.string().nullish() })
      .nullish(),
    provider: z.looseObject({ type: z.string(), name: z.string().nullish() }).nullish(),
  })
  .nullish();

/** What a request says about how somebody signs in. */
export interface NewCredentials {
  readonly password: string | undefined;
  /** Whether a hash was given, or an inline hook that would ask another system. */
  readonly imported: boolean;
  readonly recovery: { readonly question: string; readonly answer: string } | undefined;
  /** Another organization that checks the password. */
  readonly provider: { readonly type: string; readonly name: string } | undefined;
}

/** Checks `credentials`. Throws E0000001 for what the password policy refuses, 501 for providers that need an agent. */
export function readCredentials(body: z.infer<typeof credentialsBody>, login: string): NewCredentials {
  const password = body?.password?.value ?? undefined;
  const refusal = password === undefined ? undefined : refusePassword(password, login);
  if (refusal !== undefined) throw invalid("password", `password: ${refusal}`);
  return {
    password,
    imported: (body?.password?.hash ?? body?.password?.hook ?? null) !== null,
    recovery: readRecovery(body?.recovery_question),
    provider: readProvider(body?.provider),
  };
}

function readRecovery(
  body: { question?: string | null | undefined; answer?: string | null | undefined } | null | undefined,
): NewCredentials["recovery"] {
  const { question, answer } = body ?? {};
  if (typeof question !== "string" || question === "") return undefined;
  if (typeof answer !== "string" || answer.length < 4) {
    throw invalid(
      "recovery_question",
      "recovery_question: The recovery question answer must be at least 4 characters in length",
    );
  }
  return { question, answer };
}

function readProvider(
  body: { type: string; name?: string | null | undefined } | null | undefined,
): NewCredentials["provider"] {
  if (body === null || body === undefined || body.type === "OKTA" || body.type === "IMPORT") return undefined;
  if (body.type !== "FEDERATION" && body.type !== "SOCIAL") {
    throw notEmulated(`people whose password ${body.type} checks`);
  }
  return { type: body.type, name: body.name ?? body.type };
}

/** Keeps what came with a person. */
export function keepCredentials(call: ApiCall, user: User, credentials: NewCredentials): void {
  const { password, imported, recovery, provider } = credentials;
  const stored = call.store.userCredentials;
  if (provider !== undefined) stored.setProvider(user.id, provider.type, provider.name);
  if (imported) stored.importPassword(user.id);
  if (password !== undefined) {
    call.rememberPassword(user.id, password);
    stored.setPassword(user.id, password);
  }
  if (recovery !== undefined) stored.setRecoveryQuestion(user.id, recovery.question, recovery.answer);
}
