import { expect, it } from "vitest";
import { allChecks } from "../../../src/checks/all-checks.ts";
import { cleanUpCases } from "./support/cases/clean-up-cases.ts";
import { lifeCases } from "./support/cases/life-cases.ts";
import { loopCases } from "./support/cases/loop-cases.ts";
import { networkCases } from "./support/cases/network-cases.ts";
import { oktaAppCases, oktaPeopleCases, oktaProfileCases } from "./support/cases/okta-cases.ts";
import { serverCases } from "./support/cases/server-cases.ts";

it("every check is seen to fail: a new one comes with a way to break what it proves", () => {
  const cases = [
    ...networkCases,
    ...serverCases,
    ...lifeCases,
    ...cleanUpCases,
    ...oktaAppCases,
    ...oktaProfileCases,
    ...oktaPeopleCases,
    ...loopCases,
  ];
  expect(new Set(cases.map(({ id }) => id))).toEqual(new Set(allChecks.map(({ id }) => id)));
});
