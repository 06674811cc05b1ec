// The head of the page: whose report it is, the way to other reports and languages, and what can be done with it.

import { useEffect, useState } from "preact/hooks";
import type { JSX } from "preact";
import { getPdf, listTemplates, type Problem } from "../api";
import { wear } from "../brand";
import { labelOf, textOf, valueText } from "../context";
import { save } from "../download";
import { full } from "../full_screen";
import { LOCALES } from "../locales";
import type { Page } from "../page";
import { phrase, type PhraseKey } from "../phrases";
import type { Brand, TemplateEntry } from "../wire";
import { Icon, Logo } from "./icons";
import { NotesDialog } from "./notes";
import { Chevron, Panel } from "./popover";

export function Header({ page }: { readonly page: Page }): JSX.Element {
  const { report, clients, session } = page.loaded;
  const { locale } = page;
  const chosen = clients.find((one) => one.value === page.choices.value.client);
  const whose = chosen?.label ?? (clients.length === 1 ? clients[0]?.label : undefined) ?? session.workspace.name;
  const title = textOf(report.title, locale);
  const context = page.context.value;
  // What a link fixes is said beside the client: nobody takes a part for the whole.
  const held = Object.entries(session.share?.filters ?? {}).map(
    ([dimension, values]) => `${labelOf(context, dimension)}: ${values.map((value) => valueText(context, dimension, value)).join(", ")}`,
  );
  const { brand } = page;
  useEffect(() => void wear(brand, report.theme.lock), [brand]);
  const product = brand?.name ?? session.product;
  useEffect(() => {
    document.title = [title, whose, product].filter(Boolean).join(" · ");
  }, [title, whose, product]);
  return (
    <header class="head">
      <div class="head-inner">
        {brand ? <OwnLogo brand={brand} /> : <Logo />}
        <div class="head-names">
          <h1 class="head-title">{title}</h1>
          <p class="head-client">
            <span class="head-whose">
              {whose}
              {held.map((text) => ` · ${text}`)}
              {!chosen && clients.length > 1 && `, ${phrase(locale, "clientsCount", { count: clients.length })}`}
            </span>
            {session.demo && <span class="tag">{phrase(locale, "demo")}</span>}
          </p>
        </div>
        <div class="head-actions">
          {!session.share && <ReportsMenu page={page} />}
          <LanguageMenu page={page} />
          <Actions page={page} />
        </div>
      </div>
    </header>
  );
}

function OwnLogo({ brand }: { readonly brand: Brand }): JSX.Element | null {
  if (!brand.logo) return null;
  return (
    <picture>
      {brand.logo_dark && <source srcset={brand.logo_dark} media="(prefers-color-scheme: dark)" />}
      <img class="logo-own" src={brand.logo} alt={brand.name} />
    </picture>
  );
}

function ReportsMenu({ page }: { readonly page: Page }): JSX.Element {
  const { locale } = page;
  return (
    <Panel id="reports" label={phrase(locale, "reports")} class="button button-quiet" panel="panel-wide" face={<><Icon name="reports" /><span class="head-word">{phrase(locale, "reports")}</span><Chevron /></>}>
      {() => <ReportList page={page} />}
    </Panel>
  );
}

