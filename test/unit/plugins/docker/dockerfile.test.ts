import { describe, expect, it } from "vitest";
import { parseDockerfile } from "../../../../sandbox/plugins/docker/process/dockerfile.ts";

describe("what a plain process takes from a Dockerfile", () => {
  it("files under their own names in a folder, a folder's content, and a file under another name", () => {
    const { copies } = parseDockerfile(
      [
        "FROM scratch AS base",
        "COPY build/rootfs/ /",
        "FROM base",
        "COPY build/server.mjs build/sbom.cdx.json /app/",
        "COPY build/app/ /",
        "COPY --chown=65532:65532 build/volumes/ /",
        "COPY notes.txt /app/README",
        "COPY --from=base /etc/passwd /etc/passwd",
      ].join("\n"),
    );
    expect(copies).toEqual([
      ["/app/server.mjs", "build/server.mjs"],
      ["/app/sbom.cdx.json", "build/sbom.cdx.json"],
      ["", "build/app/"],
      ["", "build/volumes/"],
      ["/app/README", "notes.txt"],
    ]);
  });
});
