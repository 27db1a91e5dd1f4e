import * as okta from "@pulumi/okta";
import * as pulumi from "@pulumi/pulumi";
import type { AppPlan } from "../spec/plan-types.ts";
import { resourceName } from "../spec/resource-names.ts";
import { autoLoginArguments, samlArguments, swaArguments } from "./app-arguments.ts";
import { declareAssignments, declarePushGroups } from "./app-people.ts";
import { toOktaToken } from "./connection-token.ts";
import type { OrgDirectory } from "./org-directory.ts";
import {
  connectionArguments,
  featuresArguments,
  mappingArguments,
  schemaPropertyArguments,
} from "./provisioning-arguments.ts";
import type { ResourceHistory } from "./resource-history.ts";
import { guardedTypes, mappingType, propertyType } from "./wanted-resources.ts";

export interface ScimAppArgs {
  readonly plan: AppPlan;
  readonly directory: OrgDirectory;
  /** The token that Okta presents at the app's SCIM server; missing where no connection is declared and none is known. */
  readonly token: pulumi.Output<string> | undefined;
  /** Finds the source of the app's profile mapping. */
  readonly profileSourceOf: (app: pulumi.Resource) => pulumi.Input<string>;
  /** What must stand before Okta may call the SCIM server. */
  readonly serverReady: readonly pulumi.Resource[];
  readonly history: ResourceHistory;
}

type AppResource = okta.app.AutoLogin | okta.app.Swa | okta.app.Saml;

/**
 * One application in Okta with all that SCIM needs, in the order that Okta needs: the app and its attributes, the connection, the
 * features, the mapping, then people and groups. Whoever is assigned before provisioning is on is never sent to the app.
 */
export class ScimApp extends pulumi.ComponentResource {
  readonly appId: pulumi.Output<string>;
  readonly status: pulumi.Output<string>;
  readonly signOnMode: pulumi.Output<string>;
  /** Resolves when everything of the app is done. */
  readonly done: pulumi.Output<readonly string[]>;

  constructor(name: string, args: ScimAppArgs, opts: pulumi.ComponentResourceOptions) {
    const { plan } = args;
    super(
      "okta-scim:index:ScimApp",
      name,
      {},
      { ...opts, aliases: plan.previousNames.map((former) => ({ name: former })) },
    );
    const { history } = args;
    const app = declareApp(name, plan, { parent: this, ...history.optionsForApp(plan) });
    const partOf = partOptions(app, this, history);

    const properties = declareProperties(name, plan, app, partOf);
    const gate: pulumi.Resource[] = [app, ...properties, ...args.serverReady];
    const declared: pulumi.CustomResource[] = [app, ...properties];

    if (plan.declares.connection && args.token !== undefined) {
      const oktaToken = args.token.apply((token) => toOktaToken(plan.connection.authentication, token));
      const connection = new okta.app.Connection(
        `${name}-connection`,
        connectionArguments(plan, app.id, oktaToken),
        partOf(
          guardedTypes.connection,
          `${name}-connection`,
          plan.adopt?.connection === true ? plan.adopt.app : undefined,
          gate,
        ),
      );
      gate.push(connection);
      declared.push(connection);
    }
    if (plan.declares.features) {
      const features = new okta.app.Features(
        `${name}-features`,
        featuresArguments(plan, app.id),
        partOf(
          guardedTypes.features,
          `${name}-features`,
          plan.adopt?.features === true ? `${plan.adopt.app}/USER_PROVISIONING` : undefined,
          gate,
        ),
      );
      gate.push(features);
      declared.push(features);
    }
    if (plan.declares.mapping) {
      const mapping = new okta.profile.Mapping(
        `${name}-mapping`,
        mappingArguments(plan, args.profileSourceOf(app), app.id),
        partOf(mappingType, `${name}-mapping`, plan.adopt?.mapping, gate),
      );
      gate.push(mapping);
      declared.push(mapping);
    }
    const people = { plan, appId: app.id, directory: args.directory, history, parent: this };
    const assignments = plan.declares.assignments ? declareAssignments(people, gate) : [];
    const pushGroups = plan.declares.pushGroups ? declarePushGroups(people, [...gate, ...assignments]) : [];
    declared.push(...assignments, ...pushGroups);

    this.appId = app.id;
    this.status = app.status.apply((status) => status ?? plan.status);
    this.signOnMode = app.signOnMode;
    this.done = pulumi.all(declared.map((resource) => resource.id));
    this.registerOutputs({ appId: this.appId, status: this.status, signOnMode: this.signOnMode });
  }
}

function declareApp(name: string, plan: AppPlan, options: pulumi.CustomResourceOptions): AppResource {
  const { signOn } = plan;
  switch (signOn.mode) {
    case "auto_login":
      return new okta.app.AutoLogin(name, autoLoginArguments(plan, signOn), options);
    case "swa":
      return new okta.app.Swa(name, swaArguments(plan, signOn), options);
    case "saml":
      return new okta.app.Saml(name, samlArguments(plan, signOn), options);
  }
}

type PartOptions = (
  type: string,
  name: string,
  importId: string | undefined,
  dependsOn: readonly pulumi.Resource[],
) => pulumi.CustomResourceOptions;

/** Connection, features, mapping and attributes have no life of their own: Okta removes them with the app, and has no call to remove most. */
function partOptions(app: AppResource, parent: pulumi.Resource, history: ResourceHistory): PartOptions {
  return (type, name, importId, dependsOn) => ({
    parent,
    dependsOn: [...dependsOn],
    deletedWith: app,
    ...history.optionsFor(type, name, importId),
  });
}

function declareProperties(
  name: string,
  plan: AppPlan,
  app: AppResource,
  partOf: PartOptions,
): okta.AppUserSchemaProperty[] {
  return plan.attributes
    .filter(({ custom }) => custom)
    .map((attribute) => {
      const adopted = plan.adopt?.attributes.includes(attribute.name) === true;
      const property = resourceName(name, "attribute", attribute.name);
      return new okta.AppUserSchemaProperty(
        property,
        schemaPropertyArguments(attribute, app.id),
        partOf(propertyType, property, adopted ? `${plan.adopt?.app}/${attribute.name}` : undefined, [app]),
      );
    });
}
