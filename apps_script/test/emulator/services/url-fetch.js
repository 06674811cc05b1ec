/** UrlFetchApp: blocking requests. Unknown options are refused, since the platform would ignore a typing error. */
'use strict';
(function ({ host, service }) {
  const options = [
    'method',
    'contentType',
    'headers',
    'payload',
    'muteHttpExceptions',
    'followRedirects',
    'validateHttpsCertificates',
    'escaping',
  ];

  function formEncoded(values) {
    return Object.entries(values)
      .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
      .join('&');
  }

  function asRequest(url, params) {
    const unknown = Object.keys(params).find((name) => !options.includes(name));
    if (unknown) throw new Error(`Attribute provided with invalid value: ${unknown}`);
    const method = String(params.method || 'get').toLowerCase();
    const hasBody = params.payload !== undefined && params.payload !== null;
    if (hasBody && method === 'get') throw new Error('A GET request cannot carry a payload.');
    const isForm = hasBody && typeof params.payload === 'object';
    return {
      url,
      method,
      headers: Object.fromEntries(Object.entries(params.headers || {}).map(([name, value]) => [name, String(value)])),
      contentType: params.contentType || 'application/x-www-form-urlencoded',
      payload: hasBody ? (isForm ? formEncoded(params.payload) : String(params.payload)) : undefined,
      followRedirects: params.followRedirects !== false,
    };
  }

  function asResponse(url, answer) {
    const grouped = {};
    for (const [name, value] of answer.headers) {
      grouped[name] = name in grouped ? [].concat(grouped[name], value) : value;
    }
    const text = (charset) => {
      if (charset !== undefined && charset.toUpperCase() !== 'UTF-8')
        throw new Error(`Charset not emulated: ${charset}`);
      return answer.text;
    };
    return service(
      'HTTPResponse',
      {
        getResponseCode: [[''], () => answer.status],
        getContentText: [['', 'string'], text],
        getContent: [[''], () => host('bytes', answer.text)],
        getHeaders: [[''], () => ({ ...grouped })],
        getAllHeaders: [[''], () => ({ ...grouped })],
      },
      { toString: () => answer.text },
    );
  }

  function fetched(url, params) {
    const answer = host('fetch', asRequest(url, params));
    if (answer.status >= 400 && !params.muteHttpExceptions) {
      const origin = /^https?:\/\/[^/]+/i.exec(url)[0];
      throw new Error(
        `Request failed for ${origin} returned code ${answer.status}. Truncated server response: ` +
          `${answer.text.slice(0, 100)} (use muteHttpExceptions option to examine full response)`,
      );
    }
    const response = asResponse(url, answer);
    response.toString = () => answer.text;
    return response;
  }

  const UrlFetchApp = service('UrlFetchApp', {
    fetch: [['string', 'string,object'], (url, params = {}) => fetched(url, params)],
    fetchAll: [
      ['array'],
      (requests) =>
        requests.map((one) => {
          if (typeof one === 'string') return fetched(one, {});
          const { url, ...params } = one;
          return fetched(url, params);
        }),
    ],
    getRequest: [['string', 'string,object'], (url, params = {}) => asRequest(url, params)],
  });
  return { UrlFetchApp };
});
