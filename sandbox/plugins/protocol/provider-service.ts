import { randomBytes } from "node:crypto";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as Requests from "@pulumi/pulumi/proto/provider_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { checkObjectInputs, checkResource } from "./check.ts";
import {
  type Context,
  PartialFailure,
  type ProviderDefinition,
  type ResourceDefinition,
} from "./definition.ts";
import { diffResource, type PropertyChange } from "./diff.ts";
import { connectEngineLog, type EngineLog } from "./engine-log.ts";
import { Properties } from "./properties.ts";
import { equalValues, hasUnknown } from "./property-value.ts";
import { parseProviderConfig } from "./provider-config.ts";
import { initFailure } from "./resource-errors.ts";
import { encodeDiff, encodeFailure } from "./responses.ts";
import {
  completeInputs,
  findSecretPaths,
  mergeState,
  previewCreate,
  previewUpdate,
  readInputs,
  toCallValues,
} from "./state.ts";
import { decodeStruct, encodeStruct } from "./struct-codec.ts";
import { unary, unimplemented } from "./unary-call.ts";

/**
 * A provider as a gRPC service, driven by its definition.
 *
 * One process may serve several provider resources (the engine attaches each by its own connection), so that what
 * was configured is kept by connection.
 */
export class ProviderService<Client> {
  private readonly definition: ProviderDefinition<Client>;
  private readonly resources: ReadonlyMap<string, ResourceDefinition<Client>>;
  private readonly clients = new Map<string, Promise<Client>>();
  /** By connection, as the clients: one engine's cancellation ends nothing of the next one's. */
  private readonly cancellations = new Map<string, AbortController>();
  private log: EngineLog = () => {};

  constructor(definition: ProviderDefinition<Client>) {
    this.definition = definition;
    this.resources = new Map(definition.resources.map((resource) => [resource.token, resource]));
  }

  /** The methods of pulumirpc.ResourceProvider. */
  implementation(): UntypedServiceImplementation {
    return {
      handshake: unary((request: Requests.ProviderHandshakeRequest) => this.handshake(request)),
      attach: unary((request: pluginPb.PluginAttach) => this.attach(request)),
      getPluginInfo: unary(() => this.pluginInfo()),
      getSchema: unary(() => this.getSchema()),
      checkConfig: unary((request: Requests.CheckRequest) => this.checkConfig(request)),
      diffConfig: unary((request: Requests.DiffRequest) => this.diffConfig(request)),
      configure: unary((request: Requests.ConfigureRequest, peer) => this.configure(request, peer)),
      invoke: unary((request: Requests.InvokeRequest, peer) => this.invoke(request, peer)),
      check: unary((request: Requests.CheckRequest) => this.check(request)),
      diff: unary((request: Requests.DiffRequest) => this.diff(request)),
      create: unary((request: Requests.CreateRequest, peer) => this.create(request, peer)),
      read: unary((request: Requests.ReadRequest, peer) => this.read(request, peer)),
      update: unary((request: Requests.UpdateRequest, peer) => this.update(request, peer)),
      delete: unary((request: Requests.DeleteRequest, peer) => this.delete(request, peer)),
      cancel: unary((_request: unknown, peer: string) => this.cancel(peer)),
      call: unimplemented("Call"),
      construct: unimplemented("Construct"),
      parameterize: unimplemented("Parameterize"),
      getMapping: unimplemented("GetMapping"),
      getMappings: unimplemented("GetMappings"),
      list: unimplemented("List"),
    };
  }

  private async handshake(request: Requests.ProviderHandshakeRequest) {
    if (request.getEngineAddress() !== "") this.log = connectEngineLog(request.getEngineAddress());
    const response = new providerPb.ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    return response;
  }

  private async attach(request: pluginPb.PluginAttach) {
    this.log = connectEngineLog(request.getAddress());
    return new emptyPb.Empty();
  }

  private async pluginInfo() {
    const response = new pluginPb.PluginInfo();
    response.setVersion(this.definition.version);
    return response;
  }

  private async getSchema() {
    const response = new providerPb.GetSchemaResponse();
    response.setSchema(JSON.stringify(this.definition.schema));
    return response;
  }

