import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { galleryPage, makeGallery, renderPage } from "../../gallery/make-gallery.ts";

test("the gallery in docs/previews.md is current (node test/gallery/make-gallery.ts)", async () => {
  const page = readFileSync(galleryPage, "utf8");
  expect(renderPage(await makeGallery(), page)).toBe(page);
});
