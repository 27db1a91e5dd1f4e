import type { Relation, RelationPage, StoredResource } from "../storage.ts";
import { limitParameter, offsetParameter } from "./dialect.ts";
import { integerColumn, optionalTextColumn, type Row, type SqlEngine, textColumn } from "./sql-engine.ts";

/** Reads who is a member of what. */
export class SqlRelations {
  readonly #engine: SqlEngine;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
  }

  async groupsOf(ordinals: readonly number[]): Promise<ReadonlyMap<number, readonly Relation[]>> {
    const direct = await this.#directGroups(ordinals);
    const found = [...new Set(direct.map(({ group }) => group))];
    const above = found.length === 0 ? new Map() : await this.#groupsAbove(found);
    const relations = new Map<number, Map<string, Relation>>();
    for (const { subject, group } of direct) {
      const own = relations.get(subject) ?? new Map<string, Relation>();
      relations.set(subject, own);
      for (const relation of above.get(group) ?? []) {
        if (relation.direct || !own.has(relation.id)) own.set(relation.id, relation);
      }
    }
    return new Map([...relations].map(([subject, own]) => [subject, [...own.values()]]));
  }

  async #directGroups(ordinals: readonly number[]): Promise<readonly { subject: number; group: number }[]> {
    const [only, ...more] = ordinals;
    if (only === undefined) return [];
    const rows =
      more.length === 0
        ? await this.#engine.reader.all(
            "SELECT member_ordinal AS subject, group_ordinal FROM member WHERE member_ordinal = ? ORDER BY group_ordinal",
            [only],
          )
        : await this.#engine.reader.all(
            `SELECT m.member_ordinal AS subject, m.group_ordinal FROM ${this.#engine.dialect.textList("?", "l")}
             CROSS JOIN member m WHERE m.member_ordinal = CAST(l.value AS BIGINT) ORDER BY m.group_ordinal`,
            [JSON.stringify(ordinals.map(String))],
          );
    return rows.map((row) => ({
      subject: integerColumn(row, "subject"),
      group: integerColumn(row, "group_ordinal"),
    }));
  }

  /**
   * Each group itself (`direct`) and the groups it is in, however deep; circles end.
   */
  async #groupsAbove(groups: readonly number[]): Promise<ReadonlyMap<number, readonly Relation[]>> {
    const { dialect, reader } = this.#engine;
    const memberships = dialect.lookUp("member", "m", "m.member_ordinal = up.group_ordinal");
    const rows = await reader.all(
      `WITH RECURSIVE up (subject, group_ordinal) AS (
         SELECT CAST(l.value AS BIGINT), CAST(l.value AS BIGINT) FROM ${dialect.textList("?", "l")}
         UNION
         SELECT up.subject, m.group_ordinal FROM up ${memberships}
       )
       SELECT up.subject, o.id, o.type, o.display, CASE WHEN up.subject = up.group_ordinal THEN 1 ELSE 0 END AS direct
       FROM up ${dialect.lookUp("resource", "o", "o.ordinal = up.group_ordinal")} ORDER BY o.ordinal`,
      [JSON.stringify(groups.map(String))],
    );
    return toRelations(rows);
  }

  async membersOf(ordinals: readonly number[]): Promise<ReadonlyMap<number, readonly Relation[]>> {
    if (ordinals.length === 0) return new Map();
    const { dialect, reader } = this.#engine;
    const rows = await reader.all(
      `SELECT m.group_ordinal AS subject, o.id, o.type, o.display, 1 AS direct FROM ${dialect.textList("?", "l")}
       ${dialect.lookUp("member", "m", "m.group_ordinal = CAST(l.value AS BIGINT)")}
       ${dialect.lookUp("resource", "o", "o.ordinal = m.member_ordinal")} ORDER BY m.member_ordinal`,
      [JSON.stringify(ordinals.map(String))],
    );
    return toRelations(rows);
  }

  async memberPage(group: StoredResource, offset: number, limit: number): Promise<RelationPage> {
    const [count] = await this.#engine.reader.all(
      "SELECT COUNT(*) AS total FROM member WHERE group_ordinal = ?",
      [group.ordinal],
    );
    const rows = await this.#engine.reader.all(
      `SELECT m.group_ordinal AS subject, o.id, o.type, o.display, 1 AS direct FROM member m
       JOIN resource o ON o.ordinal = m.member_ordinal WHERE m.group_ordinal = ?
       ORDER BY m.member_ordinal ${limitParameter} ${offsetParameter}`,
      [group.ordinal, limit, offset],
    );
    const total = count === undefined ? 0 : integerColumn(count, "total");
    return { total, relations: toRelations(rows).get(group.ordinal) ?? [] };
  }

  async hasMoreMembers(group: StoredResource, count: number): Promise<boolean> {
    const rows = await this.#engine.reader.all(
      `SELECT 1 AS one FROM member WHERE group_ordinal = ? LIMIT 1 ${offsetParameter}`,
      [group.ordinal, count],
    );
    return rows.length > 0;
  }
}

function toRelations(rows: readonly Row[]): ReadonlyMap<number, readonly Relation[]> {
  const relations = new Map<number, Relation[]>();
  for (const row of rows) {
    const subject = integerColumn(row, "subject");
    const list = relations.get(subject) ?? [];
    relations.set(subject, list);
    list.push({
      id: textColumn(row, "id"),
      type: textColumn(row, "type") === "User" ? "User" : "Group",
      display: optionalTextColumn(row, "display"),
      direct: integerColumn(row, "direct") === 1,
    });
  }
  return relations;
}
