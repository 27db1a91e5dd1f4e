import type { ConnectionStatus } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";

/** What an administrator, or Okta itself, does behind a program's back, with the words of the admin page. */
export const DISTURBANCES = {
  "connection-unknown": "The connection becomes UNKNOWN",
  "connection-disabled": "Provisioning is disabled",
  "connection-enabled": "Provisioning is enabled again",
  "token-replaced": "The SCIM token is replaced by a wrong one",
  "features-off": "To App: everything is switched off",
  "label-edited": "The app gets another label",
  "mapping-edited": "The mapping of every pushed attribute becomes “create only”",
  "groups-unassigned": "Every assigned group is taken away",
  "push-groups-paused": "Every pushed group is deactivated",
} as const;
export type Disturbance = keyof typeof DISTURBANCES;

export const DISTURBANCE_NAMES = Object.keys(DISTURBANCES).filter(isDisturbance);

/** Whether a word names a disturbance. */
export function isDisturbance(name: string): name is Disturbance {
  return Object.hasOwn(DISTURBANCES, name);
}

/** Lets a disturbance happen to an app; what follows from it follows as from the console's own forms. */
export function disturb(store: OrgStore, appId: string, change: Disturbance): void {
  store.transaction(() => changes[change](store, appId));
}

const changes: Readonly<Record<Disturbance, (store: OrgStore, appId: string) => void>> = {
  "connection-unknown": setStatus("UNKNOWN"),
  "connection-disabled": setStatus("DISABLED"),
  "connection-enabled": setStatus("ENABLED"),
  "token-replaced": (store, appId) => {
    const connection = store.settings.connection(appId);
    if (connection !== undefined) {
      store.settings.saveConnection({ ...connection, token: "Bearer wrong", setBy: "console" });
    }
  },
  "features-off": (store, appId) => {
    const off = { createUsers: "DISABLED", updateProfiles: "DISABLED", deactivateUsers: "DISABLED" } as const;
    store.settings.saveFeatures({ ...store.settings.features(appId), ...off });
  },
  "label-edited": (store, appId) => {
    const app = store.apps.get(appId);
    if (app !== undefined) store.apps.update(appId, { ...app, label: `${app.label} (edited)` });
  },
  "mapping-edited": (store, appId) => {
    const mapping = store.mappings.ofApp(appId, "user-to-app");
    if (mapping === undefined) return;
    const edited = Object.entries(mapping.properties).map(
      ([name, property]) => [name, { ...property, pushStatus: "DONT_PUSH" as const }] as const,
    );
    store.mappings.merge(mapping.id, Object.fromEntries(edited));
  },
  "groups-unassigned": (store, appId) => {
    for (const { groupId } of store.assignments.groupsOfApp(appId)) {
      store.assignments.unassignGroup(appId, groupId);
    }
  },
  "push-groups-paused": (store, appId) => {
    for (const { id } of store.pushMappings.list({ appId, limit: 10_000 })) {
      store.pushMappings.setStatus(appId, id, "INACTIVE");
    }
  },
};

function setStatus(status: ConnectionStatus): (store: OrgStore, appId: string) => void {
  return (store, appId) => store.settings.setConnectionStatus(appId, status);
}
