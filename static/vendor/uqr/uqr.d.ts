// Points the type checker at the declarations of the npm package; `paths` in tests/js/tsconfig.json finds it.
export { encode } from "uqr";