  private async checkConfig(request: Requests.CheckRequest) {
    const response = new providerPb.CheckResponse();
    response.setInputs(request.getNews());
    return response;
  }

  private async diffConfig(request: Requests.DiffRequest) {
    const olds = decodeStruct(request.getOldInputs() ?? request.getOlds());
    const news = decodeStruct(request.getNews());
    const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
    const changes = names
      .filter((name) => name !== "version" && !equalValues(olds[name], news[name]))
      .map((name): PropertyChange => ({ path: name, kind: "update", replace: false }));
    return encodeDiff(changes, olds, news, false);
  }

  private async configure(request: Requests.ConfigureRequest, peer: string) {
    const config = parseProviderConfig(this.definition.schema, decodeStruct(request.getArgs()));
    const client = this.definition.configure(config, this.situation(peer, request.getUrn() ?? ""));
    this.clients.set(peer, client);
    await client;
    const response = new providerPb.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  }

  private async invoke(request: Requests.InvokeRequest, peer: string) {
    const token = request.getTok();
    const definition = this.definition.functions.find((candidate) => candidate.token === token);
    if (definition === undefined) throw new UnknownToken(this.definition.schema.name, "function", token);
    const schema = this.definition.schema.functions[token];
    const { inputs, failures } = checkObjectInputs(
      this.definition,
      schema?.inputs?.properties ?? {},
      schema?.inputs?.required ?? [],
      decodeStruct(request.getArgs()),
    );
    const response = new providerPb.InvokeResponse();
    if (failures.length > 0) {
      response.setFailuresList(failures.map((failure) => encodeFailure(failure, {})));
      return response;
    }
    const result = await definition.invoke(
      await this.context(peer, ""),
      new Properties(toCallValues(inputs)),
    );
    response.setReturn(encodeStruct(result));
    return response;
  }

  private async check(request: Requests.CheckRequest) {
    const definition = this.find(request.getUrn());
    const seed = request.getRandomseed_asU8();
    const suffix = (seed.length > 0 ? Buffer.from(seed) : randomBytes(4)).toString("hex").slice(0, 7);
    const news = decodeStruct(request.getNews());
    const name = `${request.getUrn().split("::").at(-1)}-${suffix}`;
    const previous = decodeStruct(request.getOlds());
    const { inputs, failures } = await checkResource(this.definition, definition, news, previous, name);
    const response = new providerPb.CheckResponse();
    response.setFailuresList(failures.map((failure) => encodeFailure(failure, inputs)));
    response.setInputs(encodeStruct(inputs));
    return response;
  }

  private async diff(request: Requests.DiffRequest) {
    const definition = this.find(request.getUrn());
    const state = decodeStruct(request.getOlds());
    const oldInputs = decodeStruct(request.getOldInputs());
    const news = decodeStruct(request.getNews());
    const ignored = request.getIgnorechangesList();
    const changes = diffResource(this.definition.schema, definition, state, oldInputs, news, ignored);
    // A fixed name is taken until the old resource is gone.
    const nameIsFixed =
      definition.autoName !== undefined && equalValues(state[definition.autoName], news[definition.autoName]);
    return encodeDiff(changes, oldInputs, news, definition.deleteBeforeReplace ?? nameIsFixed);
  }

  private async create(request: Requests.CreateRequest, peer: string) {
    const definition = this.find(request.getUrn());
    const inputs = decodeStruct(request.getProperties());
    const response = new providerPb.CreateResponse();
    if (request.getPreview() || hasUnknown(inputs)) {
      response.setProperties(encodeStruct(previewCreate(this.definition.schema, definition, inputs)));
      return response;
    }
    const secrets = findSecretPaths(inputs);
    const context = await this.context(peer, request.getUrn());
    const remember = (state: Parameters<typeof mergeState>[3]) =>
      encodeStruct(mergeState(this.definition.schema, definition.token, inputs, state, secrets));
    try {
      const created = await definition.create(context, new Properties(toCallValues(inputs)));
      response.setId(created.id);
      response.setProperties(remember(created.state));
      return response;
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      throw initFailure(error, remember(error.state), encodeStruct(inputs));
    }
  }

