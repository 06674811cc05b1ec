// The server's endpoints: one way to ask, one kind of failure.

import type { Outlines } from "./world";
import type { Report } from "./report";
import type { Commentary, DataAnswer, DataRequest, Explanation, MetricAnswer, MetricUnit, ReaderNote, SchemaField, Session, TemplateEntry } from "./wire";

/** A refusal or an outage; without a message of the server's own, the code tells what to say. */
export class Problem extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly reference: string | null,
  ) {
    super(message);
  }
}

/** The token of a share link is all that its reader has: it goes with every request. */
const token = /^\/s\/([^/]+)\/?$/.exec(globalThis.location?.pathname ?? "")?.[1];

export async function call<T>(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: { accept: "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem("", 0, "unreachable", null);
  }
  const text = await response.text();
  const parsed = parse(text);
  if (response.ok) return parsed as T;
  throw problemOf(response, parsed);
}

function problemOf(response: Response, parsed: unknown): Problem {
  const wrong = (parsed as { error?: { message?: string; code?: string; request_id?: string } } | null)?.error;
  return new Problem(wrong?.message ?? "", response.status, wrong?.code ?? "unknown", wrong?.request_id ?? response.headers.get("x-request-id"));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const whoAmI = (report?: string): Promise<Session> => call("GET", `/v1/session${report === undefined ? "" : `?report=${encodeURIComponent(report)}`}`, undefined);
export const signIn = (key: string): Promise<Session> => call("POST", "/v1/session", { key });
export const signOut = (): Promise<unknown> => call("DELETE", "/v1/session", undefined);
export const getTemplate = (id: string): Promise<Report> => call("GET", `/v1/templates/${encodeURIComponent(id)}`, undefined);
export const listTemplates = (): Promise<{ templates: TemplateEntry[] }> => call("GET", "/v1/templates", undefined);
export const getSchema = (configParams: object): Promise<{ schema: SchemaField[] }> => call("POST", "/v1/looker/schema", { configParams });
export const getMetric = (id: string, language: string): Promise<MetricAnswer> =>
  call("GET", `/v1/catalog/metrics/${encodeURIComponent(id)}?${new URLSearchParams({ language }).toString()}`, undefined);
export const getUnits = (language: string): Promise<{ metrics: { [id: string]: MetricUnit } }> =>
  call("GET", `/v1/catalog/units?${new URLSearchParams({ language }).toString()}`, undefined);
export const explain = (body: DataRequest, languageCode: string): Promise<Explanation> =>
  call("POST", "/v1/looker/explain", { ...body, languageCode });
export const getCommentary = (query: Record<string, string>): Promise<Commentary> =>
  call("GET", `/v1/commentary?${new URLSearchParams(query).toString()}`, undefined);

export const getNotes = (query: Record<string, string>): Promise<{ notes: ReaderNote[] }> =>
  call("GET", `/v1/notes?${new URLSearchParams(query).toString()}`, undefined);
export const postNote = (note: object): Promise<ReaderNote> => call("POST", "/v1/notes", note);

/** A report as PDF: through a link the token goes in a header, which the address of a link cannot carry. */
export async function getPdf(report: string, search: string): Promise<{ readonly name: string; readonly file: Blob }> {
  const response = await fetch(`/v1/reports/${encodeURIComponent(report)}/pdf${search}`, {
    credentials: "same-origin",
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  }).catch(() => null);
  if (!response) throw new Problem("", 0, "unreachable", null);
  if (!response.ok) throw problemOf(response, parse(await response.text()));
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? `${report}.pdf`;
  return { name, file: await response.blob() };
}

/** The outlines of the countries: a file that is loaded only where a map is drawn. */
export const getWorld = (): Promise<Outlines> => call("GET", "/static/world.json", undefined);

export async function getData(body: DataRequest, signal: AbortSignal): Promise<DataAnswer> {
  const answer = await call<DataAnswer>("POST", "/v1/looker/data", body, signal);
  if (body.dimensionsFilters && answer.filtersApplied !== true) {
    throw new Problem("", 200, "filters_not_applied", null);
  }
  return answer;
}
