import type { ApiPart } from "../openapi.ts";

/** How the usual tools (Redoc, Swagger UI, Scalar, RapiDoc, Elements) are told where the description lies. */
const SAID = [
  /<(?:redoc|rapi-doc|elements-api)\b[^>]*\b(?:spec-url|apidescriptionurl)\s*=\s*["']([^"']+)["']/i,
  /\bRedoc\.init\(\s*["'`]([^"'`]+)["'`]/,
  /\bSwaggerUIBundle\(\s*\{[\s\S]{0,2000}?\burl["']?\s*:\s*["'`]([^"'`]+)["'`]/,
  /<script\b[^>]*\bid=["']api-reference["'][^>]*\bdata-url=["']([^"']+)["']/i,
];

/** The address of the OpenAPI description that a page, or the script of one, shows; null when it shows none. */
export function apiAddress(text: string, pageUrl: string): string | null {
  const said = SAID.map((pattern) => pattern.exec(text)?.[1]).find((one) => one !== undefined);
  return said !== undefined && URL.canParse(said, pageUrl) ? new URL(said, pageUrl).href : null;
}

/** Swagger UI as it is shipped keeps the address in a script of its own. */
export function viewerScript(html: string, pageUrl: string): string | null {
  const src = /<script\b[^>]*\bsrc=["']([^"']*swagger-initializer\.js[^"']*)["']/i.exec(html)?.[1];
  return src !== undefined && URL.canParse(src, pageUrl) ? new URL(src, pageUrl).href : null;
}

/** Where a reader finds a part: at its place on the page that shows the API, or the description itself. */
export function partUrl(pageUrl: string, { anchors }: ApiPart, viewer: string): string {
  const anchor = /redoc/i.test(viewer) ? anchors.redoc : /swagger/i.test(viewer) ? anchors.swagger : "";
  return anchor === "" ? pageUrl : `${pageUrl}#${anchor}`;
}
