'use strict';
/** The libraries that a manifest may name, by the id under which they are published. */

const path = require('node:path');

const PUBLISHED = {
  '1B7FSrk5Zi6L1rSxxTDgDEUsPzlukDsi4KGuTMorsTQHhGBzBkMun4iDF': { file: 'oauth2.js', newest: 43 },
};

/** Return [{symbol, file}] for a manifest; an unknown library or version is refused, as when it is saved. */
function librariesOf({ dependencies = {} }) {
  return (dependencies.libraries || []).map(({ userSymbol, libraryId, version }) => {
    const found = PUBLISHED[libraryId];
    if (found === undefined) throw new Error(`Library not found: ${libraryId}`);
    if (!/^[1-9]\d*$/.test(String(version)) || Number(version) > found.newest) {
      throw new Error(`Library ${userSymbol} has no version ${version}`);
    }
    return { symbol: userSymbol, file: path.join(__dirname, 'libraries', found.file) };
  });
}

module.exports = { librariesOf };
