import { runPlugin } from "../protocol/serve.ts";
import { dockerProvider } from "./provider.ts";

await runPlugin(dockerProvider);
