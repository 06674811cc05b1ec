'use strict';
/**
 * A person's browser: cookies, redirects, real forms. It obeys form-action of the page's policy as Chromium does, also
 * for the redirect that follows a form. `hosts` is DNS and TLS: {published origin: where it really is}.
 */

const assert = require('node:assert/strict');

const MOST_STEPS = 12;

class Person {
  #cookies = new Map();

  /** `same` is another window of the same browser. */
  constructor(hosts, answers, same) {
    if (same !== undefined) this.#cookies = same.#cookies;
    this.hosts = hosts;
    this.answers = answers; // what is typed or chosen, by the name of the field
    this.pages = [];
  }

  /** Go to an address, fill in whatever forms come, and return the first address outside our hosts. */
  async follow(address) {
    let step = { url: new URL(address), method: 'GET' };
    for (let count = 0; count < MOST_STEPS; count += 1) {
      if (!(step.url.origin in this.hosts)) return step.url.href;
      const page = await this.#load(step);
      const { location } = page;
      if (location !== null) {
        if (step.formAction) assert.ok(isAllowed(step.formAction, location, step.url), `form-action stops ${location}`);
        step = { url: location, method: 'GET', formAction: step.formAction };
      } else {
        step = this.#filledForm(page);
      }
    }
    throw new Error('the sign-in goes round in circles');
  }

  /** Send one form of a page: the one that leads to `action`. */
  async send(address, action, values) {
    const page = await this.#load({ url: new URL(address), method: 'GET' });
    const form = forms(page).find((one) => one.action === action);
    assert.ok(form, `no form leads to ${action}:\n${page.text}`);
    return this.#load({ url: new URL(action, page.url), method: 'POST', body: { ...form.fields, ...values } });
  }

  #filledForm(page) {
    const form = forms(page).find((one) => one.action !== '/console/sign-out');
    assert.ok(page.status < 400 && form, `${page.status} at ${page.url}:\n${page.text}`);
    const wanted = Object.entries(this.answers).filter(([name]) => form.names.includes(name));
    return {
      url: new URL(form.action, page.url),
      method: 'POST',
      body: { ...form.fields, ...Object.fromEntries(wanted) },
      formAction: /form-action ([^;]+)/.exec(page.policy)?.[1] ?? '*',
    };
  }

  async #load({ url, method, body }) {
    const there = new URL(url.pathname + url.search, this.hosts[url.origin]);
    const response = await fetch(there, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(method === 'POST' ? { 'sec-fetch-site': 'same-origin' } : {}),
      },
      body: body === undefined ? undefined : new URLSearchParams(body),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.#cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const page = {
      url,
      status: response.status,
      text: await response.text(),
      policy: response.headers.get('content-security-policy') || '',
      location: location === null ? null : new URL(location, url),
    };
    this.pages.push(page);
    return page;
  }
}

function isAllowed(formAction, location, from) {
  const sources = formAction.trim().split(/\s+/);
  return sources.some((one) => one === '*' || one === location.origin || (one === "'self'" && location.origin === from.origin));
}

function forms({ text }) {
  return [...text.matchAll(/<form[^>]*method="post"[^>]*action="([^"]+)"[^>]*>(.*?)<\/form>/gs)].map(([, action, inner]) => {
    const inputs = [...inner.matchAll(/<(?:input|button)\b[^>]*\bname="([^"]+)"[^>]*>/g)];
    const hidden = inputs.filter(([tag]) => tag.includes('type="hidden"'));
    const value = ([tag]) => unescaped((/\bvalue="([^"]*)"/.exec(tag) || [, ''])[1]);
    return {
      action: unescaped(action),
      names: inputs.map(([, name]) => name),
      fields: Object.fromEntries(hidden.map((found) => [found[1], value(found)])),
    };
  });
}

function unescaped(text) {
  const names = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'", '#43': '+' };
  return text.replace(/&(#?\w+);/g, (whole, name) => names[name] ?? whole);
}

module.exports = { Person };
