import type * as Responses from "@pulumi/pulumi/proto/provider_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { CheckFailure } from "./definition.ts";
import type { PropertyChange } from "./diff.ts";
import { equalValues, type PropertyMap } from "./property-value.ts";
import { findSecretPaths } from "./state.ts";

/** A wrong input, for the engine. */
export function encodeFailure(failure: CheckFailure, inputs: PropertyMap): Responses.CheckFailure {
  const encoded = new providerPb.CheckFailure();
  const top = failure.path.split(/[.[]/)[0] ?? failure.path;
  // The engine prints the value of the property that it is told of, so a secret is only named in the text.
  const secret = findSecretPaths({ [top]: inputs[top] ?? null }).size > 0;
  encoded.setProperty(secret ? "" : failure.path);
  encoded.setReason(secret ? `${failure.path}: ${failure.reason}` : failure.reason);
  return encoded;
}

/** What an update would change, for the engine: property by property. */
export function encodeDiff(
  changes: readonly PropertyChange[],
  oldInputs: PropertyMap,
  news: PropertyMap,
  deleteBeforeReplace: boolean,
): Responses.DiffResponse {
  const { PropertyDiff, DiffResponse } = providerPb;
  const response = new DiffResponse();
  const topOf = (path: string) => path.split(/[.[]/)[0] ?? path;
  const replaces = [
    ...new Set(changes.filter((change) => change.replace).map((change) => topOf(change.path))),
  ];
  response.setHasdetaileddiff(true);
  response.setDiffsList([...new Set(changes.map((change) => topOf(change.path)))]);
  response.setReplacesList(replaces);
  response.setDeletebeforereplace(replaces.length > 0 && deleteBeforeReplace);
  response.setChanges(
    changes.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE,
  );
  for (const change of changes) {
    const detail = new PropertyDiff();
    const kinds = change.replace
      ? {
          add: PropertyDiff.Kind.ADD_REPLACE,
          delete: PropertyDiff.Kind.DELETE_REPLACE,
          update: PropertyDiff.Kind.UPDATE_REPLACE,
        }
      : { add: PropertyDiff.Kind.ADD, delete: PropertyDiff.Kind.DELETE, update: PropertyDiff.Kind.UPDATE };
    detail.setKind(kinds[change.kind]);
    detail.setInputdiff(!equalValues(oldInputs[topOf(change.path)], news[topOf(change.path)]));
    response.getDetaileddiffMap().set(change.path, detail);
  }
  return response;
}
