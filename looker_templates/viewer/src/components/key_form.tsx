// Where a reader without a session gives an API key.

import { useState } from "preact/hooks";
import type { JSX } from "preact";
import { Problem, signIn } from "../api";
import { phrase } from "../phrases";
import { Logo } from "./icons";
import { problemText } from "./states";

interface Props {
  readonly expired: boolean;
  readonly locale: string;
  readonly opened: () => Promise<void>;
}

export function KeyForm({ expired, locale, opened }: Props): JSX.Element {
  const [key, setKey] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setWrong(null);
    try {
      await signIn(key.trim());
      await opened();
    } catch (error) {
      setWrong(error instanceof Problem ? problemText(error, locale) : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main class="alone">
      <section class="card key-card">
        <Logo />
        <h1 class="key-title">{phrase(locale, expired ? "keyEnded" : "keyTitle")}</h1>
        <p class="key-text">{phrase(locale, "keyText")}</p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <label class="field">
            {phrase(locale, "keyLabel")}
            <input
              type="password"
              name="key"
              autocomplete="current-password"
              spellcheck={false}
              placeholder="bvk_…"
              required
              value={key}
              aria-invalid={wrong !== null}
              {...(wrong ? { "aria-describedby": "key-wrong" } : {})}
              onInput={(event) => setKey(event.currentTarget.value)}
            />
          </label>
          {wrong && <p class="form-wrong" id="key-wrong" role="alert">{wrong}</p>}
          <button type="submit" class="button button-primary" disabled={busy}>{phrase(locale, busy ? "keyChecking" : "keyOpen")}</button>
        </form>
        <p class="key-hint">{phrase(locale, "keyHint")}</p>
        <pre class="empty-code"><code>belvedere key create --name "My report"</code></pre>
      </section>
    </main>
  );
}
