import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const repository = join(import.meta.dirname, "../../../..");

/** A copy of what the server is built from, in a folder of its own, with the times of now: as a clone elsewhere is. */
export class ServerClone {
  readonly root: string;

  constructor(name: string) {
    this.root = join(mkdtempSync(join(tmpdir(), "scim-clone-")), name);
    for (const path of ["package.json", "package-lock.json", "scim-server"]) this.#copy(path);
    rmSync(join(this.root, "scim-server/build"), { recursive: true, force: true });
    const metafile = execFileSync(process.execPath, ["-e", listPackages], {
      cwd: repository,
      encoding: "utf8",
    });
    const bundled: string[] = JSON.parse(metafile);
    for (const place of bundled) this.#copy(place);
  }

  #copy(path: string): void {
    const target = join(this.root, path);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(repository, path), target, { recursive: true });
  }

  get context(): string {
    return join(this.root, "scim-server");
  }

  /** Builds, started in the given folder; answers the image archive. */
  build(from: string): string {
    const archive = join(this.root, "image.tar");
    const program = join(this.context, "build.ts");
    execFileSync(process.execPath, [program, "--image", archive], { cwd: from, stdio: "pipe" });
    return archive;
  }

  /** A file below `scim-server/build/`. */
  read(path: string): string {
    return readFileSync(join(this.context, "build", path), "utf8");
  }

  remove(): void {
    rmSync(dirname(this.root), { recursive: true, force: true });
  }
}

/** The packages that the server bundles, and what it is bundled with. */
const listPackages = `
  const { build } = require("esbuild");
  const { readdirSync, existsSync } = require("node:fs");
  const options = { entryPoints: ["scim-server/src/main.ts"], bundle: true, platform: "node", format: "esm" };
  build({ ...options, write: false, metafile: true, outfile: "x.mjs", external: ["pg-native"] }).then(({ metafile }) => {
    const places = Object.keys(metafile.inputs).flatMap((input) => /^.*node_modules\\/(?:@[^/]+\\/)?[^/]+/.exec(input)?.[0] ?? []);
    const tools = ["node_modules/esbuild", "node_modules/@esbuild", "node_modules/node"];
    console.log(JSON.stringify([...new Set([...places, ...tools])].filter((place) => existsSync(place))));
  });
`;
