import { type Answer, type IncomingRequest, type RouteGroup, readForm } from "../http.ts";
import {
  administrator,
  type ConsoleCall,
  type ConsoleDependencies,
  ConsoleNotFoundError,
  type ConsoleRoute,
} from "./console-call.ts";
import { html } from "./html.ts";
import { answerLiveScript, answerPage, answerStylesheet, notice } from "./layout.ts";
import { appMappingRoutes } from "./pages/app-mapping-page.ts";
import { appRoutes } from "./pages/app-page.ts";
import { appPeopleRoutes } from "./pages/app-people-page.ts";
import { appProvisioningRoutes } from "./pages/app-provisioning-page.ts";
import { appPushGroupRoutes } from "./pages/app-push-groups-page.ts";
import { consentRoutes } from "./pages/consent-page.ts";
import { faultRoutes } from "./pages/faults-page.ts";
import { groupRoutes } from "./pages/groups-page.ts";
import { logRoutes } from "./pages/log-page.ts";
import { overviewRoutes } from "./pages/overview-page.ts";
import { peopleRoutes } from "./pages/people-page.ts";
import { taskRoutes } from "./pages/tasks-page.ts";

const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "console.css", handle: answerStylesheet },
  { method: "GET", path: "live-log.js", handle: answerLiveScript },
  ...overviewRoutes,
  ...appRoutes,
  ...appProvisioningRoutes,
  ...consentRoutes,
  ...appPeopleRoutes,
  ...appPushGroupRoutes,
  ...appMappingRoutes,
  ...peopleRoutes,
  ...groupRoutes,
  ...taskRoutes,
  ...logRoutes,
  ...faultRoutes,
];

/** `/admin/**`: the administrator's pages of the emulated org, as plain HTML with forms. */
export function createConsoleRoutes(dependencies: ConsoleDependencies): RouteGroup {
  return async (request) => {
    if (request.segments[0] !== "admin") return undefined;
    if (request.method === "POST" && isCrossSite(request)) {
      return answerProblem(
        403,
        "Refused",
        "This form was sent by another site. Open the console and send it there.",
      );
    }
    const match = matchRoute(request);
    if (match === undefined) return answerProblem(404, "Not found", "The console has no such page.");
    const form = request.method === "POST" ? readForm(request) : new URLSearchParams();
    const call: ConsoleCall = { ...dependencies, request, params: match.params, form };
    try {
      return await dependencies.store.actAs(administrator, () => match.route.handle(call));
    } catch (error) {
      if (error instanceof ConsoleNotFoundError) return answerProblem(404, "Not found", error.message);
      throw error;
    }
  };
}

function matchRoute(
  request: IncomingRequest,
): { route: ConsoleRoute; params: Record<string, string> } | undefined {
  const segments = request.segments.slice(1);
  const method = request.method === "HEAD" ? "GET" : request.method;
  for (const route of routes) {
    if (route.method !== method) continue;
    const params = matchPath(route.path, segments);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function matchPath(path: string, segments: readonly string[]): Record<string, string> | undefined {
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}

/**
 * A browser names the site of a form in `Origin` or `Sec-Fetch-Site`; scripts and command lines send neither. Only this machine's
 * own names count, so that a foreign name that resolves to loopback does not.
 */
function isCrossSite(request: IncomingRequest): boolean {
  const { origin, host } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  if (origin === undefined) return false;
  const isLocal = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(origin);
  return !isLocal || origin !== `http://${host ?? ""}`;
}

function answerProblem(status: number, title: string, text: string): Answer {
  return answerPage(status, {
    title,
    section: "overview",
    body: html`<h1>${title}</h1>${notice("bad", text)}<p><a href="/admin">To the overview</a></p>`,
  });
}
