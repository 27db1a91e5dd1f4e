/** A schedule in UNIX cron format: minute, hour, day of month, month, day of week. */
export interface CronSchedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly daysOfWeek: ReadonlySet<number>;
  /** Whether a day is due when either of its two fields says so: cron's rule where both are restricted. */
  readonly isEitherDay: boolean;
}

const minute = 60_000;
/** How far ahead a schedule is looked for: 29 February comes once in four years, and not in 2100. */
const horizonDays = 366 * 9;

/** Reads a cron expression of five fields with `*`, lists, ranges and steps; undefined when it is none. */
export function parseCron(expression: string): CronSchedule | undefined {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minutes, hours, daysOfMonth, months, weekdays] = [
    parseField(fields[0], 0, 59),
    parseField(fields[1], 0, 23),
    parseField(fields[2], 1, 31),
    parseField(fields[3], 1, 12),
    parseField(fields[4], 0, 7),
  ];
  if (!minutes || !hours || !daysOfMonth || !months || !weekdays) return undefined;
  const daysOfWeek = new Set([...weekdays].map((day) => day % 7));
  const isEitherDay = fields[2] !== "*" && fields[4] !== "*";
  return { minutes, hours, daysOfMonth, months, daysOfWeek, isEitherDay };
}

function parseField(field: string | undefined, lowest: number, highest: number): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of (field ?? "").split(",")) {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (match === null) return undefined;
    const [, first, last, every] = match;
    const from = Number(first ?? lowest);
    const to = Number(last ?? (first === undefined || every !== undefined ? highest : first));
    const step = Number(every ?? 1);
    if (from < lowest || to > highest || from > to || step === 0) return undefined;
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}

/** Whether a name is a time zone that this machine knows (IANA). */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/**
 * The first moment after `after` that a schedule names, in the wall time of a zone: a time that a clock change leaves out is skipped,
 * one that it repeats comes twice. Undefined when there is none within nine years (30 February).
 */
export function nextRun(schedule: CronSchedule, timeZone: string, after: Date): Date | undefined {
  const readWallTime = createWallClock(timeZone);
  const end = after.getTime() + horizonDays * 24 * 60 * minute;
  let time = (Math.floor(after.getTime() / minute) + 1) * minute;
  while (time < end) {
    const wall = readWallTime(time);
    if (!isDayDue(schedule, wall)) {
      // An hour short of midnight, since the day may be one of 23 hours.
      const hours = Math.max(23 - wall.hour, 0);
      time += (hours === 0 ? 60 - wall.minute : hours * 60 - wall.minute) * minute;
    } else if (!schedule.hours.has(wall.hour)) time += (60 - wall.minute) * minute;
    else if (!schedule.minutes.has(wall.minute)) time += minute;
    else return new Date(time);
  }
  return undefined;
}

interface WallTime {
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

function isDayDue(schedule: CronSchedule, { day, month, weekday }: WallTime): boolean {
  if (!schedule.months.has(month)) return false;
  const [inMonth, inWeek] = [schedule.daysOfMonth.has(day), schedule.daysOfWeek.has(weekday)];
  return schedule.isEitherDay ? inMonth || inWeek : inMonth && inWeek;
}

function createWallClock(timeZone: string): (time: number) => WallTime {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const [year, month, day] = [parts.get("year") ?? 0, parts.get("month") ?? 0, parts.get("day") ?? 0];
    const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
    return { month, day, weekday, hour: parts.get("hour") ?? 0, minute: parts.get("minute") ?? 0 };
  };
}