  private async read(request: Requests.ReadRequest, peer: string) {
    const definition = this.find(request.getUrn());
    const oldState = decodeStruct(request.getProperties());
    const oldInputs = decodeStruct(request.getInputs());
    const context = await this.context(peer, request.getUrn());
    const known = Object.keys(oldState).length > 0 ? oldState : oldInputs;
    const found = await definition.read(context, request.getId(), new Properties(toCallValues(known)));
    const response = new providerPb.ReadResponse();
    if (found === undefined) return response;
    const secrets = new Set([...findSecretPaths(oldState), ...findSecretPaths(oldInputs)]);
    const { schema } = this.definition;
    const state = mergeState(schema, definition.token, oldState, found.state, secrets);
    response.setId(found.id ?? request.getId());
    response.setProperties(encodeStruct(state));
    response.setInputs(encodeStruct(readInputs(schema, definition, oldInputs, state)));
    return response;
  }

  private async update(request: Requests.UpdateRequest, peer: string) {
    const definition = this.find(request.getUrn());
    const state = decodeStruct(request.getOlds());
    const inputs = completeInputs(definition, state, decodeStruct(request.getNews()));
    const response = new providerPb.UpdateResponse();
    if (request.getPreview() || hasUnknown(inputs)) {
      response.setProperties(encodeStruct(previewUpdate(definition, state, inputs)));
      return response;
    }
    const context = await this.context(peer, request.getUrn());
    const wanted = new Properties(toCallValues(inputs));
    const current = new Properties(toCallValues(state));
    const answer = (await definition.update?.(context, request.getId(), current, wanted)) ?? {};
    const outputsOnly = Object.fromEntries(
      Object.entries(state).filter(([name]) => !this.isInput(definition, name)),
    );
    const secrets = new Set([...findSecretPaths(inputs), ...findSecretPaths(outputsOnly)]);
    const known = { ...outputsOnly, ...inputs };
    response.setProperties(
      encodeStruct(mergeState(this.definition.schema, definition.token, known, answer, secrets)),
    );
    return response;
  }

  private async delete(request: Requests.DeleteRequest, peer: string) {
    const definition = this.find(request.getUrn());
    const context = await this.context(peer, request.getUrn());
    const state = new Properties(toCallValues(decodeStruct(request.getProperties())));
    await definition.delete(context, request.getId(), state);
    return new emptyPb.Empty();
  }

  private async cancel(peer: string) {
    this.cancellationOf(peer).abort(new Error("The update was cancelled."));
    return new emptyPb.Empty();
  }

  private cancellationOf(peer: string): AbortController {
    const known = this.cancellations.get(peer);
    if (known !== undefined) return known;
    const created = new AbortController();
    this.cancellations.set(peer, created);
    return created;
  }

  private isInput(definition: ResourceDefinition<Client>, name: string): boolean {
    return this.definition.schema.resources[definition.token]?.inputProperties[name] !== undefined;
  }

  private async context(peer: string, urn: string): Promise<Context<Client>> {
    const client = this.clients.get(peer);
    if (client === undefined) throw new Error("The provider is not configured.");
    return { client: await client, ...this.situation(peer, urn) };
  }

  private situation(peer: string, urn: string): Omit<Context<never>, "client"> {
    return {
      signal: this.cancellationOf(peer).signal,
      log: (severity, message) => this.log(severity, urn, message),
    };
  }

  private find(urn: string): ResourceDefinition<Client> {
    // urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>
    const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const definition = this.resources.get(token);
    if (definition === undefined) throw new UnknownToken(this.definition.schema.name, "resource type", token);
    return definition;
  }
}

class UnknownToken extends Error {
  readonly code = "SANDBOX_PLUGIN_TYPE";

  constructor(plugin: string, kind: string, token: string) {
    super(
      `The ${plugin} stand-in does not know the ${kind} ${token}. ` +
        `Install the official plugin (pulumi plugin install resource ${plugin}) where it can be downloaded.`,
    );
  }
}
