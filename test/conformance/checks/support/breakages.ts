import type { Breakage, ProxiedAnswer, ProxiedRequest } from "./breaking-proxy.ts";

const scimJson = "application/scim+json";
/** A SCIM error of this status. */
export const refusal = (status: number): ProxiedAnswer => ({
  status,
  contentType: scimJson,
  body: JSON.stringify({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    status: String(status),
    detail: "Broken for a test.",
  }),
});
/** Said to be done, and not done. */
export const silence: ProxiedAnswer = { status: 204, contentType: "", body: "" };
/** What a proxy or a framework answers. */
export const html = (status: number): ProxiedAnswer => ({
  status,
  contentType: "text/html",
  body: "<h1>Oops</h1>",
});
/** A list without anybody. */
export const nobody: ProxiedAnswer = {
  status: 200,
  contentType: scimJson,
  body: JSON.stringify({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: 0,
    startIndex: 1,
    itemsPerPage: 0,
    Resources: [],
  }),
};

/** Breaks only what the checks ask, never what Okta asks. */
export function whenChecksAsk(matches: (request: ProxiedRequest) => boolean, breakage: Breakage): Breakage {
  return (request, forward) =>
    request.headers["user-agent"] === "okta-scim checks" && matches(request)
      ? breakage(request, forward)
      : forward();
}

/** Answers such requests of the checks in the server's place. */
export function answering(matches: (request: ProxiedRequest) => boolean, answer: ProxiedAnswer): Breakage {
  return whenChecksAsk(matches, async () => answer);
}

/** Breaks only the first such request. */
export function once(matches: (request: ProxiedRequest) => boolean, breakage: Breakage): Breakage {
  let isDone = false;
  return whenChecksAsk(
    (request) => !isDone && matches(request),
    (request, forward) => {
      isDone = true;
      return breakage(request, forward);
    },
  );
}

/** Changes the server's JSON answer. */
export function changing(
  matches: (request: ProxiedRequest) => boolean,
  change: (json: string) => string,
): Breakage {
  return whenChecksAsk(matches, async (_request, forward) => {
    const answer = await forward();
    return { ...answer, body: change(answer.body) };
  });
}

/** Requests whose address holds this. */
export const targets = (text: string) => (request: ProxiedRequest) => request.target.includes(text);
/** Requests of this method to this path whose body holds this. */
export const writes =
  (method: string, path: string, text = "") =>
  (request: ProxiedRequest) =>
    request.method === method && request.target.includes(path) && request.body.includes(text);
/** Answers with everybody. */
export const everybody: Breakage = (_request, forward) =>
  forward({ target: "/payroll/scim/v2/Users?startIndex=1&count=100" });

/** The server does the right thing and says the wrong status. */
export function changedStatus(
  matches: (request: ProxiedRequest) => boolean,
  from: number,
  to: number,
): Breakage {
  return whenChecksAsk(matches, async (_request, forward) => {
    const answer = await forward();
    return answer.status === from ? { ...answer, status: to } : answer;
  });
}

/** A PUT is answered as if it were done, and is not. */
export function ignoringPut(): Breakage {
  return whenChecksAsk(writes("PUT", "/Users"), async (request, forward) =>
    forward({ method: "GET", body: "", target: request.target }),
  );
}

/** Makes Okta's own calls to the SCIM server fail. */
export function failingOkta(matches: (request: ProxiedRequest) => boolean): Breakage {
  return async (request, forward) =>
    request.headers["user-agent"]?.startsWith("Okta SCIM") === true && matches(request)
      ? {
          status: 500,
          contentType: "application/scim+json",
          body: '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"500","detail":"The disk is full."}',
        }
      : forward();
}
