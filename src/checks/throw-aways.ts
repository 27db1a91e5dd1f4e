import { createHash, randomBytes } from "node:crypto";
import { hostname } from "node:os";

/** What every throw-away user's `userName` and group's `displayName` begins with. */
const mark = "okta-scim-check";

/** A throw-away is a left-over once it is so old, whoever made it; no app's checks last longer. Milliseconds. */
const lifetime = 10 * 60_000;

/** What a group's name ends with after the checks have renamed it. */
const renamed = "-renamed";

/** A resource that the checks made. */
export interface ThrowAway {
  readonly kind: "Users" | "Groups";
  readonly id: string;
  readonly name: string;
}

/**
 * The throw-away people and groups of one run in one SCIM server. Their names tell stack, machine, process and time, so that the next
 * run finds what a killed one left, and never takes away what a run that is still alive is working with.
 */
export class ThrowAways {
  readonly #stack: string;
  readonly #made = new Map<string, ThrowAway>();
  /** The user and the group whose life the checks play through. */
  user: ThrowAway | undefined;
  group: ThrowAway | undefined;

  constructor(stack: string) {
    this.#stack = stack;
  }

  /** The beginning of the names of this stack's throw-aways: `okta-scim-check-dev-`. */
  get prefix(): string {
    return `${mark}-${this.#stack}-`;
  }

  /** A new name: prefix, machine, process, time, chance. */
  makeName(now: Date): string {
    const parts = [
      nameMachine(),
      process.pid.toString(36),
      now.getTime().toString(36),
      randomBytes(6).toString("hex"),
    ];
    return this.prefix + parts.join("-");
  }

  /** The other name that a group is given. */
  rename(name: string): string {
    return name + renamed;
  }

  /** Notes what was made, at once, so that it is removed whatever happens. */
  remember(throwAway: ThrowAway): void {
    this.#made.set(`${throwAway.kind}/${throwAway.id}`, throwAway);
  }

  forget(throwAway: Pick<ThrowAway, "kind" | "id">): void {
    this.#made.delete(`${throwAway.kind}/${throwAway.id}`);
  }

  /** What was made and not yet removed; groups first, since they refer to people. */
  list(): readonly ThrowAway[] {
    return [...this.#made.values()].sort((left, right) => left.kind.localeCompare(right.kind));
  }

  /**
   * Whether a name is that of a left-over: of this stack, and of a process of this machine that has ended, or older than ten minutes. A
   * process number says little once it is old: it may be another's by now, in a container even the same each time.
   */
  isLeftOver(name: string, now: Date): boolean {
    if (!isMarked(name) || !name.startsWith(this.prefix)) return false;
    const whole = name.slice(this.prefix.length).split("@")[0] ?? "";
    const parts = (whole.endsWith(renamed) ? whole.slice(0, -renamed.length) : whole).split("-");
    const [machine = "", pid = "", time = ""] = parts;
    // A stack named `dev-eu` shares the prefix of `dev`; its names have more parts.
    if (parts.length !== 4) return false;
    const isOver = machine === nameMachine() && !isAlive(Number.parseInt(pid, 36));
    return isOver || now.getTime() - Number.parseInt(time, 36) > lifetime;
  }
}

/** Whether a name is that of any throw-away; such people are never counted as real ones. */
export function isMarked(name: string): boolean {
  return name.startsWith(`${mark}-`);
}

function nameMachine(): string {
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 6);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
