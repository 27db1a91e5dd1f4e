import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PartialFailure, type ProviderDefinition } from "../../../../sandbox/plugins/protocol/definition.ts";
import { parsePackageSchema } from "../../../../sandbox/plugins/protocol/package-schema.ts";
import { Secret, Unknown } from "../../../../sandbox/plugins/protocol/property-value.ts";
import { PluginClient } from "../plugin-client.ts";

const type = "cake:index/cake:Cake";

/** A provider with everything that a table can say, over a map. */
function createBakery(
  cakes: Map<string, Record<string, unknown>>,
): ProviderDefinition<Map<string, Record<string, unknown>>> {
  return {
    version: "1.0.0",
    schema: parsePackageSchema({
      name: "cake",
      version: "1.0.0",
      provider: { inputProperties: { oven: { type: "string" }, racks: { type: "integer" } } },
      functions: {},
      types: {
        "cake:index/layer:Layer": {
          properties: { kind: { type: "string" }, grams: { type: "integer" } },
          required: ["kind"],
        },
        "cake:index/recipe:Recipe": {
          properties: { secretSauce: { type: "string", secret: true }, spice: { type: "string" } },
        },
      },
      resources: {
        [type]: {
          inputProperties: {
            name: { type: "string", willReplaceOnChanges: true },
            flavour: { type: "string" },
            size: { type: "string" },
            notes: { type: "string" },
            oven: { type: "string" },
            layers: { type: "array", items: { $ref: "#/types/cake:index/layer:Layer" } },
            recipe: { $ref: "#/types/cake:index/recipe:Recipe" },
          },
          requiredInputs: ["flavour"],
          properties: {
            name: { type: "string" },
            flavour: { type: "string" },
            size: { type: "string" },
            notes: { type: "string" },
            oven: { type: "string" },
            layers: { type: "array", items: { $ref: "#/types/cake:index/layer:Layer" } },
            recipe: { $ref: "#/types/cake:index/recipe:Recipe" },
            slices: { type: "integer" },
          },
        },
      },
    }),
    typeDefaults: { "cake:index/layer:Layer": { grams: 100 } },
    resources: [
      {
        token: type,
        autoName: "name",
        defaults: { size: "small" },
        allowed: { size: ["small", "large"] },
        computed: ["oven"],
        sets: { layers: "kind" },
        volatile: ["slices"],
        create: async ({ client }, inputs) => {
          if (inputs.text("flavour") === "burnt")
            throw new PartialFailure("c9", { slices: 0 }, new Error("it burnt"));
          const state = { slices: 8, oven: "gas" };
          client.set("c1", { ...inputs.values, ...state });
          return { id: "c1", state };
        },
        read: async ({ client }, id) => {
          const cake = client.get(id);
          return cake && { state: JSON.parse(JSON.stringify(cake)) };
        },
        update: async ({ client }, id, _state, inputs) => {
          client.set(id, { ...inputs.values, slices: 12 });
          return { slices: 12 };
        },
        delete: async ({ client }, id) => {
          client.delete(id);
        },
      },
    ],
    functions: [],
    configure: async () => cakes,
  };
}

