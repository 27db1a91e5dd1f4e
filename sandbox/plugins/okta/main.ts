import { runPlugin } from "../protocol/serve.ts";
import { oktaProvider } from "./provider.ts";

await runPlugin(oktaProvider);
