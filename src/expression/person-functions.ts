import type { JsonValue } from "../spec/json-value.ts";
import { FunctionValueError, readText } from "./function-values.ts";
import { describeNow } from "./time-functions.ts";

/** What an expression can ask beyond the profiles: of the person that it is evaluated for, of the app, and of the moment. */
export interface PersonLookups {
  /** The Okta groups of the person. */
  readonly groups?: (() => readonly { readonly id: string; readonly name: string }[]) | undefined;
  /** The profile of whom a linked object names (`user.getLinkedObject("manager")`); null for nobody. */
  readonly linkedObject?: ((name: string) => Readonly<Record<string, JsonValue>> | null) | undefined;
  /** The settings of the app that the expression belongs to (`app.domain`), by name. */
  readonly app?: (() => Readonly<Record<string, JsonValue>>) | undefined;
  /** The time that `Time.now` tells; this machine's where it is left out. */
  readonly now?: (() => Date) | undefined;
}

/** A function whose value depends on the person or the moment. */
export interface PersonFunction {
  readonly minParameters: number;
  readonly maxParameters: number;
  /** Whether it asks for the groups of the person. */
  readonly isAboutGroups: boolean;
  readonly call: (lookups: PersonLookups, parameters: readonly JsonValue[]) => JsonValue;
}

type Test = (group: { readonly id: string; readonly name: string }, wanted: string) => boolean;

/** Whether the person is in a group for which `test` holds with one of the parameters. */
function isMember(maxParameters: number, test: Test): PersonFunction {
  return {
    minParameters: 1,
    maxParameters,
    isAboutGroups: true,
    call: (lookups, parameters) => {
      const groups = readGroups(lookups);
      return parameters.some((parameter) => {
        const wanted = readText(parameter);
        return wanted !== null && groups.some((group) => test(group, wanted));
      });
    },
  };
}

/** Functions that look at the person, as Okta's reference lists them; in mappings from Okta to an app they all work. */
export const personFunctions: ReadonlyMap<string, PersonFunction> = new Map(
  Object.entries<PersonFunction>({
    isMemberOfGroup: isMember(1, ({ id }, wanted) => id === wanted),
    isMemberOfAnyGroup: isMember(Number.POSITIVE_INFINITY, ({ id }, wanted) => id === wanted),
    isMemberOfGroupName: isMember(1, ({ name }, wanted) => name === wanted),
    isMemberOfGroupNameStartsWith: isMember(1, ({ name }, wanted) => name.startsWith(wanted)),
    isMemberOfGroupNameContains: isMember(1, ({ name }, wanted) => name.includes(wanted)),
    isMemberOfGroupNameRegex: isMember(1, ({ name }, wanted) => readPattern(wanted).test(name)),
    getFilteredGroups: {
      minParameters: 3,
      maxParameters: 3,
      isAboutGroups: true,
      call: (lookups, [ids, attribute, limit]) => {
        const wanted = Array.isArray(ids) ? ids : [ids];
        const found = readGroups(lookups).filter(({ id }) => wanted.includes(id));
        return found.slice(0, Number(limit)).map(({ id, name }) => (attribute === "group.id" ? id : name));
      },
    },
    "user.getLinkedObject": {
      minParameters: 1,
      maxParameters: 1,
      isAboutGroups: false,
      call: ({ linkedObject }, [name]) => ({ ...linkedObject?.(readText(name) ?? "") }),
    },
    "Time.now": {
      minParameters: 0,
      maxParameters: 2,
      isAboutGroups: false,
      call: ({ now }, parameters) => describeNow(now?.() ?? new Date(), parameters),
    },
  }),
);

function readGroups({ groups }: PersonLookups): readonly { readonly id: string; readonly name: string }[] {
  if (groups === undefined) throw new FunctionValueError("the person's groups are not known here");
  return groups();
}

/** Java's `matches`: the whole name. */
function readPattern(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`);
  } catch {
    throw new FunctionValueError(`"${text}" is no regular expression`);
  }
}
