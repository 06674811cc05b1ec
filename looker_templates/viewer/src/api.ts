// The server's endpoints: one way to ask, one kind of failure.

import type { Report } from "./report";
import type { ConfigAnswer, DataAnswer, DataRequest, SchemaField, Session } from "./wire";

/** A refusal or an outage, in words for the reader. */
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

const UNREACHABLE = "The server does not answer. Check that it is running and that this device is online.";

async function call<T>(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(UNREACHABLE, 0, "unreachable", null);
  }
  const text = await response.text();
  const parsed = parse(text);
  if (response.ok) return parsed as T;
  const wrong = (parsed as { error?: { message?: string; code?: string; request_id?: string } } | null)?.error;
  throw new Problem(
    wrong?.message ?? `The server answered with status ${response.status}.`,
    response.status,
    wrong?.code ?? "unknown",
    wrong?.request_id ?? response.headers.get("x-request-id"),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const whoAmI = (): Promise<Session> => call("GET", "/v1/session", undefined);
export const signIn = (key: string): Promise<Session> => call("POST", "/v1/session", { key });
export const signOut = (): Promise<unknown> => call("DELETE", "/v1/session", undefined);
export const getTemplate = (id: string): Promise<Report> => call("GET", `/v1/templates/${encodeURIComponent(id)}`, undefined);
export const getConfig = (configParams: object): Promise<ConfigAnswer> => call("POST", "/v1/looker/config", { languageCode: "en", configParams });
export const getSchema = (configParams: object): Promise<{ schema: SchemaField[] }> => call("POST", "/v1/looker/schema", { configParams });

export async function getData(body: DataRequest, signal: AbortSignal): Promise<DataAnswer> {
  const answer = await call<DataAnswer>("POST", "/v1/looker/data", body, signal);
  if (body.dimensionsFilters && answer.filtersApplied !== true) {
    throw new Problem("The server could not apply the filters of this page.", 200, "filters_not_applied", null);
  }
  return answer;
}
