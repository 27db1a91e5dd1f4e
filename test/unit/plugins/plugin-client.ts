import { credentials, type ServiceError } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { ProviderDefinition } from "../../../sandbox/plugins/protocol/definition.ts";
import type { PropertyMap } from "../../../sandbox/plugins/protocol/property-value.ts";
import { servePlugin } from "../../../sandbox/plugins/protocol/serve.ts";
import { decodeStruct, encodeStruct } from "../../../sandbox/plugins/protocol/struct-codec.ts";

/** A plugin spoken to as the engine does: over gRPC, with the calls in the engine's order. */
export class PluginClient implements Disposable {
  private readonly close: () => void;
  private readonly client: InstanceType<typeof providerGrpc.ResourceProviderClient>;

  private constructor(port: number, close: () => void) {
    this.close = close;
    this.client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  static async start<Client>(
    definition: ProviderDefinition<Client>,
    config?: PropertyMap,
  ): Promise<PluginClient> {
    const plugin = await servePlugin(definition);
    const client = new PluginClient(plugin.port, plugin.close);
    if (config !== undefined) await client.configure(config);
    return client;
  }

  async configure(config: PropertyMap): Promise<void> {
    const request = new providerPb.ConfigureRequest();
    request.setArgs(encodeStruct(config));
    await call((done) => this.client.configure(request, done));
  }

  async check(type: string, news: PropertyMap, olds: PropertyMap = {}) {
    const request = new providerPb.CheckRequest();
    request.setUrn(urnOf(type));
    request.setNews(encodeStruct(news));
    request.setOlds(encodeStruct(olds));
    request.setRandomseed(Buffer.from("0123456789abcdef", "hex"));
    const response = await call<InstanceType<typeof providerPb.CheckResponse>>((done) =>
      this.client.check(request, done),
    );
    return {
      inputs: decodeStruct(response.getInputs()),
      failures: response
        .getFailuresList()
        .map((failure) => [failure.getProperty(), failure.getReason()] as const),
    };
  }

  async diff(type: string, id: string, state: PropertyMap, oldInputs: PropertyMap, news: PropertyMap) {
    const request = new providerPb.DiffRequest();
    request.setId(id);
    request.setUrn(urnOf(type));
    request.setOlds(encodeStruct(state));
    request.setOldInputs(encodeStruct(oldInputs));
    request.setNews(encodeStruct(news));
    const response = await call<InstanceType<typeof providerPb.DiffResponse>>((done) =>
      this.client.diff(request, done),
    );
    const kinds = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];
    const changes: Record<string, string | undefined> = {};
    response.getDetaileddiffMap().forEach((detail, path) => {
      changes[path] = kinds[detail.getKind()];
    });
    return {
      changes,
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(type: string, inputs: PropertyMap, preview = false) {
    const request = new providerPb.CreateRequest();
    request.setUrn(urnOf(type));
    request.setProperties(encodeStruct(inputs));
    request.setPreview(preview);
    const response = await call<InstanceType<typeof providerPb.CreateResponse>>((done) =>
      this.client.create(request, done),
    );
    return { id: response.getId(), state: decodeStruct(response.getProperties()) };
  }

  async read(type: string, id: string, state: PropertyMap = {}, inputs: PropertyMap = {}) {
    const request = new providerPb.ReadRequest();
    request.setId(id);
    request.setUrn(urnOf(type));
    request.setProperties(encodeStruct(state));
    request.setInputs(encodeStruct(inputs));
    const response = await call<InstanceType<typeof providerPb.ReadResponse>>((done) =>
      this.client.read(request, done),
    );
    return {
      id: response.getId(),
      state: decodeStruct(response.getProperties()),
      inputs: decodeStruct(response.getInputs()),
    };
  }

  async update(type: string, id: string, state: PropertyMap, news: PropertyMap): Promise<PropertyMap> {
    const request = new providerPb.UpdateRequest();
    request.setId(id);
    request.setUrn(urnOf(type));
    request.setOlds(encodeStruct(state));
    request.setNews(encodeStruct(news));
    const response = await call<InstanceType<typeof providerPb.UpdateResponse>>((done) =>
      this.client.update(request, done),
    );
    return decodeStruct(response.getProperties());
  }

  async delete(type: string, id: string, state: PropertyMap): Promise<void> {
    const request = new providerPb.DeleteRequest();
    request.setId(id);
    request.setUrn(urnOf(type));
    request.setProperties(encodeStruct(state));
    await call((done) => this.client.delete(request, done));
  }

  async invoke(token: string, args: PropertyMap): Promise<PropertyMap> {
    const request = new providerPb.InvokeRequest();
    request.setTok(token);
    request.setArgs(encodeStruct(args));
    const response = await call<InstanceType<typeof providerPb.InvokeResponse>>((done) =>
      this.client.invoke(request, done),
    );
    return decodeStruct(response.getReturn());
  }

  /** Checks the inputs and creates the resource, as an update without a previous one does. */
  async apply(type: string, news: PropertyMap) {
    const { inputs, failures } = await this.check(type, news);
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    return { inputs, ...(await this.create(type, inputs)) };
  }

  [Symbol.dispose](): void {
    this.client.close();
    this.close();
  }
}

function urnOf(type: string): string {
  return `urn:pulumi:test::project::${type}::thing`;
}

function call<Response>(
  send: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}
