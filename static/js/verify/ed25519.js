// @ts-check
/**
 * Ed25519 verification (RFC 8032): by WebCrypto where the page has it and it knows the algorithm, and
 * by vendored code, loaded only then, on plain http and in older browsers.
 */

/** @typedef {(publicKey: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>) => Promise<boolean>} Verify */

/** @type {Promise<Verify> | null} */
let chosen = null;

/** @type {Verify} */
export async function verifyEd25519(publicKey, message, signature) {
  chosen ??= choose();
  return (await chosen)(publicKey, message, signature);
}

/** The first key that WebCrypto is offered is the base point, which is on the curve for certain. */
const BASE_POINT = Uint8Array.from({ length: 32 }, (_, place) => (place === 0 ? 0x58 : 0x66));

/** @returns {Promise<Verify>} */
async function choose() {
  try {
    await crypto.subtle.importKey("raw", BASE_POINT, "Ed25519", false, ["verify"]);
    return verifyNatively;
  } catch {
    return loadVendored();
  }
}

/** @type {Verify} */
async function verifyNatively(publicKey, message, signature) {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, message);
  } catch {
    return false; // not a point on the curve
  }
}

/** @returns {Promise<Verify>} */
export async function loadVendored() {
  const [ed25519, { sha512 }] = await Promise.all([
    import("../../vendor/noble-ed25519/index.js"),
    import("../../vendor/noble-hashes/sha2.js"),
  ]);
  ed25519.hashes.sha512 = sha512;
  return async (publicKey, message, signature) => {
    try {
      // Strict as RFC 8032 and WebCrypto are; the library's own default is laxer (ZIP 215).
      return ed25519.verify(signature, message, publicKey, { zip215: false });
    } catch {
      return false;
    }
  };
}
