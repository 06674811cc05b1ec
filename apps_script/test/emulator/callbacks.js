'use strict';
/**
 * State tokens and the address to which they bring people back: /macros/d/SCRIPT/usercallback. A token is opaque, for
 * one script and one user, and lasts for an hour at most.
 */

const crypto = require('node:crypto');

const LONGEST_SECONDS = 3600;

class Callbacks {
  #key = crypto.randomBytes(32);

  /** Seal {method, timeout, args} for a user. */
  seal(state, user, now = Date.now()) {
    const iv = crypto.randomBytes(12);
    const cipher = crypto.createCipheriv('aes-256-gcm', this.#key, iv);
    const text = JSON.stringify({ ...state, user, until: now + Math.min(state.timeout, LONGEST_SECONDS) * 1000 });
    const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `ADE1:${sealed.toString('base64url')}`;
  }

  /** Return {method, parameter} for an address to which somebody was sent back. */
  read(address, scriptId, user, now = Date.now()) {
    const url = new URL(address);
    if (url.origin !== 'https://script.google.com' || url.pathname !== `/macros/d/${scriptId}/usercallback`) {
      throw new Error(`Not the callback of this script: ${address}`);
    }
    const query = Object.fromEntries(url.searchParams);
    const state = this.#open(query.state);
    if (state === null || state.until < now || state.user !== user) {
      throw new Error('The state token is invalid or has expired. Please try again.');
    }
    return { method: state.method, parameter: { ...query, ...state.args } };
  }

  #open(token) {
    try {
      const bytes = Buffer.from(String(token).replace(/^ADE1:/, ''), 'base64url');
      const decipher = crypto.createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(-16));
      return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8'));
    } catch {
      return null;
    }
  }
}

module.exports = { Callbacks };
