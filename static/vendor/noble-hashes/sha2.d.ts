// Points the type checker at the declarations of the npm package; `paths` in tests/js/tsconfig.json finds it.
export { sha512 } from "@noble/hashes/sha2.js";
