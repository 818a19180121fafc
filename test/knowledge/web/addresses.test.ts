import { expect, it } from "vitest";

import { isInner, refuseInner } from "../../../src/knowledge/web/addresses.ts";
import { isOnSite } from "../../../src/knowledge/web/fetch-page.ts";
import { readSitemap } from "../../../src/knowledge/web/sitemap.ts";

it.each([
  "127.0.0.1",
  "10.1.2.3",
  "172.31.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "100.100.100.200",
  "0.0.0.0",
  "::1",
  "fd00::1",
  "fe80::1",
  "::ffff:10.0.0.1",
])("%s is an inner address", async (address) => {
  expect(isInner(address)).toBe(true);
  await expect(refuseInner(address)).rejects.toThrow("inner net");
});

it.each(["8.8.8.8", "172.32.0.1", "2606:4700::1111"])("%s is not", (address) => {
  expect(isInner(address)).toBe(false);
});

it("a site is its host, with and without www, on its own port", () => {
  const on = (url: string, host: string) => isOnSite(new URL(url), host);
  expect(on("https://www.mugs.example/a", "mugs.example")).toBe(true);
  expect(on("https://mugs.example/a", "www.mugs.example")).toBe(true);
  expect(on("https://shop.mugs.example/a", "mugs.example")).toBe(false);
  expect(on("http://mugs.example:8080/a", "mugs.example")).toBe(false);
  expect(on("ftp://mugs.example/a", "mugs.example")).toBe(false);
});

it("a sitemap is read with its entities, sections and name spaces, and without what is no address", () => {
  expect(
    readSitemap(`<?xml version="1.0"?><s:urlset xmlns:s="x">
      <s:url><s:loc> https://a.example/?a=1&amp;b=2 </s:loc></s:url>
      <url><loc><![CDATA[https://a.example/c]]></loc><image:loc>https://a.example/i.png</image:loc></url>
      <!-- <url><loc>https://a.example/hidden</loc></url> -->
      <url><loc>nonsense</loc></url></s:urlset>`).pages,
  ).toEqual(["https://a.example/?a=1&b=2", "https://a.example/c"]);
});