function ReportList({ page }: { readonly page: Page }): JSX.Element {
  const { locale } = page;
  const [found, setFound] = useState<readonly TemplateEntry[] | null>(null);
  useEffect(() => {
    listTemplates().then((answer) => setFound(answer.templates), () => setFound([]));
  }, []);
  if (found === null) return <p class="state-text panel-text">{phrase(locale, "asking")}</p>;
  if (found.length === 0) return <p class="state-text panel-text">{phrase(locale, "noReports")}</p>;
  const { client, range, lang } = page.choices.value;
  const kept = new URLSearchParams({ ...(client ? { client } : {}), ...(range ? { from: range.start, to: range.end } : {}), ...(lang ? { lang } : {}) }).toString();
  return (
    <ul class="menu">
      {found.map((one) => (
        <li key={one.id}>
          <a class="menu-item menu-report" href={`/r/${one.id}${kept ? `?${kept}` : ""}`} {...(one.id === page.loaded.report.id ? { "aria-current": "page" as const } : {})}>
            <span class="menu-name">{textOf(one.title, locale)}</span>
            <span class="menu-about">{textOf(one.summary, locale)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function LanguageMenu({ page }: { readonly page: Page }): JSX.Element {
  const { locale } = page;
  const name = LOCALES.find(([code]) => code === locale)?.[1] ?? locale;
  return (
    <Panel id="language" label={`${phrase(locale, "language")}: ${name}`} silent class="button button-quiet" panel="panel-narrow" face={<><Icon name="globe" /><span class="head-code">{(locale.split("-")[0] ?? "").toUpperCase()}</span></>}>
      {(close) => (
        <ul class="menu">
          {LOCALES.map(([code, own]) => (
            <li key={code}>
              <button
                type="button"
                class="menu-item"
                lang={code}
                aria-pressed={code === locale}
                {...(code === locale ? { "data-first": true } : {})}
                onClick={() => {
                  page.choose({ lang: code === "en" ? null : code });
                  close();
                }}
              >
                {own}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

interface Action {
  readonly text: string;
  readonly icon: "present" | "note" | "share" | "download" | "copy";
  readonly primary?: boolean;
  readonly busy?: boolean;
  /** Where it leads, or what it does. */
  readonly href?: string;
  readonly run?: () => void;
}

const CONSOLE: readonly (readonly [what: string, name: PhraseKey, icon: Action["icon"]])[] = [["share", "share", "share"], ["copy", "copyToLooker", "copy"]];

/** What can be done with a report; only what the reader may do. */
function useActions(page: Page, openNotes: () => void): Action[] {
  const { locale } = page;
  const { report, session } = page.loaded;
  const search = page.addressOf({}).split("?")[1];
  const query = search ? `?${search}` : "";
  const [making, setMaking] = useState(false);
  const print = (): void => {
    setMaking(true);
    getPdf(report.id, query).then(({ name, file }) => save(file, name), (error: unknown) => (page.trouble.value = error as Problem)).finally(() => setMaking(false));
  };
  const present = (): void => {
    if (!document.fullscreenElement) full();
    page.present(1);
  };
  const actions: Action[] = [{ text: phrase(locale, "present"), icon: "present", run: present }];
  if (page.can("note")) {
    const { open } = page.notes;
    actions.push({ text: open > 0 ? `${phrase(locale, "notes")} (${open})` : phrase(locale, "notes"), icon: "note", run: openNotes });
  }
  if (page.can("pdf")) {
    // A link's token goes in a header, which no address can carry.
    if (session.share) actions.push({ text: phrase(locale, making ? "makingPdf" : "downloadPdf"), icon: "download", run: print, busy: making });
    else actions.push({ text: phrase(locale, "downloadPdf"), icon: "download", href: `/v1/reports/${report.id}/pdf${query}` });
  }
  for (const [what, name, icon] of CONSOLE) {
    if (page.can(what)) actions.push({ text: phrase(locale, name, { looker: session.looker ?? "Looker Studio" }), icon, href: `/console/reports/${report.id}/${what}${query}`, primary: what === "copy" });
  }
  return actions;
}

function Actions({ page }: { readonly page: Page }): JSX.Element {
  const { locale } = page;
  const [notes, setNotes] = useState(false);
  const actions = useActions(page, () => setNotes(true));
  const button = (one: Action): JSX.Element =>
    one.href === undefined
      ? <button key={one.icon} type="button" class="button" disabled={one.busy} onClick={one.run}>{one.text}</button>
      : <a key={one.icon} class={`button ${one.primary ? "button-primary" : ""}`} href={one.href}>{one.text}</a>;
  return (
    <>
      <div class="head-wide">
        {!page.can("share") && <CopyLink page={page} />}
        {actions.map(button)}
      </div>
      <Panel id="more" label={phrase(locale, "more")} silent class="button button-quiet" box="control head-narrow" face={<Icon name="dots" />}>
        {(close) => (
          <ul class="menu">
            {actions.map(({ href, text, icon, run, busy }) => (
              <li key={icon}>
                {href === undefined
                  ? <button type="button" class="menu-item" disabled={busy} onClick={() => (close(), run?.())}><Icon name={icon} />{text}</button>
                  : <a class="menu-item" href={href}><Icon name={icon} />{text}</a>}
              </li>
            ))}
          </ul>
        )}
      </Panel>
      {notes && <NotesDialog page={page} item={null} close={() => setNotes(false)} />}
    </>
  );
}

/** Browsers lend the clipboard to secure pages only. */
function CopyLink({ page }: { readonly page: Page }): JSX.Element | null {
  const [copied, setCopied] = useState(false);
  const text = phrase(page.locale, copied ? "linkCopied" : "copyLink");
  if (!isSecureContext) return null;
  return (
    <button
      type="button"
      class="button copy-link"
      aria-label={text}
      onClick={() => void navigator.clipboard.writeText(location.href).then(() => {
        setCopied(true);
        setTimeout(() => setCopied(false), 2000);
      })}
    >
      <Icon name="link" />
      <span class="head-word">{text}</span>
    </button>
  );
}