describe("a provider that is driven by tables", () => {
  let cakes: Map<string, Record<string, unknown>>;
  let plugin: PluginClient;

  beforeEach(async () => {
    cakes = new Map();
    plugin = await PluginClient.start(createBakery(cakes), {});
  });
  afterEach(() => plugin[Symbol.dispose]());

  it("names every wrong input with its path, and completes right ones", async () => {
    const wrong = await plugin.check(type, {
      size: "huge",
      flavor: "plum",
      layers: [{ grams: "many" }],
      recipe: { secretSauce: 7 },
    });
    expect(wrong.failures).toMatchInlineSnapshot(`
      [
        [
          "flavour",
          "missing required property",
        ],
        [
          "flavor",
          "unexpected property",
        ],
        [
          "layers[0].kind",
          "missing required property",
        ],
        [
          "layers[0].grams",
          "expected an integer, got a string",
        ],
        [
          "recipe.secretSauce",
          "expected a string, got a number",
        ],
        [
          "size",
          "expected one of small, large",
        ],
      ]
    `);
    const right = await plugin.check(type, {
      flavour: "plum",
      layers: [{ kind: "cream" }],
      recipe: { secretSauce: "s" },
    });
    expect(right.failures).toEqual([]);
    expect(right.inputs).toEqual({
      __defaults: ["name"],
      name: "thing-0123456",
      flavour: "plum",
      size: "small",
      layers: [{ kind: "cream", grams: 100 }],
      recipe: { secretSauce: new Secret("s") },
    });
  });

  it("keeps a generated name, and gives way to one that is given", async () => {
    const first = await plugin.check(type, { flavour: "plum" });
    const second = await plugin.check(type, { flavour: "plum" }, { ...first.inputs, name: "thing-old" });
    expect(second.inputs["name"]).toBe("thing-old");
    const given = await plugin.check(type, { flavour: "plum", name: "mine" }, first.inputs);
    expect(given.inputs).toEqual({ flavour: "plum", name: "mine", size: "small" });
  });

  it("never tells the engine a property whose value it would print though it is secret", async () => {
    const { failures } = await plugin.check(type, { flavour: new Secret(7) });
    expect(failures).toEqual([["", "flavour: expected a string, got a number"]]);
  });

  it("shows what only the API can tell as unknown in previews", async () => {
    const { inputs } = await plugin.check(type, { flavour: Unknown.value });
    const { id, state } = await plugin.create(type, inputs, true);
    expect(id).toBe("");
    expect(state).toMatchObject({
      flavour: Unknown.value,
      slices: Unknown.value,
      oven: Unknown.value,
      size: "small",
    });
    expect(cakes.size).toBe(0);
  });

  it("keeps secrets secret in the state, whatever the API answers", async () => {
    const { state } = await plugin.apply(type, {
      flavour: new Secret("plum"),
      recipe: { secretSauce: "s", spice: "salt" },
    });
    expect(state["flavour"]).toEqual(new Secret("plum"));
    expect(state["recipe"]).toEqual({ secretSauce: new Secret("s"), spice: "salt" });
    expect(cakes.get("c1")).toMatchObject({ flavour: "plum", recipe: { secretSauce: "s", spice: "salt" } });
  });

  it("tells property by property what an update changes, and what replaces", async () => {
    const { state, inputs } = await plugin.apply(type, {
      name: "mine",
      flavour: "plum",
      layers: [{ kind: "cream" }, { kind: "nut" }],
      notes: "",
    });
    const diff = await plugin.diff(type, "c1", state, inputs, {
      ...inputs,
      name: "yours",
      notes: "with candles",
      layers: [
        { kind: "nut", grams: 100 },
        { kind: "jam", grams: 5 },
      ],
    });
    expect(diff).toEqual({
      changes: {
        name: "update-replace",
        notes: "add",
        "layers[1]": "add",
        "layers[0]": "delete",
      },
      replaces: ["name"],
      deleteBeforeReplace: false,
    });
  });

  it("calls one item for another in the same place a change", async () => {
    const { state, inputs } = await plugin.apply(type, { flavour: "plum", layers: [{ kind: "cream" }] });
    const diff = await plugin.diff(type, "c1", state, inputs, { ...inputs, layers: [{ kind: "jam" }] });
    expect(diff.changes).toEqual({ "layers[0]": "update" });
  });

  it("makes room first when a replacement has the same name", async () => {
    const { state, inputs } = await plugin.apply(type, { name: "mine", flavour: "plum" });
    const diff = await plugin.diff(type, "c1", { ...state, name: "mine" }, inputs, {
      ...inputs,
      name: "mine",
    });
    expect(diff.deleteBeforeReplace).toBe(false);
    expect(diff.changes).toEqual({});
  });

  it("finds drift by a refresh, only in what the program gave", async () => {
    const { state, inputs } = await plugin.apply(type, { name: "mine", flavour: "plum" });
    cakes.set("c1", { ...cakes.get("c1"), flavour: "cherry", oven: "electric", slices: 7 });
    const read = await plugin.read(type, "c1", state, inputs);
    expect(read.inputs).toEqual({ name: "mine", flavour: "cherry", size: "small" });
    expect(read.state).toMatchObject({ flavour: "cherry", oven: "electric", slices: 7 });
    const diff = await plugin.diff(type, "c1", read.state, read.inputs, inputs);
    expect(diff.changes).toEqual({ flavour: "update" });
  });

  it("imports by id: what differs from the defaults becomes an input", async () => {
    cakes.set("c7", { name: "old", flavour: "plum", size: "small", notes: "", slices: 3 });
    const imported = await plugin.read(type, "c7");
    expect(imported.inputs).toEqual({ name: "old", flavour: "plum" });
    const { inputs } = await plugin.check(type, { name: "old", flavour: "plum" });
    expect(await plugin.diff(type, "c7", imported.state, imported.inputs, inputs)).toMatchObject({
      changes: {},
    });
  });

  it("says that something is gone by an empty id", async () => {
    expect(await plugin.read(type, "none", { flavour: "plum" })).toMatchObject({ id: "" });
  });

  it("hands the engine what exists though it failed", async () => {
    const { inputs } = await plugin.check(type, { name: "mine", flavour: "burnt" });
    await expect(plugin.create(type, inputs)).rejects.toMatchObject({
      details: "it burnt",
      metadata: expect.objectContaining({}),
    });
  });

  it("refuses types that it does not know, with a way out", async () => {
    await expect(plugin.create("cake:index/pie:Pie", {})).rejects.toThrow(
      /does not know the resource type cake:index\/pie:Pie.*Install/,
    );
  });
});
