import type { Check } from "./check.ts";
import { canaryChecks } from "./loop/canary.ts";
import { evidenceChecks } from "./loop/evidence.ts";
import { groupCheck } from "./loop/groups.ts";
import { peopleChecks } from "./loop/people.ts";
import { appChecks } from "./okta/app.ts";
import { assignmentChecks } from "./okta/assignments.ts";
import { connectionChecks } from "./okta/connection.ts";
import { featureChecks } from "./okta/features.ts";
import { profileChecks } from "./okta/profile.ts";
import { pushGroupChecks } from "./okta/push-groups.ts";
import { systemLogCheck } from "./okta/system-log.ts";
import { authenticationChecks } from "./server/authentication.ts";
import { discoveryChecks } from "./server/discovery.ts";
import { groupLifeChecks } from "./server/group-life.ts";
import { networkChecks } from "./server/network.ts";
import { createCleanUpCheck, leftOverCheck } from "./server/remove-throw-aways.ts";
import { robustnessChecks } from "./server/robustness.ts";
import { specSuiteChecks } from "./server/spec-suite.ts";
import { tlsChecks } from "./server/tls.ts";
import { userLifeChecks } from "./server/user-life.ts";

const makers: readonly Check[] = [...specSuiteChecks, ...userLifeChecks, ...groupLifeChecks];

/** Every check of the product, in the order in which reports show them. */
export const allChecks: readonly Check[] = [
  ...networkChecks,
  ...tlsChecks,
  ...authenticationChecks,
  ...discoveryChecks,
  leftOverCheck,
  ...makers,
  ...robustnessChecks,
  createCleanUpCheck(makers.map(({ id }) => id)),
  ...appChecks,
  ...connectionChecks,
  ...featureChecks,
  ...profileChecks,
  ...pushGroupChecks,
  ...assignmentChecks,
  systemLogCheck,
  ...evidenceChecks,
  ...peopleChecks,
  groupCheck,
  ...canaryChecks,
];
