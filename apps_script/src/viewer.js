/**
 * Who looks at a report. Only where every reader signs in himself is that the person who runs the script;
 * `belvedere connector export --viewers` says so here and in the manifest, which then asks for the address.
 */

const NAMES_VIEWER_ = false;

/** Return the header that names the reader, or none. */
function viewerHeaders_() {
  if (!NAMES_VIEWER_) return {};
  const address = Session.getEffectiveUser().getEmail();
  return address ? { 'X-Belvedere-Viewer': address } : {};
}
